#include "keys/key_ladder.h"

#include <algorithm>
#include <utility>

#include "base/foreign_text.h"
#include "keys/key_chain.h"

namespace msiv2 {
namespace {

std::string Reason(const Rung& rung, KeyTier minimum) {
  if (rung.best < minimum) return "not asked, it makes " + std::string(Name(rung.best)) + " keys";
  if (rung.failure) return ForeignText(rung.failure->message);
  if (rung.made != KeyTier::kNone) return "made a " + std::string(Name(rung.made)) + " key";
  return "not asked";
}

std::string Summary(const KeyPolicy& policy) {
  if (policy.attestation) return "attestation needs a KeyGuard key and none could be had";
  if (policy.floor == KeyTier::kNone) return "no key could be made";
  return "minimum_strength is " + std::string(Name(policy.floor)) + " and no such key could be had";
}

}  // namespace

KeyTier MinimumTier(const KeyPolicy& policy) {
  return policy.attestation ? KeyTier::kKeyGuard : policy.floor;
}

std::vector<Rung> MakeLadder(std::vector<KeyChainEntry> entries) {
  std::vector<Rung> ladder;
  for (KeyChainEntry& entry : entries) {
    if (entry.provider == nullptr) continue;
    Rung rung;
    rung.provider = std::move(entry.provider);
    rung.built_in = entry.built_in;
    rung.name = ForeignText(rung.provider->ProviderName());
    rung.best = rung.provider->BestTier();
    ladder.push_back(std::move(rung));
  }
  std::stable_sort(ladder.begin(), ladder.end(),
                   [](const Rung& a, const Rung& b) { return a.best > b.best; });
  return ladder;
}

bool ShouldAsk(const Rung& rung, KeyTier minimum, KeyTier have, std::uint64_t since) {
  if (rung.best < minimum || rung.best <= have || rung.made != KeyTier::kNone) return false;
  if (!rung.failure) return true;
  return rung.failure->retryable && rung.asked_in <= since;
}

std::string StrongerFailures(const std::vector<Rung>& ladder, KeyTier tier) {
  std::string list;
  for (const Rung& rung : ladder) {
    if (rung.best <= tier || !rung.failure) continue;
    list += (list.empty() ? "" : "; ") + rung.name + ": " + ForeignText(rung.failure->message);
  }
  return list;
}

Error NoKeyError(const std::vector<Rung>& ladder, const KeyPolicy& policy) {
  const KeyTier minimum = MinimumTier(policy);
  std::string message = Summary(policy);
  const Error* strongest = nullptr;
  bool weaker_was_there = false;
  for (const Rung& rung : ladder) {
    message += "; " + rung.name + ": " + Reason(rung, minimum);
    if (rung.best < minimum || rung.made != KeyTier::kNone) weaker_was_there = true;
    if (rung.best >= minimum && rung.failure && strongest == nullptr) strongest = &*rung.failure;
  }
  if (ladder.empty()) message += "; there is no key provider";
  const ErrorCode code = policy.attestation ? ErrorCode::kKeyguardUnavailable
                         : weaker_was_there ? ErrorCode::kMinStrengthNotMet
                                            : ErrorCode::kKeyCreationFailed;
  // A provider of the parent process creates no key here, whatever else is wrong.
  const bool of_parent = strongest != nullptr && strongest->code == ErrorCode::kUsedAfterFork;
  Error error(of_parent ? ErrorCode::kUsedAfterFork : code, Step::kKey, std::move(message));
  error.retryable = strongest != nullptr && strongest->retryable;
  error.native_code = strongest != nullptr ? strongest->native_code : 0;
  return error;
}

}  // namespace msiv2
