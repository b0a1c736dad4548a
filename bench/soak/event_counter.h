// An Observer that counts.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>

#include "msiv2/observer.h"

namespace msiv2::soak {

/// EventCounter counts events by kind, and the requests that background renewals send. Threads: all members
/// may be called at the same time.
class EventCounter final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    const auto kind = static_cast<std::size_t>(event.kind);
    if (kind < kKinds) ++counts_[kind];
    if (event.kind == Event::Kind::kCacheMiss) missed_ = true;
    CountRenewal(event);
  }
  std::uint64_t Count(Event::Kind kind) const { return counts_[static_cast<std::size_t>(kind)]; }

  /// RenewalRequests returns how many requests renewals have started, by server.
  std::map<std::string, std::uint64_t> RenewalRequests() const {
    return {{"imds", to_imds_}, {"attestation", to_attestation_}, {"entra", to_entra_}};
  }

  /// TakeMissed returns true if a call on this thread has missed the cache since the last TakeMissed.
  static bool TakeMissed() {
    const bool missed = missed_;
    missed_ = false;
    return missed;
  }

 private:
  // A renewal begins with a cache miss for the reason kDue, and does all its work on one thread.
  void CountRenewal(const Event& event) noexcept {
    const bool missed = event.kind == Event::Kind::kCacheMiss;
    if (missed && event.miss == MissReason::kDue) Remember(event.correlation_id);
    if (event.correlation_id.empty() || event.correlation_id != renewal_.data()) return;
    if (missed && event.cache == CacheKind::kAttestation) ++to_attestation_;
    const bool asks = event.kind == Event::Kind::kStepStarted || event.kind == Event::Kind::kRetry;
    if (!asks) return;
    if (event.step == Step::kMetadata || event.step == Step::kCredential) ++to_imds_;
    if (event.step == Step::kToken) ++to_entra_;
  }
  static void Remember(std::string_view correlation_id) noexcept {
    renewal_.fill('\0');
    correlation_id.copy(renewal_.data(), renewal_.size() - 1);
  }

  static constexpr std::size_t kKinds = 32;  // more than there are, so that a new kind does no harm
  std::array<std::atomic<std::uint64_t>, kKinds> counts_{};
  std::atomic<std::uint64_t> to_imds_{0};
  std::atomic<std::uint64_t> to_attestation_{0};
  std::atomic<std::uint64_t> to_entra_{0};
  static thread_local bool missed_;
  static thread_local std::array<char, 40> renewal_;  // correlation id of the last renewal; has no destructor
};

inline thread_local bool EventCounter::missed_ = false;
inline thread_local std::array<char, 40> EventCounter::renewal_{};

}  // namespace msiv2::soak
