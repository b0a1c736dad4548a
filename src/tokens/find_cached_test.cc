// A look into the cache of the token service, which fetches nothing.
#include "tokens/token_service_test_fixture.h"

namespace msiv2::tokens {
namespace {

TEST_F(TokenServiceTest, ALookIntoTheCacheAcquiresNothing) {
  Recorder recorder;
  ScriptedFetcher fetcher(script_, "r");
  fetcher.traits.observer = &recorder;
  EXPECT_FALSE(service_.FindCached(fetcher));
  EXPECT_EQ(script_.fetches, 0);
  EXPECT_TRUE(recorder.misses.empty()) << "the call that comes then counts it";

  const auto token = WillFetch();
  (void)Acquire();
  const auto found = service_.FindCached(fetcher);
  ASSERT_TRUE(found);
  EXPECT_EQ(Token(*found), token.get());
  EXPECT_TRUE(found->token->from_cache);
  ASSERT_TRUE(found->hot);
  EXPECT_EQ(found->hot->until, token->expires_on - minutes(5));
  EXPECT_EQ(recorder.hits.size(), 1U);

  ScriptedFetcher another(script_, "another");
  EXPECT_FALSE(service_.FindCached(another));
  ports_.clock.Advance(minutes(55));
  EXPECT_FALSE(service_.FindCached(fetcher));
  EXPECT_EQ(script_.fetches, 1);
}

TEST_F(TokenServiceTest, ALookIntoTheCacheStartsTheRefreshThatIsDue) {
  WillFetch(hours(4), hours(2));
  (void)Acquire();
  rotator_.AwaitIdle();
  ports_.clock.SetNow(ports_.clock.Now() + hours(2));
  const auto fresh = WillFetch(hours(9));
  ScriptedFetcher fetcher(script_, "r");
  ASSERT_TRUE(service_.FindCached(fetcher));
  EXPECT_EQ(rotator_.NextRenewal(), RenewalOutcome::kDone);
  EXPECT_EQ(Token(*service_.FindCached(fetcher)), fresh.get());
}

TEST_F(TokenServiceTest, ALookIntoTheCacheLeavesToACallWhatChangesTheCache) {
  const auto token = WillFetchSecret("refused");
  (void)Acquire();
  ScriptedFetcher forced(script_, "r");
  forced.traits.force_refresh = true;
  EXPECT_FALSE(service_.FindCached(forced));

  ScriptedFetcher rejecting(script_, "r");
  const std::string digest = DigestOf(token->secret);
  rejecting.traits.rejected_token_sha256 = digest;
  EXPECT_FALSE(service_.FindCached(rejecting));
  ScriptedFetcher fetcher(script_, "r");
  EXPECT_TRUE(service_.FindCached(fetcher)) << "nothing was told of the refusal";

  const auto key = (*ports_).keys.Watched(std::make_shared<msiv2::testing::FakeKey>(KeyStrength::kSoftware));
  const std::vector<std::uint8_t> digest_to_sign(32);
  EXPECT_FALSE(key->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest_to_sign));
  EXPECT_FALSE(service_.FindCached(fetcher)) << "a reported key has to be tried first";
}

}  // namespace
}  // namespace msiv2::tokens
