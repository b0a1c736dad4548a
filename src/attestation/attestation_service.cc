#include "attestation/attestation_service.h"

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <utility>

#include "attestation/attestation_status.h"
#include "base/ascii.h"
#include "base/begin_call.h"
#include "base/foreign_text.h"
#include "base/foreign_time.h"
#include "base/jwt.h"
#include "base/make_key.h"
#include "model/lifetimes.h"
#include "model/option_text.h"
#include "msiv2/clock.h"

namespace msiv2::attestation {
namespace {

// An attestor that respects its limit returns at about that limit. Only a later attestor counts as hung.
constexpr std::chrono::seconds kGrace{1};
// A failure whose back-off ended that long ago does not add to the next one.
constexpr std::chrono::minutes kFailureHolds{10};

Error Failed(std::string message) { return Error(ErrorCode::kAttestationFailed, std::move(message)); }

// A retry does not help.
Error FailedForGood(OptionText message) {
  Error error(ErrorCode::kAttestationFailed, std::move(message));
  error.retryable = false;
  return error;
}

// The first failure in a row may be transient, so it has no back-off.
std::chrono::seconds BackoffAfter(int failures) {
  constexpr std::chrono::seconds kLongest{60};
  if (failures < 2) return std::chrono::seconds(0);
  return std::min(kLongest, std::chrono::seconds(1 << std::min(failures - 2, 6)));
}

std::optional<Error> RefuseKey(const SigningKey& key, const Attestor& attestor) {
  if (key.Strength() != KeyStrength::kKeyGuard) {
    return Error(ErrorCode::kKeyguardUnavailable, Step::kAttestation,
                 "only a KeyGuard key can be attested; this one is " + std::string(Name(key.Strength())));
  }
  if (key.Origin() == KeyOrigin::kEmulated && !attestor.AcceptsEmulatedKeys()) {
    return FailedForGood({"the key is emulated, and a real attestor is never shown an emulated key"});
  }
  return std::nullopt;
}

// CheckToken returns the expiry time of a fresh JWT, or an error if the JWT must not be sent.
Result<std::chrono::system_clock::time_point> CheckToken(const SecretString& token,
                                                         std::chrono::system_clock::time_point now) {
  const auto malformed = [](const char* reason) {
    return AttestationError(AttestationStatus::kTokenMalformed, reason);
  };
  if (Trim(token.Reveal()).empty()) {
    return AttestationError(AttestationStatus::kTokenEmpty,
                            "the attestation service answered with an empty token");
  }
  const auto claims = JwtClaims(token.Reveal());
  if (!claims) return malformed("the attestation service answered with something that is not a JWT");
  const auto exp = claims->Seconds("exp");
  const auto expires = exp ? ForeignTime(*exp) : std::nullopt;
  if (!expires) return malformed("the attestation JWT has no `exp` that is a time between 1970 and 2100");
  if (*expires - kExpiryMargin <= now) {
    return AttestationError(AttestationStatus::kTokenStale,
                            "the attestation JWT is stale: it expires within five minutes");
  }
  return *expires;
}

Result<SecretString> CallWithoutThrowing(Attestor& attestor, const AttestationRequest& request,
                                         const CallContext& context, const KnownSecrets& secrets) {
  constexpr std::size_t kLongest = 800;  // status, number, reason, and the library's log text
  try {
    auto token = attestor.Attest(request, context);
    if (!token) token.error().message = ForeignText(token.error().message, secrets, kLongest);
    return token;
  } catch (const std::exception& thrown) {
    return AttestationError(AttestationStatus::kException,
                            "the attestor threw: " + ForeignText(thrown.what(), secrets));
  } catch (...) {
    return AttestationError(AttestationStatus::kException,
                            "the attestor threw something that is not a std::exception");
  }
}

// An attestor that reports its own timeout or cancellation has failed. Only the caller's own limits give
// `timeout` or `canceled`.
Result<SecretString> OfAttestor(const Result<SecretString>& token, const CallContext& context) {
  const bool ended =
      !token && (token.error().code == ErrorCode::kTimeout || token.error().code == ErrorCode::kCanceled);
  if (ended && !CheckCall(context, Step::kAttestation)) return Failed(token.error().message);
  return token;
}

}  // namespace

Error NoAttestorError() {
  return FailedForGood(
      FromTemplate("this client has no attestor: on Windows name AttestationClientLib.dll by "
                   "[{attestation_library} or ]MSIV2_ATTESTATION_LIBRARY; elsewhere give it an attestor"));
}

struct AttestationService::State {
  Signal signal;  // guards the rest
  std::map<CacheKey, Entry> cache;
  std::map<CacheKey, Failure> failures;
  // One call at a time calls the attestor. Other calls wait, unless it hangs.
  bool is_calling = false;
  std::chrono::steady_clock::time_point hung_from;  // a call that still runs at this time counts as hung

