#include "attestation/attestation_service.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/jwt.h"
#include "msiv2/clock.h"

namespace msiv2::attestation {
namespace {

constexpr std::chrono::minutes kMargin{5};
// An attestor that keeps to its limit returns about then: only one that is later counts as hung.
constexpr std::chrono::seconds kGrace{1};

Error Failed(std::string message) { return Error(ErrorCode::kAttestationFailed, std::move(message)); }

std::optional<Error> RefuseKey(const SigningKey& key, const Attestor& attestor) {
  if (key.Tier() != KeyTier::kKeyGuard) {
    return Error(ErrorCode::kKeyguardUnavailable, Step::kAttestation,
                 "only a KeyGuard key can be attested; this one is " + std::string(Name(key.Tier())));
  }
  if (key.Origin() == KeyOrigin::kEmulated && !attestor.AcceptsEmulatedKeys()) {
    return Failed("the key is emulated, and a real attestor is never shown an emulated key");
  }
  return std::nullopt;
}

// The moment at which a fresh JWT ends, if it is one that may be sent.
Result<std::chrono::system_clock::time_point> CheckToken(const SecretString& token,
                                                         std::chrono::system_clock::time_point now) {
  if (Trim(token.Reveal()).empty()) return Failed("the attestation service answered with an empty token");
  const auto claims = JwtClaims(token.Reveal());
  if (!claims) return Failed("the attestation service answered with something that is no JWT");
  const auto exp = claims->Integer("exp");
  constexpr std::int64_t kLatest = 253402300799;  // 9999-12-31, so that the arithmetic cannot overflow
  if (!exp || *exp < 0 || *exp > kLatest) return Failed("the attestation JWT has no usable `exp`");
  const auto expires = std::chrono::system_clock::time_point(std::chrono::seconds(*exp));
  if (expires <= now + kMargin) return Failed("the attestation JWT is stale: it ends within five minutes");
  return expires;
}

Result<SecretString> CallWithoutThrowing(Attestor& attestor, const AttestationRequest& request,
                                         const CallContext& context) {
  try {
    return attestor.Attest(request, context);
  } catch (const std::exception& thrown) {
    return Failed("the attestor threw: " + Printable(thrown.what()));
  } catch (...) {
    return Failed("the attestor threw something that is no std::exception");
  }
}

}  // namespace

// Whoever holds the line talks to the attestor; the others wait, unless the holder's call hangs.
struct AttestationService::Line {
  Signal signal;  // guards the rest
  bool taken = false;
  std::chrono::steady_clock::time_point hung_from;  // a call still running then counts as hung
};

AttestationService::AttestationService(std::shared_ptr<Attestor> attestor, Executor& executor,
                                       std::chrono::milliseconds timeout)
    : attestor_(std::move(attestor)),
      executor_(executor),
      timeout_(timeout),
      line_(std::make_shared<Line>()) {}

Result<SecretString> AttestationService::GetToken(const AttestationCall& call, const CallContext& context) {
  if (!attestor_) return Failed("this client has no attestor");
  if (auto refusal = RefuseKey(*call.key, *attestor_)) return *std::move(refusal);
  const CacheKey key{call.spki_sha256, ToLower(call.endpoint)};
  if (auto cached = Cached(key, context)) return *std::move(cached);
  return flights_.Run(key.second + "|" + key.first, context, Step::kAttestation,
                      "another caller's attestation", [&]() -> Result<SecretString> {
                        if (auto cached = Cached(key, context)) return *std::move(cached);
                        return Fetch(call, key, context);
                      });
}

void AttestationService::Forget(const std::string& spki_sha256) {
  std::lock_guard lock(mutex_);
  std::erase_if(cache_, [&](const auto& entry) { return entry.first.first == spki_sha256; });
}

std::optional<SecretString> AttestationService::Cached(const CacheKey& key, const CallContext& context) {
  std::lock_guard lock(mutex_);
  const auto entry = cache_.find(key);
  if (entry == cache_.end()) return std::nullopt;
  if (entry->second.expires > context.clock->Now() + kMargin) return entry->second.token;
  cache_.erase(entry);
  return std::nullopt;
}

Result<SecretString> AttestationService::Fetch(const AttestationCall& call, const CacheKey& key,
                                               const CallContext& context) {
  Result<SecretString> token = CallAttestor(call, context);
  if (!token) return token;
  const auto expires = CheckToken(*token, context.clock->Now());
  if (!expires) return expires.error();
  std::lock_guard lock(mutex_);
  cache_.insert_or_assign(key, Entry{*token, *expires});
  return token;
}

std::optional<Error> AttestationService::TakeLine(const CallContext& context) {
  while (true) {
    CallContext waiting = context;
    {
      std::lock_guard lock(line_->signal.mutex);
      const auto now = context.clock->MonotonicNow();
      if (!line_->taken) {
        line_->taken = true;
        line_->hung_from = now + timeout_ + kGrace;
        return std::nullopt;
      }
      if (now >= line_->hung_from) return Failed("busy: an earlier call still hangs in the attestor");
      waiting.deadline = std::min(context.deadline, line_->hung_from);
    }
    const WaitOutcome outcome = WaitFor(line_->signal, waiting, [&] { return !line_->taken; });
    if (outcome == WaitOutcome::kReady) continue;
    if (auto ended = CheckCall(context, Step::kAttestation)) return ended;
  }
}

Result<SecretString> AttestationService::CallAttestor(const AttestationCall& call,
                                                      const CallContext& context) {
  if (auto error = TakeLine(context)) return *std::move(error);
  CallContext limited = context;
  limited.deadline = std::min(context.deadline, context.clock->MonotonicNow() + timeout_);
  auto answer = std::make_shared<std::optional<Result<SecretString>>>();
  AttestationRequest request{call.endpoint, call.client_id, call.key};
  executor_.Post([line = line_, attestor = attestor_, request = std::move(request), limited, answer] {
    Result<SecretString> token = CallWithoutThrowing(*attestor, request, limited);
    std::lock_guard lock(line->signal.mutex);
    answer->emplace(std::move(token));
    line->taken = false;
    line->signal.changed.notify_all();
  });
  const WaitOutcome outcome = WaitFor(line_->signal, limited, [&] { return answer->has_value(); });
  if (outcome == WaitOutcome::kReady) {
    // The attestor's own time limit is a failed attestation; only the caller's own end is its timeout.
    Result<SecretString> token = **answer;
    const bool ended =
        !token && (token.error().code == ErrorCode::kTimeout || token.error().code == ErrorCode::kCanceled);
    if (ended && !CheckCall(context, Step::kAttestation)) return Failed(token.error().message);
    return token;
  }
  const bool own_limit = outcome == WaitOutcome::kDeadline && limited.deadline < context.deadline;
  if (own_limit) return Failed("no answer within " + std::to_string(timeout_.count()) + " ms");
  return CallEnded(outcome, Step::kAttestation, "the attestor");
}

}  // namespace msiv2::attestation
