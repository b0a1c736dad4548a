#include "msiv2/error.h"

#include <utility>

namespace msiv2 {

const std::vector<ErrorInfo>& ErrorTable() {
  // Never freed: background work is joined at process exit, and may create errors until then.
  static const auto& table = *new const std::vector<ErrorInfo>{
#define MSIV2_ERROR(enumerator, name, step, kind, retryable, cure) \
  ErrorInfo{ErrorCode::enumerator, name, step, kind, retryable, cure},
#include "msiv2/error_table.inc"
#undef MSIV2_ERROR
  };
  return table;
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

std::string_view Error::Cure() const noexcept { return Describe(code).cure; }

std::string Error::ToString() const {
  std::string text;
  if (step != Step::kRequest) {
    text += "step " + std::to_string(static_cast<int>(step)) + " (" + std::string(Name(step)) + "): ";
  }
  text += std::string(Name(code)) + ": " + message;
  if (http_status != 0) text += " [HTTP " + std::to_string(http_status) + "]";
  if (attempts > 1) text += " [after " + std::to_string(attempts) + " attempts]";
  if (!correlation_id.empty()) text += " [correlation id " + correlation_id + "]";
  text += ". ";
  text += Cure();
  return text;
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
