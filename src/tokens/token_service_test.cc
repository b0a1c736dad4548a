// The token service with a scripted fetcher.
#include "tokens/token_service_test_fixture.h"

namespace msiv2::tokens {
namespace {

// ---- cache -----------------------------------------------------------------------------------------------

TEST_F(TokenServiceTest, AMissFetchesAndTheNextCallIsAHit) {
  const auto token = WillFetch();
  auto first = Acquire();
  EXPECT_EQ(Token(first), token.get());
  EXPECT_FALSE(first.token->from_cache);
  EXPECT_FALSE(first.hot);
  auto second = Acquire();
  EXPECT_EQ(Token(second), token.get());
  EXPECT_TRUE(second.token->from_cache);
  ASSERT_TRUE(second.hot);
  EXPECT_EQ(second.hot->until, token->expires_on - minutes(5));
  EXPECT_EQ(script_.fetches, 1);
}

TEST_F(TokenServiceTest, ATokenIsFetchedAnewFiveMinutesBeforeItExpires) {
  WillFetch(hours(1));
  (void)Acquire();
  ports_.clock.Advance(minutes(55));
  const auto next = WillFetch();
  EXPECT_EQ(Token(Acquire()), next.get());
}

TEST_F(TokenServiceTest, AForcedRefreshPassesTheCachedTokenOver) {
  const auto cached = WillFetch();
  (void)Acquire();
  const auto fresh = WillFetch();
  ScriptedFetcher fetcher(script_, "r");
  fetcher.traits.force_refresh = true;
  EXPECT_EQ(Token(service_.Acquire(fetcher, ports_.Call())), fresh.get());
  EXPECT_EQ(fetcher.passed_over, cached);
  EXPECT_EQ(Token(Acquire()), fresh.get()) << "it takes the place of the one before";
}

TEST_F(TokenServiceTest, WithTheCacheOffEveryCallFetches) {
  ScriptedFetcher fetcher(script_, "r");
  fetcher.traits.token_cache = false;
  WillFetch();
  WillFetch();
  (void)service_.Acquire(fetcher, ports_.Call());
  (void)service_.Acquire(fetcher, ports_.Call());
  EXPECT_EQ(script_.fetches, 2);
  WillFetch();
  (void)Acquire();
  EXPECT_EQ(script_.fetches, 3) << "nothing was cached";
}

TEST_F(TokenServiceTest, ATokenThatMayNotBeCachedIsTheCallersAlone) {
  script_.may_cache = false;
  const auto token = WillFetch();
  EXPECT_EQ(Token(Acquire()), token.get());
  WillFetch();
  (void)Acquire();
  EXPECT_EQ(script_.fetches, 2);
}

TEST_F(TokenServiceTest, ATokenThatIsFoundAfterThePreparationIsNotFetched) {
  const auto token = WillFetch();
  (void)Acquire();
  ScriptedFetcher fetcher(script_, "r");
  fetcher.knows_slot = false;
  auto acquired = service_.Acquire(fetcher, ports_.Call());
  EXPECT_EQ(Token(acquired), token.get());
  EXPECT_TRUE(acquired.token->from_cache);
  EXPECT_EQ(script_.fetches, 1);
  Recorder recorder;
  fetcher.traits.observer = &recorder;
  (void)service_.Acquire(fetcher, ports_.Call());
  EXPECT_EQ(recorder.hits, std::vector<std::string>{"the identity has it under another id"});
}

TEST_F(TokenServiceTest, ACallWithClaimsHitsTheNewerTokenOfTheCallsWithoutThem) {
  ScriptedFetcher fetcher(script_, "r");
  fetcher.has_claims = true;
  WillFetch();
  (void)service_.Acquire(fetcher, ports_.Call());
  ports_.clock.Advance(seconds(1));
  const auto newer = WillFetch();
  (void)Acquire(/*force=*/true);
  Recorder recorder;
  fetcher.traits.observer = &recorder;
  EXPECT_EQ(Token(service_.Acquire(fetcher, ports_.Call())), newer.get());
  EXPECT_TRUE(recorder.misses.empty());
  EXPECT_EQ(script_.fetches, 2);
}

TEST_F(TokenServiceTest, WhatAnotherCallFetchedOnTheWayIntoTheFlightIsAHit) {
  const auto token = WillFetch();
  script_.on_flight_key = [&] { (void)Acquire(); };
  Recorder recorder;
  ScriptedFetcher fetcher(script_, "r");
  fetcher.traits.observer = &recorder;
  const auto acquired = service_.Acquire(fetcher, ports_.Call());
  EXPECT_EQ(Token(acquired), token.get());
  EXPECT_TRUE(acquired.token->from_cache);
  EXPECT_EQ(recorder.hits, std::vector<std::string>{"another call had just fetched it"});
  EXPECT_EQ(script_.fetches, 1);
}

TEST_F(TokenServiceTest, WhatIsCachedHasTheBindingAndTheSpecOfItsRequest) {
  script_.binding = std::make_shared<const Binding>(
      msiv2::testing::FakeBinding({}, ports_.clock.Now() + hours(9), KeyStrength::kSoftware, "x5t"));
  WillFetch();
  (void)Acquire();
  const auto hit = Acquire();
  ASSERT_TRUE(hit.hot);
  const auto cached = hit.hot->cached.lock();
  EXPECT_EQ(cached->binding, script_.binding);
  EXPECT_EQ(cached->spec.resource, "r");
}

TEST_F(TokenServiceTest, AHotHitIsAUseAndIsTold) {
  WillFetch();
  (void)Acquire();
  const auto cached = Acquire().hot->cached.lock();
  cached->used = false;
  Recorder recorder;
  EXPECT_TRUE(service_.HotHit(cached, &recorder).from_cache);
  EXPECT_TRUE(cached->used);
  EXPECT_EQ(recorder.hits, std::vector<std::string>{"token from the cache"});
}

TEST_F(TokenServiceTest, EveryMissHasItsReason) {
  Recorder recorder;
  const auto acquire = [&](const std::function<void(ScriptedFetcher&)>& change) {
    ScriptedFetcher fetcher(script_, "r");
    fetcher.traits.observer = &recorder;
    if (change) change(fetcher);
    WillFetch();
    (void)service_.Acquire(fetcher, ports_.Call());
  };
  acquire([](ScriptedFetcher& fetcher) { fetcher.knows_slot = false; });
  ports_.clock.Advance(minutes(55));
  acquire({});
  acquire([](ScriptedFetcher& fetcher) { fetcher.traits.force_refresh = true; });
  acquire([](ScriptedFetcher& fetcher) { fetcher.traits.token_cache = false; });
  acquire([](ScriptedFetcher& fetcher) {
    fetcher.traits.force_refresh = true;
    fetcher.traits.in_background = true;
  });
  EXPECT_EQ(recorder.misses,
            (std::vector<MissReason>{MissReason::kNoCertificate, MissReason::kEnded, MissReason::kForced,
                                     MissReason::kOff, MissReason::kDue}));
  EXPECT_EQ(recorder.outcomes, std::vector<CredentialOutcome>(5, CredentialOutcome::kSuccess));
  EXPECT_TRUE(recorder.hits.empty());
  ScriptedFetcher other(script_, "other");
  other.traits.observer = &recorder;
  FetchWillFail();
  (void)service_.Acquire(other, ports_.Call());
  EXPECT_EQ(recorder.misses.back(), MissReason::kAbsent);
  EXPECT_EQ(recorder.outcomes.back(), CredentialOutcome::kNotFound);
}

// ---- failures --------------------------------------------------------------------------------------------

TEST_F(TokenServiceTest, AFailureIsExplainedAndHasACorrelationId) {
  FetchWillFail();
  const auto acquired = Acquire();
  ASSERT_FALSE(acquired.token);
  EXPECT_EQ(acquired.token.error().code, ErrorCode::kTokenRequestFailed);
  EXPECT_EQ(acquired.token.error().source, "scripted");
  EXPECT_FALSE(acquired.token.error().correlation_id.empty());
}

TEST_F(TokenServiceTest, AFailedPreparationIsTheErrorOfTheCall) {
  script_.prepare_fails = Error(ErrorCode::kImdsUnreachable, "scripted");
  const auto acquired = Acquire();
  ASSERT_FALSE(acquired.token);
  EXPECT_EQ(acquired.token.error().code, ErrorCode::kImdsUnreachable);
  EXPECT_EQ(script_.fetches, 0);
}

TEST_F(TokenServiceTest, ARemedyIsTriedAfterItsDelay) {
  FetchWillFail();
  script_.remedies = {seconds(2)};
  const auto token = WillFetch();
  const auto began = ports_.clock.MonotonicNow();
  EXPECT_EQ(Token(Acquire()), token.get());
  EXPECT_EQ(ports_.clock.MonotonicNow() - began, seconds(2));
}

TEST_F(TokenServiceTest, ARemedyIsTold) {
  Recorder recorder;
  ScriptedFetcher fetcher(script_, "r");
  fetcher.traits.observer = &recorder;
  FetchWillFail();
  script_.remedies = {seconds(2)};
  WillFetch();
  (void)service_.Acquire(fetcher, ports_.Call());
  EXPECT_EQ(recorder.remedies, std::vector<int>{1});
  EXPECT_EQ(recorder.outcomes, std::vector<CredentialOutcome>{CredentialOutcome::kRetrySucceeded});
}

TEST_F(TokenServiceTest, ARemedyThatHelpsNothingIsNamedInTheError) {
  FetchWillFail();
  FetchWillFail();
  script_.remedies = {seconds(0)};
  const auto acquired = Acquire();
  ASSERT_FALSE(acquired.token);
  EXPECT_NE(acquired.token.error().message.find("1 remedy was tried"), std::string::npos);
  EXPECT_TRUE(ports_.clock.Sleeps().empty()) << "it had no delay";
}

TEST_F(TokenServiceTest, ACallThatIsCanceledBeforeARemedyTriesNone) {
  const CancellationSource source;
  CallContext call = ports_.Call();
  call.cancellation = source.token();
  script_.on_fetch = [&] { source.Cancel(); };
  FetchWillFail();
  script_.remedies = {seconds(2)};
  WillFetch();
  ScriptedFetcher fetcher(script_, "r");
  const auto acquired = service_.Acquire(fetcher, call);
  ASSERT_FALSE(acquired.token);
  EXPECT_EQ(acquired.token.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(script_.fetches, 1);
}

TEST_F(TokenServiceTest, ARemedyThatDoesNotFitTheDeadlineIsNotTried) {
  FetchWillFail();
  script_.remedies = {seconds(30)};  // as long as the call
  const auto began = ports_.clock.MonotonicNow();
  const auto acquired = Acquire();
  EXPECT_EQ(ports_.clock.MonotonicNow(), began) << "nothing is waited for";
  ASSERT_FALSE(acquired.token);
  EXPECT_TRUE(acquired.token.error().out_of_time);
  EXPECT_EQ(script_.fetches, 1);
}

// ---- one fetch for many callers --------------------------------------------------------------------------

// B8.
TEST_F(TokenServiceTest, CallersOfOneTokenShareOneFetch) {
  const auto token = WillFetch();
  std::atomic<bool> go{false};
  std::atomic<bool> fetching{false};
  script_.on_fetch = [&] {
    fetching = true;
    while (!go) std::this_thread::yield();
  };
  std::thread leader([&] { EXPECT_EQ(Token(Acquire()), token.get()); });
  while (!fetching) std::this_thread::yield();
  std::vector<std::thread> others;
  std::deque<testing::AskedClock> clocks;
  for (int i = 0; i < 4; ++i) {
    others.emplace_back([&, &clock = clocks.emplace_back(ports_.clock)] {
      ScriptedFetcher fetcher(script_, "r");
      CallContext call = ports_.Call();
      call.clock = &clock;
      EXPECT_EQ(Token(service_.Acquire(fetcher, call)), token.get());
    });
  }
  for (const auto& clock : clocks) {
    while (!clock.was_asked && script_.fetches == 1) std::this_thread::yield();  // until each waits
  }
  go = true;
  leader.join();
  for (std::thread& other : others) other.join();
  EXPECT_EQ(script_.fetches, 1);
}

// B13.
TEST_F(TokenServiceTest, ATokenThatEndedOnItsWayIsFetchedAgain) {
  WillFetch(hours(1));
  script_.on_fetch = [&] {  // the clock is set while the first one is on its way
    if (script_.fetches == 1) ports_.clock.SetNow(ports_.clock.Now() + hours(1));
  };
  const auto good = WillFetch(hours(9));
  EXPECT_EQ(Token(Acquire()), good.get());
  EXPECT_EQ(script_.fetches, 2);
}

// B13.
TEST_F(TokenServiceTest, NoTokenThatHasEndedIsHandedOut) {
  script_.on_fetch = [&] { ports_.clock.SetNow(ports_.clock.Now() + hours(20)); };
  WillFetch(hours(1));
  WillFetch(hours(1));
  const auto acquired = Acquire();
  ASSERT_FALSE(acquired.token);
  EXPECT_EQ(acquired.token.error().code, ErrorCode::kTokenRequestFailed);
  EXPECT_TRUE(acquired.token.error().retryable);
  EXPECT_EQ(script_.fetches, 2);
}

// B13. The call that fetched it may use its last minutes; one that merely waited for it fetches its own.
TEST_F(TokenServiceTest, ACallThatJoinedChecksTheTokenAgainstTheClock) {
  const auto old = WillFetch(hours(1));
  const auto good = WillFetch(hours(9));
  std::atomic<bool> go{false};
  script_.on_fetch = [&] {
    if (script_.fetches > 1) return;
    while (!go) std::this_thread::yield();
    ports_.clock.SetNow(ports_.clock.Now() + minutes(57));
  };
  std::thread leader([&] { EXPECT_EQ(Token(Acquire()), old.get()); });
  while (script_.fetches == 0) std::this_thread::yield();
  ports_.clock.Advance(seconds(1));  // the second call begins after the flight
  testing::AskedClock asked(ports_.clock);
  std::thread joiner([&] {
    ScriptedFetcher fetcher(script_, "r");
    CallContext call = ports_.Call();
    call.clock = &asked;
    EXPECT_EQ(Token(service_.Acquire(fetcher, call)), good.get());
  });
  while (!asked.was_asked) std::this_thread::yield();  // it waits for the leader
  go = true;
  leader.join();
  joiner.join();
  EXPECT_EQ(script_.fetches, 2);
}

// ---- rejected tokens -------------------------------------------------------------------------------------

// A9.
TEST_F(TokenServiceTest, ARejectedTokenIsNotServedAgain) {
  const auto rejected = WillFetchSecret("refused by the resource");
  (void)Acquire();
  const auto fresh = WillFetchSecret("another");
  EXPECT_EQ(Token(Rejecting(*rejected)), fresh.get());
  EXPECT_EQ(Token(Rejecting(*rejected)), fresh.get()) << "which is cached";
  EXPECT_EQ(Token(Acquire()), fresh.get()) << "for others too";
  EXPECT_EQ(script_.fetches, 2);
}

// A9.
TEST_F(TokenServiceTest, WhatTheServiceHandsOutAnewIsReturnedOnceAndNotCached) {
  const auto rejected = WillFetchSecret("refused by the resource");
  (void)Acquire();
  const auto same = WillFetchSecret("refused by the resource");
  EXPECT_EQ(Token(Rejecting(*rejected)), same.get());
  const auto again = WillFetchSecret("refused by the resource");
  EXPECT_EQ(Token(Acquire()), again.get());
  const auto good = WillFetchSecret("another");
  EXPECT_EQ(Token(Acquire()), good.get()) << "nothing was cached";
  EXPECT_EQ(script_.fetches, 4);
}

TEST_F(TokenServiceTest, ACallThatRejectsATokenDoesNotTakeItFromACallThatItWaitedFor) {
  const auto refused = WillFetchSecret("refused by the resource");
  const auto good = WillFetchSecret("another");
  EXPECT_EQ(TokenOfOneThatWaits([&] { (void)Acquire(); }, DigestOf(refused->secret)), good);
  EXPECT_EQ(script_.fetches, 2);
}

TEST_F(TokenServiceTest, ACallThatWaitedForAnotherOneSharesItsFailure) {
  FetchWillFail();
  WillFetch();
  const auto joined = OneThatWaits([&] { (void)Acquire(); });
  ASSERT_FALSE(joined.token);
  EXPECT_EQ(joined.token.error().code, ErrorCode::kTokenRequestFailed);
  EXPECT_EQ(script_.fetches, 1);
}

TEST_F(TokenServiceTest, ATokenOfACallThatItWaitedForIsNotOfTheCache) {
  const auto token = WillFetch();
  const auto joined = OneThatWaits([&] { (void)Acquire(); });
  EXPECT_EQ(Token(joined), token.get());
  EXPECT_FALSE(joined.token->from_cache);
}

TEST_F(TokenServiceTest, ACallTakesNoTokenOfAnEarlierOneThatHasFiveMinutesLeft) {
  WillFetch(minutes(5) + joins_after_);
  const auto good = WillFetch(hours(9));
  EXPECT_EQ(TokenOfOneThatWaits([&] { (void)Acquire(); }), good);
  EXPECT_EQ(script_.fetches, 2);
}

// A token that was asked for after the call began is what the call would get itself.
TEST_F(TokenServiceTest, ACallThatBeganBeforeTheFlightTakesWhateverTokenItBrings) {
  joins_after_ = seconds(0);
  const auto last_second = WillFetch(seconds(1));
  EXPECT_EQ(TokenOfOneThatWaits([&] { (void)Acquire(); }), last_second);
  EXPECT_EQ(script_.fetches, 1);
}

TEST_F(TokenServiceTest, ACallThatBeganBeforeTheFlightTakesTheTokenThatItRejectsToo) {
  joins_after_ = seconds(0);
  const auto refused = WillFetchSecret("refused by the resource");
  EXPECT_EQ(TokenOfOneThatWaits([&] { (void)Acquire(); }, DigestOf(refused->secret)), refused);
  EXPECT_EQ(script_.fetches, 1);
}

TEST_F(TokenServiceTest, ATokenThatIsRejectedWhileItIsStoredIsNotCached) {
  const auto refused = WillFetchSecret("refused by the resource");
  const auto of_another = WillFetchSecret("of another resource");
  script_.on_spec = [&] {
    const std::string digest = DigestOf(refused->secret);
    ScriptedFetcher rejecting(script_, "another");
    rejecting.traits.rejected_token_sha256 = digest;
    EXPECT_EQ(Token(service_.Acquire(rejecting, ports_.Call())), of_another.get());
  };
  EXPECT_EQ(Token(Acquire()), refused.get());
  const auto fresh = WillFetchSecret("another");
  EXPECT_EQ(Token(Acquire()), fresh.get());
}

TEST_F(TokenServiceTest, ACallThatRejectsATokenTakesAnotherOneFromACallThatItWaitedFor) {
  const auto good = WillFetchSecret("another");
  EXPECT_EQ(TokenOfOneThatWaits([&] { (void)Acquire(); }, std::string(64, 'a')), good);
  EXPECT_EQ(script_.fetches, 1);
}

TEST(TokenSha256, IsTheDigestOfTheToken) {
  AccessToken token;
  token.secret = SecretString("abc");
  EXPECT_EQ(TokenSha256(token), DigestOf(token.secret));
}

TEST(RejectedTokens, TheLatestHundredAreRemembered) {
  RejectedTokens rejected;
  EXPECT_FALSE(rejected.Contains(SecretString("0")));
  for (int i = 0; i <= 100; ++i) EXPECT_TRUE(rejected.Add(DigestOf(SecretString(std::to_string(i)))));
  EXPECT_FALSE(rejected.Add(DigestOf(SecretString("100"))));
  EXPECT_TRUE(rejected.Contains(SecretString("100")));
  EXPECT_TRUE(rejected.Contains(SecretString("1")));
  EXPECT_FALSE(rejected.Contains(SecretString("0")));
  EXPECT_EQ(DigestOf(SecretString("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(TokenServiceTest, AForcedRefreshDoesNotJoinACallThatAcceptsACachedToken) {
  WillFetch();
  const auto forced = MakeToken();
  std::atomic<bool> nested{false};
  script_.on_fetch = [&] {
    if (nested.exchange(true)) return;
    script_.attempts.push_front({forced});
    EXPECT_EQ(Token(Acquire(/*force=*/true)), forced.get()) << "it would wait for itself";
  };
  (void)Acquire();
  EXPECT_EQ(script_.fetches, 2);
}

// ---- refresh ---------------------------------------------------------------------------------------------

TEST_F(TokenServiceTest, AUsedTokenIsRefreshedInTheBackground) {
  WillFetch(hours(2), hours(1));
  (void)Acquire();
  const auto fresh = WillFetch(hours(5));
  EXPECT_EQ(RenewalAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_EQ(Token(Acquire()), fresh.get());
  EXPECT_EQ(script_.fetches, 2);
}

TEST_F(TokenServiceTest, ARefreshHasTheTimeOfAWholeCall) {
  WillFetch(hours(2), hours(1));
  (void)Acquire();
  WillFetch(hours(5));
  EXPECT_EQ(RenewalAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_EQ(script_.deadline, ports_.clock.MonotonicNow() + seconds(30));
}

TEST_F(TokenServiceTest, ACallThatWaitedForARefreshThatFailedFetchesItsOwnToken) {
  FetchWillFail();
  const auto good = WillFetch();
  const auto refresh = [&] {
    ScriptedFetcher fetcher(script_, "r");
    fetcher.traits.force_refresh = true;
    fetcher.traits.in_background = true;
    EXPECT_FALSE(service_.Acquire(fetcher, ports_.Call()).token);
  };
  EXPECT_EQ(TokenOfOneThatWaits(refresh), good);
}

TEST_F(TokenServiceTest, ACallThatWaitedForARefreshUsesItsToken) {
  WillFetch(hours(2), hours(1));
  const auto refresh = [&] {
    ScriptedFetcher fetcher(script_, "r");
    fetcher.traits.force_refresh = true;
    fetcher.traits.in_background = true;
    (void)service_.Acquire(fetcher, ports_.Call());
  };
  EXPECT_TRUE(TokenOfOneThatWaits(refresh));
  script_.on_fetch = nullptr;
  WillFetch(hours(4));
  EXPECT_EQ(RenewalAfter(hours(1)), RenewalOutcome::kDone) << "an unused one would not be refreshed";
}

TEST_F(TokenServiceTest, ATokenThatNoCallUsedSinceItsRefreshIsLeftToExpire) {
  WillFetch(hours(2), hours(1));
  (void)Acquire();
  WillFetch(hours(4), hours(2));
  EXPECT_EQ(RenewalAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_EQ(RenewalAfter(hours(1)), RenewalOutcome::kUnused);
  EXPECT_EQ(script_.fetches, 2);
}

TEST_F(TokenServiceTest, EachRunOfARefreshIsARequestOfItsOwn) {
  WillFetch(hours(9), hours(1));
  (void)Acquire();
  const int before = script_.made_for_refresh;
  FetchWillFail();
  FetchWillFail();
  EXPECT_EQ(RenewalAfter(hours(1)), RenewalOutcome::kFailed);
  EXPECT_EQ(RenewalAfter(rotation::BackoffAfter(1)), RenewalOutcome::kFailed);
  EXPECT_EQ(script_.fetches, 3);
  EXPECT_EQ(script_.made_for_refresh - before, 2) << "a remedy that one run used up is there for the next";
}

TEST_F(TokenServiceTest, ARefreshThatMayNotRunAsksForNothing) {
  WillFetch(hours(2), hours(1));
  (void)Acquire();
  script_.may_refresh = false;
  EXPECT_EQ(RenewalAfter(hours(1)), RenewalOutcome::kFailed);
  EXPECT_EQ(script_.fetches, 1);
}

TEST_F(TokenServiceTest, ARefreshWhoseTokenMayNotBeCachedHasFailed) {
  WillFetch(hours(2), hours(1));
  (void)Acquire();
  script_.may_cache = false;
  WillFetch(hours(5));
  EXPECT_EQ(RenewalAfter(hours(1)), RenewalOutcome::kFailed);
}

TEST_F(TokenServiceTest, ATokenThatServesNoMoreIsNotRefreshed) {
  WillFetch(hours(1) + minutes(5), hours(1));
  (void)Acquire();
  EXPECT_EQ(RenewalAfter(hours(1)), RenewalOutcome::kDone);
  EXPECT_EQ(script_.fetches, 1);
}

// The wall clock was set, by which tokens are due. The rotator sleeps by the other one.
TEST_F(TokenServiceTest, AHitStartsTheRefreshThatIsDue) {
  WillFetch(hours(4), hours(2));
  (void)Acquire();
  rotator_.AwaitIdle();
  ports_.clock.SetNow(ports_.clock.Now() + hours(2));
  const auto fresh = WillFetch(hours(9));
  (void)Acquire();
  EXPECT_EQ(rotator_.NextRenewal(), RenewalOutcome::kDone);
  EXPECT_EQ(Token(Acquire()), fresh.get());
}

TEST_F(TokenServiceTest, AHitStartsTheRotationThatIsDueInPlaceOfTheRefresh) {
  const auto due = ports_.clock.Now() + hours(2);
  Binding binding = msiv2::testing::FakeBinding({}, due + hours(9), KeyStrength::kSoftware, "x5t");
  binding.renew_at = due;
  script_.binding = std::make_shared<const Binding>(std::move(binding));
  script_.rotation_job = "rotation";
  std::atomic<int> rotations{0};
  (*rotator_).Schedule("rotation", Step::kCertificate, due, [&](const CancellationToken&) {
    ++rotations;
    return RenewalOutcome::kTooEarly;
  });
  WillFetch(hours(4), hours(2));
  (void)Acquire();
  rotator_.AwaitIdle();
  ports_.clock.SetNow(due);
  (void)Acquire();
  EXPECT_EQ(rotator_.NextRenewal(), RenewalOutcome::kTooEarly);
  EXPECT_EQ(rotations, 1);
}

TEST_F(TokenServiceTest, AHitOfATokenThatIsDueStaysInTheIndexForHalfAMinute) {
  script_.may_refresh = false;  // so that it stays due
  WillFetch(hours(2), hours(1));
  (void)Acquire();
  EXPECT_EQ(RenewalAfter(hours(1)), RenewalOutcome::kFailed);
  const auto hit = Acquire();
  ASSERT_TRUE(hit.hot);
  EXPECT_EQ(hit.hot->until, ports_.clock.Now() + seconds(30));
}

TEST_F(TokenServiceTest, AHitStaysInTheIndexUntilItsCertificateIsDue) {
  Binding binding =
      msiv2::testing::FakeBinding({}, ports_.clock.Now() + hours(9), KeyStrength::kSoftware, "x5t");
  binding.renew_at = ports_.clock.Now() + minutes(10);
  script_.binding = std::make_shared<const Binding>(std::move(binding));
  WillFetch();
  (void)Acquire();
  EXPECT_EQ(Acquire().hot->until, script_.binding->renew_at);
}

TEST_F(TokenServiceTest, AHitStaysInTheIndexUntilItsTokenIsDue) {
  const auto token = WillFetch(hours(2), hours(1));
  (void)Acquire();
  auto hit = Acquire();
  ASSERT_TRUE(hit.hot);
  EXPECT_EQ(hit.hot->until, *token->refresh_on);
  EXPECT_EQ(hit.hot->cached.lock()->token, token);
}

}  // namespace
}  // namespace msiv2::tokens
