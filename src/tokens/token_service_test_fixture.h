// The token service with a scripted fetcher. It fetches a third kind of token in addition to bound and bearer
// ones. This shows that a further kind needs no change of the service.
#pragma once

#include "tokens/token_service.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "flow/testing/fake_ports.h"
#include "msiv2/challenge.h"
#include "rotation/schedule.h"
#include "tests/support/asked_clock.h"
#include "tests/support/fake_binding.h"
#include "tokens/awaited_rotator_test_support.h"
#include "tokens/rejected_tokens.h"

namespace msiv2::tokens {

using flow::testing::FakePorts;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// What the scripted fetchers of a test share.
struct Script {
  std::deque<TokenAttempt> attempts;
  std::deque<milliseconds> remedies;
  std::optional<Error> prepare_fails;
  bool may_cache = true;
  bool may_refresh = true;
  std::atomic<int> fetches{0};
  std::atomic<int> made_for_refresh{0};
  BindingPtr binding;                              // of the slot
  std::chrono::steady_clock::time_point deadline;  // of the latest fetch
  std::function<void()> on_fetch;
  std::function<void()> on_flight_key;  // runs once, before the flight
  std::function<void()> on_spec;        // runs once, while a token is stored
  std::string rotation_job;             // of the slot
};

class ScriptedFetcher : public TokenFetcher {
 public:
  ScriptedFetcher(Script& script, std::string resource) : script_(script), resource_(std::move(resource)) {
    traits.type = TokenType::kBearer;
    traits.source = "scripted";
    traits.secrets = &secrets_;
    traits.timeout = seconds(30);
  }
  TokenTraits Traits() const override { return traits; }
  TokenSpec Spec() const override {
    if (script_.on_spec) std::exchange(script_.on_spec, nullptr)();
    return {resource_, traits.type, "", KeyStrength::kNone};
  }
  KnownSlot Known() const override {
    if (!knows_slot) return {std::nullopt, MissReason::kNoCertificate};
    return {Slot()};
  }
  std::string FlightKey() const override {
    if (script_.on_flight_key) std::exchange(script_.on_flight_key, nullptr)();
    return resource_;
  }
  Result<TokenSlot> Prepare(const FetchContext& /*context*/) override {
    if (script_.prepare_fails) return *script_.prepare_fails;
    return Slot();
  }
  TokenAttempt Fetch(const FetchContext& context, const TokenSlot& /*slot*/,
                     const cache::CachedToken* cached) override {
    ++script_.fetches;
    script_.deadline = context.call.deadline;
    passed_over = cached != nullptr ? cached->token : nullptr;
    if (script_.on_fetch) script_.on_fetch();
    if (script_.attempts.empty())
      return {Error(ErrorCode::kTokenRequestFailed, "no scripted attempt is left")};
    TokenAttempt attempt = std::move(script_.attempts.front());
    script_.attempts.pop_front();
    return attempt;
  }
  std::optional<milliseconds> NextRemedy(const FetchContext& /*context*/, const BindingPtr& /*binding*/,
                                         const TokenAttempt& /*attempt*/) override {
    if (script_.remedies.empty()) return std::nullopt;
    return std::exchange(script_.remedies, {}).front();
  }
  Error Explain(Error error) const override {
    error.source = "scripted";
    return error;
  }
  bool MayCache(const TokenSlot& /*slot*/) const override { return script_.may_cache; }
  bool MayRefresh() const override { return script_.may_refresh; }
  std::shared_ptr<TokenFetcher> ForRefresh(Observer* observer) const override {
    ++script_.made_for_refresh;
    auto refresh = std::make_shared<ScriptedFetcher>(script_, resource_);
    refresh->traits.force_refresh = true;
    refresh->traits.in_background = true;
    refresh->traits.observer = observer;
    return refresh;
  }

  TokenTraits traits;
  bool knows_slot = true;
  bool has_claims = false;  // a newer token without claims is an answer
  TokenPtr passed_over;

