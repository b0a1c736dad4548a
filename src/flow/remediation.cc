#include "flow/remediation.h"

#include <array>
#include <string>
#include <utility>

namespace msiv2::flow {
namespace {

using std::chrono::milliseconds;

constexpr std::array<milliseconds, 4> kDelays = {milliseconds(0), milliseconds(1000), milliseconds(2000),
                                                 milliseconds(4000)};
constexpr double kJitterShare = 0.2;

}  // namespace

std::optional<milliseconds> Remediation::Next(const Error& error, CertificateVerdict verdict, double jitter) {
  if (!enabled_ || tried_ >= kDelays.size() || !MayHelp(error, verdict)) return std::nullopt;
  const milliseconds delay = kDelays.at(tried_++);
  return delay + std::chrono::duration_cast<milliseconds>(delay * (kJitterShare * jitter));
}

bool Remediation::MayHelp(const Error& error, CertificateVerdict verdict) {
  if (verdict == CertificateVerdict::kRefused) return true;
  if (verdict == CertificateVerdict::kMaybeRefused) return !std::exchange(reset_tried_, true);
  return error.code == ErrorCode::kKeySignFailed && !std::exchange(key_tried_, true);
}

Error Remediation::Surfaced(Error error) const {
  if (tried_ == 0) return error;
  error.message += "; " + std::to_string(tried_) + (tried_ == 1 ? " remedy was" : " remedies were") +
                   " tried before: a new certificate each";
  return error;
}

}  // namespace msiv2::flow
