#include "entra/rejection.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace msiv2::entra {
namespace {

constexpr std::int64_t kTokenNotAfterPassed = 1000901;
constexpr std::int64_t kCertificateNotTrusted = 500181;
constexpr std::array<std::int64_t, 4> kDoubtfulCodes = {kCertificateNotTrusted, 700027, 7000222, 392204};
constexpr std::array<int, 8> kCertificateAlerts = {42, 43, 44, 45, 46, 48, 49, 116};

bool IsAttestationCode(std::int64_t code) { return code >= 1000610 && code <= 1000614; }

bool HasAttestationCode(const Error& error) {
  return std::any_of(error.aadsts.begin(), error.aadsts.end(), IsAttestationCode);
}

bool IsInvalidClient(const Error& error) {
  return error.code == ErrorCode::kTokenRequestFailed &&
         EqualsIgnoreCase(error.service_error, "invalid_client");
}

}  // namespace

bool RejectsCertificate(const Error& error) {
  if (error.step != Step::kToken) return false;
  if (error.code == ErrorCode::kTlsFailed) {
    return std::find(kCertificateAlerts.begin(), kCertificateAlerts.end(), error.tls_alert) !=
           kCertificateAlerts.end();
  }
  if (std::find(error.aadsts.begin(), error.aadsts.end(), kTokenNotAfterPassed) != error.aadsts.end()) {
    return true;
  }
  return IsInvalidClient(error) && (error.aadsts.empty() || HasAttestationCode(error));
}

bool DisownsCertificate(const Error& error) {
  if (error.step != Step::kToken) return false;
  const auto& codes = error.aadsts;
  return IsInvalidClient(error) ||
         std::find(codes.begin(), codes.end(), kCertificateNotTrusted) != codes.end();
}

bool DoubtsCertificate(const Error& error) {
  if (error.step != Step::kToken) return false;
  if (EqualsIgnoreCase(error.service_error, "unauthorized_client")) return true;
  return std::any_of(error.aadsts.begin(), error.aadsts.end(), [](std::int64_t code) {
    return std::find(kDoubtfulCodes.begin(), kDoubtfulCodes.end(), code) != kDoubtfulCodes.end();
  });
}

bool DoubtsBinding(const HttpFailure& failure) {
  return failure.kind == HttpFailure::Kind::kConnect || failure.kind == HttpFailure::Kind::kTls;
}

bool RejectsAttestation(const Error& error) {
  return error.step == Step::kToken && HasAttestationCode(error);
}

bool MayRejectCertificate(const HttpFailure& failure) {
  return failure.kind == HttpFailure::Kind::kReset && failure.client_certificate_sent;
}

}  // namespace msiv2::entra
