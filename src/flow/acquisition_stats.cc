#include "flow/acquisition_stats.h"

namespace msiv2::flow {
namespace {

CredentialOutcome OutcomeOf(bool has_token, int remedies) {
  if (has_token) return remedies == 0 ? CredentialOutcome::kSuccess : CredentialOutcome::kRetrySucceeded;
  return remedies == 0 ? CredentialOutcome::kNotFound : CredentialOutcome::kRetryFailed;
}

}  // namespace

void AcquisitionStats::UsesKey(KeyStrength strength, KeyOrigin origin) noexcept {
  key_strength_ = strength;
  key_origin_ = origin;
}

void AcquisitionStats::Count(TokenType type, std::chrono::steady_clock::time_point started,
                             const Error* error) const {
  if (observer_ == nullptr) return;
  observer_->OnMsiCount({.source = source_,
                         .token_type = type,
                         .bypass_cache = bypass_cache_,
                         .key_strength = key_strength_,
                         .key_origin = key_origin_,
                         .outcome = OutcomeOf(error == nullptr, remedies_),
                         .elapsed = clock_.MonotonicNow() - started,
                         .error = error,
                         .correlation_id = correlation_id_});
}

}  // namespace msiv2::flow
