#include "tests/flow/eavesdropper.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/base64.h"

namespace msiv2::testing {
namespace {

using nlohmann::json;

constexpr std::size_t kTextPiece = 20;
constexpr std::size_t kBytePiece = 12;

std::string Hex(ByteView bytes, const char* digits) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string Member(const std::string& body, const char* name) {
  const json parsed = json::parse(body, nullptr, false);
  if (!parsed.is_object() || !parsed.contains(name) || !parsed.at(name).is_string()) return {};
  return parsed.at(name);
}

// A CSR contains names as text. They are identifiers, not secrets.
bool AllPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

void Secrets::AddPieces(std::string_view secret, std::size_t length) {
  for (std::size_t i = 0; i + length <= secret.size(); ++i) pieces_.emplace(secret.substr(i, length));
}

void Secrets::AddText(std::string_view secret) {
  if (secret.empty()) return;
  std::lock_guard lock(mutex_);
  texts_.emplace_back(secret);
  AddPieces(secret, kTextPiece);
}

void Secrets::AddBytes(ByteView secret) {
  std::lock_guard lock(mutex_);
  const std::string_view raw(reinterpret_cast<const char*>(secret.data()), secret.size());
  for (std::size_t i = 0; i + kBytePiece <= raw.size(); ++i) {
    if (!AllPrintable(raw.substr(i, kBytePiece))) pieces_.emplace(raw.substr(i, kBytePiece));
  }
  for (const std::string& text : {Hex(secret, "0123456789abcdef"), Hex(secret, "0123456789ABCDEF"),
                                  Base64Encode(secret), Base64UrlEncode(secret)}) {
    AddPieces(text, kTextPiece);
  }
}

std::optional<std::string> Secrets::Find(std::string_view text) const {
  std::lock_guard lock(mutex_);
  for (const std::size_t length : {kTextPiece, kBytePiece}) {
    for (std::size_t i = 0; i + length <= text.size(); ++i) {
      const auto piece = pieces_.find(text.substr(i, length));
      if (piece != pieces_.end()) return *piece;
    }
  }
  return std::nullopt;
}

std::vector<std::string> Secrets::Last(std::size_t count) const {
  std::lock_guard lock(mutex_);
  return {texts_.end() - static_cast<std::ptrdiff_t>(std::min(count, texts_.size())), texts_.end()};
}

void EavesdroppingTransport::Echo(std::string suffix, std::string echo) {
  std::lock_guard lock(mutex_);
  suffix_ = std::move(suffix);
  echo_ = std::move(echo);
}

std::optional<HttpResponse> EavesdroppingTransport::Refusal(const HttpRequest& request) {
  std::lock_guard lock(mutex_);
  const std::string path = request.url.substr(0, request.url.find('?'));
  if (suffix_.empty() || !path.ends_with(suffix_)) return std::nullopt;
  ++echoed_;
  const json body = {{"error", echo_},
                     {"message", echo_},
                     {"error_description", "AADSTS50001: refused: " + echo_},
                     {"error_codes", {50001}},
                     {"correlation_id", echo_},
                     {"trace_id", echo_}};
  return HttpResponse{400, {{"Server", "IMDS/150"}, {"x-ms-request-id", echo_}}, body.dump()};
}

Result<HttpResponse, HttpFailure> EavesdroppingTransport::Send(const HttpRequest& request,
                                                               const CallContext& context) {
  const std::string csr = Member(request.body, "csr");
  secrets_->AddText(csr);
  if (const auto der = Base64Decode(csr)) secrets_->AddBytes(*der);
  secrets_->AddText(Member(request.body, "attestation_token"));
  if (auto refusal = Refusal(request)) return *std::move(refusal);
  auto answer = inner_->Send(request, context);
  if (answer) secrets_->AddText(Member(answer->body, "access_token"));
  return answer;
}

Result<SecretString> EavesdroppingAttestor::Attest(const AttestationRequest& request,
                                                   const CallContext& context) {
  auto token = inner_->Attest(request, context);
  if (token) secrets_->AddText(token->Reveal());
  return token;
}

}  // namespace msiv2::testing
