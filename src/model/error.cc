#include "msiv2/error.h"

#include <utility>

#include "model/option_text.h"

namespace msiv2 {
namespace {

constexpr OptionTemplate kCureTemplates[] = {
#define MSIV2_ERROR(enumerator, name, step, kind, retryable, cure) cure,
#include "msiv2/error_table.inc"
#undef MSIV2_ERROR
};

// The cures, in the order of the enumerators. Never freed: background work is joined at process exit, and may
// create errors until then. They come from an array. With temporaries of a consteval constructor in it, clang
// 14 ends the life of an initializer list before it is copied.
const std::vector<OptionText>& Cures() {
  static const auto& cures = *[] {
    auto* texts = new std::vector<OptionText>;
    for (const OptionTemplate& cure : kCureTemplates) texts->push_back(FromTemplate(cure));
    return texts;
  }();
  return cures;
}

}  // namespace

const std::vector<ErrorInfo>& ErrorTable() {
  static const auto& table = *new const std::vector<ErrorInfo>{
#define MSIV2_ERROR(enumerator, name, step, kind, retryable, cure) \
  ErrorInfo{ErrorCode::enumerator, name, step, kind, retryable, CureText(ErrorCode::enumerator).text},
#include "msiv2/error_table.inc"
#undef MSIV2_ERROR
  };
  return table;
}

const OptionText& CureText(ErrorCode code) { return Cures()[static_cast<std::size_t>(code)]; }

std::string CureIn(ErrorCode code, const OptionWords& words) {
  const OptionText& cure = CureText(code);
  return Reword(cure.text, cure.named, words);
}

const ErrorInfo& Describe(ErrorCode code) noexcept { return ErrorTable()[static_cast<std::size_t>(code)]; }

std::string_view Name(ErrorCode code) noexcept { return Describe(code).name; }

std::string_view Name(Step step) noexcept {
  switch (step) {
    case Step::kRequest:
      return "request";
    case Step::kMetadata:
      return "metadata";
    case Step::kKey:
      return "key";
    case Step::kCsr:
      return "csr";
    case Step::kAttestation:
      return "attestation";
    case Step::kCredential:
      return "credential";
    case Step::kCertificate:
      return "certificate";
    case Step::kToken:
      return "token";
    case Step::kResource:
      return "resource";
  }
  return "request";
}

std::string_view Name(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::kClient:
      return "ClientException";
    case ErrorKind::kMsiV2:
      return "MsiV2Exception";
    case ErrorKind::kService:
      return "ServiceException";
  }
  return "MsiV2Exception";
}

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): -Wshadow wants names unlike the
// members'
Error::Error(ErrorCode error_code, std::string text)
    : Error(error_code, Describe(error_code).step, std::move(text)) {}

Error::Error(ErrorCode error_code, Step error_step, std::string text)
    : code(error_code),
      step(error_step),
      message(std::move(text)),
      kind(Describe(error_code).kind),
      retryable(Describe(error_code).retryable) {}

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name)
Error::Error(ErrorCode error_code, OptionText text)
    : Error(error_code, Describe(error_code).step, std::move(text)) {}

Error::Error(ErrorCode error_code, Step error_step, OptionText text)
    : Error(error_code, error_step, std::move(text.text)) {
  if (!text.named.empty()) option = text.named.front().option;
  named_options = std::move(text.named);
}

std::string_view Error::Cure() const noexcept { return Describe(code).cure; }

std::string Error::MessageIn(const OptionWords& words) const { return Reword(message, named_options, words); }

std::string Error::CureIn(const OptionWords& words) const { return msiv2::CureIn(code, words); }

std::string Error::ToString() const {
  return ToString([](Option named) { return Name(named); });
}

std::string Error::ToString(const OptionWords& words) const {
  std::string text;
  if (step != Step::kRequest) {
    text += "step " + std::to_string(static_cast<int>(step)) + " (" + std::string(Name(step)) + "): ";
  }
  text += std::string(Name(code)) + ": " + MessageIn(words);
  if (http_status != 0) text += " [HTTP " + std::to_string(http_status) + "]";
  if (attempts > 1) text += " [after " + std::to_string(attempts) + " attempts]";
  if (!correlation_id.empty()) text += " [correlation id " + correlation_id + "]";
  return text + ". " + CureIn(words);
}

ManagedIdentityException::ManagedIdentityException(Error error)
    : std::runtime_error(error.ToString()), error_(std::move(error)) {}

void ThrowError(const Error& error) {
  switch (error.kind) {
    case ErrorKind::kClient:
      throw ClientException(error);
    case ErrorKind::kService:
      throw ServiceException(error);
    case ErrorKind::kMsiV2:
      break;
  }
  throw MsiV2Exception(error);
}

}  // namespace msiv2
