#include "emulator/federated_token.h"

#include <algorithm>

#include "emulator/expiry_forms.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using std::chrono::system_clock;

constexpr char kIssuer[] = "https://cluster.emulated.example/";
constexpr char kSubject[] = "system:serviceaccount:default:emulated";
constexpr char kAudience[] = "api://AzureADTokenExchange";

bool LooksLikeAJwt(const std::string& text) {
  return std::count(text.begin(), text.end(), '.') == 2 && text.find("..") == std::string::npos;
}

}  // namespace

Result<void> FederatedToken::Rotate(system_clock::time_point now) {
  const std::int64_t issued = UnixSeconds(now);
  const json claims = {
      {"iss", kIssuer},
      {"sub", kSubject},
      {"aud", {kAudience}},
      {"iat", issued},
      {"nbf", issued},
      {"exp", issued + kLifetime.count()},
      {"jti", NewUuid()},
      {"kubernetes.io", {{"namespace", "default"}, {"serviceaccount", {{"name", "emulated"}}}}}};
  const std::lock_guard lock(mutex_);
  return WritePrivateFile(path(), cluster_.Sign(claims));
}

std::optional<AadstsError> FederatedToken::Check(const std::string& assertion,
                                                 system_clock::time_point now) const {
  if (!LooksLikeAJwt(assertion)) return Refusal(50027);
  const auto claims = cluster_.Verify(assertion);
  if (!claims) return Refusal(700027);
  // The cluster's key signs only Rotate's tokens, so issuer, subject and audience are right.
  const std::int64_t at = UnixSeconds(now);
  if (at < claims->value("nbf", at + 1) || at >= claims->value("exp", at)) return Refusal(700024);
  return std::nullopt;
}

}  // namespace msiv2::emulator
