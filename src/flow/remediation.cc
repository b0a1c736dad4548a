#include "flow/remediation.h"

#include <algorithm>
#include <string>
#include <utility>

namespace msiv2::flow {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstDelay{1000};
constexpr milliseconds kLongestDelay{30000};
constexpr int kDoublings = 5;  // 1 s doubled more often is past the longest delay
constexpr double kJitterShare = 0.2;

milliseconds DelayAfter(int tried) {
  if (tried == 0) return milliseconds(0);
  return std::min(kLongestDelay, kFirstDelay * (1 << std::min(tried - 1, kDoublings)));
}

}  // namespace

std::optional<milliseconds> Remediation::Next(const Error& error, CertificateVerdict verdict, double jitter) {
  if (tried_ >= budget_ || !MayHelp(error, verdict)) return std::nullopt;
  const milliseconds delay = DelayAfter(tried_++);
  return delay + std::chrono::duration_cast<milliseconds>(delay * (kJitterShare * jitter));
}

bool Remediation::MayHelp(const Error& error, CertificateVerdict verdict) {
  if (verdict == CertificateVerdict::kRefused) return true;
  if (verdict == CertificateVerdict::kMaybeRefused) return !std::exchange(reset_tried_, true);
  return error.code == ErrorCode::kKeySignFailed && !std::exchange(key_tried_, true);
}

Error WithRemedies(Error error, int remedies) {
  if (remedies == 0) return error;
  error.message += "; " + std::to_string(remedies) + (remedies == 1 ? " remedy was" : " remedies were") +
                   " tried before: a new certificate each";
  return error;
}

}  // namespace msiv2::flow
