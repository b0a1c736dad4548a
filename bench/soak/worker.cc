#include "bench/soak/worker.h"

#include <optional>
#include <utility>

#include "bench/soak/invariants.h"
#include "msiv2/challenge.h"

namespace msiv2::soak {
namespace {

using std::chrono::steady_clock;

constexpr int kCallsInRound = 200;
constexpr std::chrono::milliseconds kRound{250};  // no call begins after it: some take seconds
constexpr std::chrono::seconds kTimeout{20};
constexpr std::chrono::milliseconds kShortTimeout{20};

constexpr int kResources = 4;

TokenRequest RequestFor(int resource, bool attested) {
  TokenRequest request{.resource = "https://resource" + std::to_string(resource) + ".example"};
  request.mtls_proof_of_possession = true;
  request.with_attestation_support = attested;
  request.allow_unattested = !attested;
  if (attested) request.minimum_strength = KeyStrength::kKeyGuard;
  return request;
}

}  // namespace

Counts Worker::Round() {
  Counts counts;
  const auto end = steady_clock::now() + kRound;
  for (int i = 0; i < kCallsInRound && steady_clock::now() < end; ++i) {
    Target& target =
        world_.targets()[static_cast<std::size_t>(Draw(static_cast<int>(world_.targets().size())))];
    const TokenRequest request = DrawRequest();
    auto token = Acquire(target, request, counts);
    if (token && Draw(50) == 0) CallResource(target, request, *std::move(token), counts);
  }
  return counts;
}

TokenRequest Worker::DrawRequest() {
  TokenRequest request = RequestFor(Draw(kResources), /*attested=*/Draw(4) != 0);
  request.force_refresh = Draw(1000) == 0;
  return request;
}

std::chrono::milliseconds Worker::DrawTimeout() { return Draw(50) == 0 ? kShortTimeout : kTimeout; }

Result<TokenResult> Worker::Acquire(Target& target, const TokenRequest& request, Counts& counts) {
  const auto timeout = DrawTimeout();
  static_cast<void>(EventCounter::TakeMissed());
  const auto asked_at = world_.clock().Now();
  const auto started = steady_clock::now();
  auto token = target.client.AcquireToken(request, {.timeout = timeout});
  const auto elapsed = steady_clock::now() - started;

  ++counts.calls;
  const bool warm = token && token->from_cache && !EventCounter::TakeMissed();
  (warm ? counts.warm : counts.other).Add(elapsed);
  counts.AddEnd(elapsed, timeout, longest_overrun_);
  if (!token) {
    ++counts.errors[std::string(Name(token.error().code))];
    if (token.error().kind != ErrorKind::kMsiV2) counts.Violate("refused: " + token.error().ToString());
    return token;
  }
  if (!token->from_cache) ++counts.tokens_from_network;
  const auto wrong = CheckToken(*token, request, target.client_id, world_.tenant_id(), asked_at);
  if (wrong) counts.Violate(*wrong);
  return token;
}

Result<HttpResponse> Worker::Send(const TokenResult& token, Counts& counts) {
  const auto started = steady_clock::now();
  auto answer = world_.resource().Send(*token, {.url = world_.resource_url()}, {.timeout = kTimeout});
  counts.AddEnd(steady_clock::now() - started, kTimeout, longest_overrun_);
  ++counts.resource_calls;
  ++counts.resource_outcomes[answer ? "HTTP " + std::to_string(answer->status)
                                    : std::string(Name(answer.error().code))];
  if (answer) {
    if (const auto wrong = CheckResourceAnswer(*answer)) counts.Violate(*wrong);
  }
  return answer;
}

void Worker::CallResource(Target& target, TokenRequest request, TokenResult token, Counts& counts) {
  const auto answer = Send(token, counts);
  if (!answer || answer->status != 401) return;
  auto challenge = ParseClaimsChallenge(answer->headers);
  if (!challenge) return;
  ++counts.challenges;
  request.claims = std::move(challenge->claims);
  const auto with_claims = Acquire(target, request, counts);
  if (!with_claims) return;
  const auto second = Send(*with_claims, counts);
  if (!second || second->status != 401) return;
  const auto again = ParseClaimsChallenge(second->headers);
  if (again && again->claims == request.claims)
    counts.Violate("a token lacks the claims that it was asked for with");
}

void Recover(World& world, std::chrono::seconds timeout, Tally& tally) {
  const auto end = steady_clock::now() + timeout;
  for (Target& target : world.targets()) {
    for (const bool attested : {true, false}) {
      auto token = target.client.AcquireToken(RequestFor(0, attested));
      while (!token && steady_clock::now() < end) {
        world.StepClock(std::chrono::minutes(1),
                        std::chrono::seconds(0));  // lets the back-offs after failures expire
        token = target.client.AcquireToken(RequestFor(0, attested));
      }
      if (!token) tally.Violate("no recovery after the faults: " + token.error().ToString());
    }
  }
}

}  // namespace msiv2::soak