 private:
  TokenSlot Slot() const {
    TokenSlot slot;
    slot.key = slot.renewed_key = resource_;
    slot.refresh_job = "refresh|" + resource_;
    slot.binding = script_.binding;
    slot.rotation_job = script_.rotation_job;
    if (has_claims) slot.key += "|claims";
    slot.follows_renewed = has_claims;
    return slot;
  }
  Script& script_;
  const std::string resource_;
  KnownSecrets secrets_;
};

class Recorder final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    if (event.kind == Event::Kind::kCacheMiss) misses.push_back(event.miss);
    if (event.kind == Event::Kind::kCacheHit) hits.emplace_back(event.detail);
    if (event.kind == Event::Kind::kRemediation) remedies.push_back(event.attempt);
  }
  void OnMsiCount(const MsiCount& count) noexcept override { outcomes.push_back(count.outcome); }

  std::vector<MissReason> misses;
  std::vector<std::string> hits;
  std::vector<int> remedies;
  std::vector<CredentialOutcome> outcomes;
};

class TokenServiceTest : public ::testing::Test {
 protected:
  ~TokenServiceTest() override { rotator_.Stop(); }

  TokenPtr MakeToken(seconds lifetime = hours(1), std::optional<seconds> refresh_in = std::nullopt) {
    auto token = std::make_shared<AccessToken>();
    token->expires_on = ports_.clock.Now() + lifetime;
    if (refresh_in) token->refresh_on = ports_.clock.Now() + *refresh_in;
    return token;
  }
  TokenPtr WillFetch(seconds lifetime = hours(1), std::optional<seconds> refresh_in = std::nullopt) {
    TokenPtr token = MakeToken(lifetime, refresh_in);
    script_.attempts.push_back({token});
    return token;
  }
  TokenPtr WillFetchSecret(const std::string& secret) {
    auto token = std::make_shared<AccessToken>(*MakeToken());
    token->secret = SecretString(secret);
    script_.attempts.push_back({TokenPtr(token)});
    return token;
  }
  Acquired Rejecting(const AccessToken& token) {
    ScriptedFetcher fetcher(script_, "r");
    const std::string digest = DigestOf(token.secret);
    fetcher.traits.rejected_token_sha256 = digest;
    return service_.Acquire(fetcher, ports_.Call());
  }
  void FetchWillFail(ErrorCode code = ErrorCode::kTokenRequestFailed) {
    script_.attempts.push_back({Error(code, "scripted")});
  }
  Acquired Acquire(bool force = false) {
    ScriptedFetcher fetcher(script_, "r");
    fetcher.traits.force_refresh = force;
    return service_.Acquire(fetcher, ports_.Call());
  }
  // Returns what a call gets that waits while `leader` fetches.
  Acquired OneThatWaits(const std::function<void()>& leader, const std::string& rejects = "") {
    std::atomic<bool> go{false};
    script_.on_fetch = [&] {
      while (script_.fetches == 1 && !go) std::this_thread::yield();
    };
    std::thread leads(leader);
    while (script_.fetches == 0) std::this_thread::yield();
    ports_.clock.Advance(joins_after_);
    testing::AskedClock asked(ports_.clock);
    std::optional<Acquired> acquired;
    std::thread waits([&] {
      ScriptedFetcher fetcher(script_, "r");
      fetcher.traits.rejected_token_sha256 = rejects;
      CallContext call = ports_.Call();
      call.clock = &asked;
      acquired.emplace(service_.Acquire(fetcher, call));
    });
    while (!asked.was_asked) std::this_thread::yield();
    go = true;
    leads.join();
    waits.join();
    return *std::move(acquired);
  }
  TokenPtr TokenOfOneThatWaits(const std::function<void()>& leader, const std::string& rejects = "") {
    auto acquired = OneThatWaits(leader, rejects);
    EXPECT_TRUE(acquired.token);
    return acquired.token ? std::move(acquired.token->token) : nullptr;
  }
  const AccessToken* Token(const Acquired& acquired) {
    EXPECT_TRUE(acquired.token) << acquired.token.error().ToString();
    return acquired.token ? acquired.token->token.get() : nullptr;
  }

  RenewalOutcome RenewalAfter(std::chrono::nanoseconds time) { return rotator_.RenewalAfter(time); }

  FakePorts ports_;
  Script script_;
  seconds joins_after_{1};  // so long after the flight begins the second call
  AwaitedRotator rotator_{ports_.clock};
  TokenService service_{*ports_, *rotator_};
};

}  // namespace msiv2::tokens