  // Checks the attestor's answer and caches a valid token.
  Result<SecretString> Record(const CacheKey& key, Result<SecretString> token, const Clock& clock);
  // Records that the attestor failed, and starts the back-off.
  void BackOff(const CacheKey& key, const Error& error, std::chrono::steady_clock::time_point now);
};

void AttestationService::State::BackOff(const CacheKey& key, const Error& error,
                                        std::chrono::steady_clock::time_point now) {
  std::lock_guard lock(signal.mutex);
  // An old failure says nothing about the present. Entries of keys that no longer exist must not stay for
  // ever.
  std::erase_if(failures,
                [&](const auto& entry) { return now >= entry.second.backs_off_until + kFailureHolds; });
  auto [entry, first] = failures.try_emplace(key, Failure{error, 1, now});
  Failure& failure = entry->second;
  if (!first) ++failure.in_a_row;
  failure.error = error;
  failure.backs_off_until = now + BackoffAfter(failure.in_a_row);
}

Result<SecretString> AttestationService::State::Record(const CacheKey& key, Result<SecretString> token,
                                                       const Clock& clock) {
  if (token) {
    const auto expires = CheckToken(*token, clock.Now());
    if (expires) {
      std::lock_guard lock(signal.mutex);
      cache.insert_or_assign(key, Entry{*token, *expires});
      failures.erase(key);
    } else {
      token = expires.error();
    }
  }
  return token;
}

AttestationService::AttestationService(std::shared_ptr<Attestor> attestor, Executor& executor,
                                       std::chrono::milliseconds timeout)
    : attestor_(std::move(attestor)),
      executor_(executor),
      timeout_(BoundTime(timeout)),
      state_(std::make_shared<State>()) {}

Result<SecretString> AttestationService::GetToken(const AttestationCall& call, const CallContext& context,
                                                  bool* from_cache) {
  if (!attestor_) return NoAttestorError();
  if (auto refusal = RefuseKey(*call.key, *attestor_)) return *std::move(refusal);
  const CacheKey key{call.spki_sha256, ToLower(call.endpoint)};
  auto kept = Cached(key, context);
  if (from_cache != nullptr) *from_cache = kept.has_value();
  if (kept) return *std::move(kept);
  return flights_.Run(MakeKey({key.second, key.first}), context, Step::kAttestation,
                      "another caller's attestation", [&]() -> Result<SecretString> {
                        if (auto cached = Cached(key, context)) return *std::move(cached);
                        if (auto failure = FailureInBackoff(key, context)) return *std::move(failure);
                        return CallInTurn(call, key, context);
                      });
}

void AttestationService::Forget(const std::string& spki_sha256) {
  std::lock_guard lock(state_->signal.mutex);
  const auto is_of_key = [&](const auto& entry) { return entry.first.first == spki_sha256; };
  std::erase_if(state_->cache, is_of_key);
  std::erase_if(state_->failures, is_of_key);
}

std::optional<SecretString> AttestationService::Cached(const CacheKey& key, const CallContext& context) {
  std::lock_guard lock(state_->signal.mutex);
  const auto entry = state_->cache.find(key);
  if (entry == state_->cache.end()) return std::nullopt;
  if (entry->second.expires > context.clock->Now() + kExpiryMargin) return entry->second.token;
  state_->cache.erase(entry);
  return std::nullopt;
}

/// FailureInBackoff returns the failure of `key` during its back-off, else nullopt.
std::optional<Error> AttestationService::FailureInBackoff(const CacheKey& key, const CallContext& context) {
  std::lock_guard lock(state_->signal.mutex);
  const auto entry = state_->failures.find(key);
  if (entry == state_->failures.end()) return std::nullopt;
  const auto left = entry->second.backs_off_until - context.clock->MonotonicNow();
  if (left <= std::chrono::steady_clock::duration::zero()) return std::nullopt;
  Error error = entry->second.error;
  error.message += " (of an earlier call; asked again in " +
                   std::to_string(std::chrono::ceil<std::chrono::seconds>(left).count()) + " s)";
  return error;
}

std::optional<Error> AttestationService::TakeTurn(const CallContext& context) {
  State& state = *state_;
  while (true) {
    CallContext waiting = context;
    {
      std::lock_guard lock(state.signal.mutex);
      const auto now = context.clock->MonotonicNow();
      if (!state.is_calling) {
        state.is_calling = true;
        state.hung_from = now + timeout_ + kGrace;
        return std::nullopt;
      }
      if (now >= state.hung_from) {
        return AttestationError(AttestationStatus::kBusy,
                                "busy: an earlier call still hangs in the attestor");
      }
      waiting.deadline = std::min(context.deadline, state.hung_from);
    }
    const WaitOutcome outcome = WaitFor(state.signal, waiting, [&] { return !state.is_calling; });
    if (outcome == WaitOutcome::kReady) continue;
    if (auto ended = CheckCall(context, Step::kAttestation)) return ended;
  }
}

void AttestationService::EndTurn() {
  std::lock_guard lock(state_->signal.mutex);
  state_->is_calling = false;
  state_->signal.changed.notify_all();
}

Result<SecretString> AttestationService::CallInTurn(const AttestationCall& call, const CacheKey& key,
                                                    const CallContext& context) {
  if (auto error = TakeTurn(context)) return *std::move(error);
  // The call before may have been for this key, and its caller may have stopped waiting.
  if (auto cached = Cached(key, context)) {
    EndTurn();
    return *std::move(cached);
  }
  auto token = CallAttestor(call, key, context);
  // A call that its own caller cancelled or timed out says nothing about the attestor.
  if (!token && !CheckCall(context, Step::kAttestation)) {
    state_->BackOff(key, token.error(), context.clock->MonotonicNow());
  }
  return token;
}

Result<SecretString> AttestationService::CallAttestor(const AttestationCall& call, const CacheKey& key,
                                                      const CallContext& context) {
  CallContext limited = context;
  limited.deadline = std::min(context.deadline, context.clock->MonotonicNow() + timeout_);
  auto answer = std::make_shared<std::optional<Result<SecretString>>>();
  AttestationRequest request{call.endpoint, call.client_id, call.key};
  const bool posted = executor_.Post([state = state_, attestor = attestor_, request = std::move(request), key,
                                      limited, answer, secrets = call.secrets] {
    auto token =
        state->Record(key, CallWithoutThrowing(*attestor, request, limited, secrets), *limited.clock);
    std::lock_guard lock(state->signal.mutex);
    answer->emplace(std::move(token));
    state->is_calling = false;
    state->signal.changed.notify_all();
  });
  if (!posted) {
    EndTurn();
    return Failed("no thread could be started to call the attestor");
  }
  const WaitOutcome outcome = WaitFor(state_->signal, limited, [&] { return answer->has_value(); });
  if (outcome == WaitOutcome::kReady) return OfAttestor(**answer, context);
  const bool own_limit = outcome == WaitOutcome::kDeadline && limited.deadline < context.deadline;
  if (own_limit) {
    return AttestationError(AttestationStatus::kHung,
                            "no answer within " + std::to_string(timeout_.count()) + " ms");
  }
  return CallEnded(outcome, Step::kAttestation, "the attestor");
}

}  // namespace msiv2::attestation
