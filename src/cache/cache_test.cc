#include <gtest/gtest.h>

#include <set>
#include <string>

#include "cache/token_cache.h"
#include "tests/support/fake_binding.h"

namespace msiv2::cache {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const std::chrono::system_clock::time_point kNow{hours(490000)};

std::shared_ptr<const Binding> MakeBinding(std::chrono::system_clock::time_point not_after,
                                           KeyStrength strength = KeyStrength::kSoftware,
                                           std::string x5t_s256 = "x5t") {
  return std::make_shared<const Binding>(
      testing::FakeBinding(kNow - hours(1), not_after, strength, std::move(x5t_s256)));
}

CachedTokenPtr MakeToken(std::chrono::system_clock::time_point expires_on, std::string x5t_s256 = "x5t",
                         std::string resource = "r") {
  auto token = std::make_shared<AccessToken>();
  token->expires_on = expires_on;
  auto cached = std::make_shared<CachedToken>();
  cached->token = std::move(token);
  cached->binding = MakeBinding(kNow + hours(100), KeyStrength::kSoftware, std::move(x5t_s256));
  cached->spec.resource = std::move(resource);
  return cached;
}

TEST(TokenCacheTest, ATokenIsServedWhileItHasMoreThanFiveMinutes) {
  TokenCache cache;
  cache.Put("k", MakeToken(kNow + hours(1)), kNow);
  EXPECT_NE(cache.Find("k", kNow), nullptr);
  EXPECT_NE(cache.Find("k", kNow + minutes(55) - seconds(1)), nullptr);
  EXPECT_EQ(cache.Find("k", kNow + minutes(55)), nullptr);
  EXPECT_EQ(cache.Find("other", kNow), nullptr);
}

TEST(TokenCacheTest, EndedTokensAreDroppedWhenAnotherComes) {
  TokenCache cache;
  std::weak_ptr<const CachedToken> ended;
  {
    auto token = MakeToken(kNow + minutes(10));
    ended = token;
    cache.Put("k", std::move(token), kNow);
  }
  cache.Put("other", MakeToken(kNow + hours(2)), kNow + minutes(10));
  EXPECT_TRUE(ended.expired());
}

TEST(TokenCacheTest, AFullCacheEvictsTheTokenThatExpiresFirst) {
  TokenCache cache;
  cache.Put("first to end", MakeToken(kNow + hours(1)), kNow);
  for (std::size_t i = 1; i < TokenCache::kMostTokens; ++i) {
    cache.Put(std::to_string(i), MakeToken(kNow + hours(2)), kNow);
  }
  EXPECT_NE(cache.Find("first to end", kNow), nullptr);
  cache.Put("1", MakeToken(kNow + hours(2)), kNow);  // replaces the previous entry, so nothing is evicted
  EXPECT_NE(cache.Find("first to end", kNow), nullptr);
  cache.Put("one more", MakeToken(kNow + hours(3)), kNow);
  EXPECT_EQ(cache.Find("first to end", kNow), nullptr);
  EXPECT_NE(cache.Find("1", kNow), nullptr);
  EXPECT_NE(cache.Find("one more", kNow), nullptr);
}

// B8.
TEST(TokenCacheTest, TheTokensOfACertificateAreKnownAndGoTogether) {
  TokenCache cache;
  cache.Put("a", MakeToken(kNow + hours(1), "old", "https://a"), kNow);
  cache.Put("b", MakeToken(kNow + minutes(5), "old", "https://b"), kNow);  // no longer usable
  cache.Put("c", MakeToken(kNow + hours(1), "new", "https://c"), kNow);
  cache.Put("d", MakeToken(kNow + hours(1), "old", "https://d"), kNow);
  std::set<std::string> resources;
  for (const auto& spec : cache.OfCertificate("old", kNow)) resources.insert(spec.resource);
  EXPECT_EQ(resources, (std::set<std::string>{"https://a", "https://d"}));
  cache.DropOfCertificate("old");
  EXPECT_EQ(cache.Find("a", kNow), nullptr);
  EXPECT_EQ(cache.Find("d", kNow), nullptr);
  EXPECT_NE(cache.Find("c", kNow), nullptr);
}

TEST(TokenCacheTest, ATokenNeverOutlivesItsCertificate) {
  auto cached = std::make_shared<CachedToken>();
  auto token = std::make_shared<AccessToken>();
  token->expires_on = kNow + hours(24);
  cached->token = token;
  cached->binding = MakeBinding(kNow + hours(1));
  TokenCache cache;
  cache.Put("k", cached, kNow);
  EXPECT_NE(cache.Find("k", kNow + minutes(54)), nullptr);
  EXPECT_EQ(cache.Find("k", kNow + minutes(55)), nullptr);
}

TEST(TokenCacheTest, ATokenWithoutACertificateIsServedWhileItHasMoreThanFiveMinutes) {
  CachedToken bearer;
  auto token = std::make_shared<AccessToken>();
  token->expires_on = kNow + hours(1);
  bearer.token = std::move(token);
  EXPECT_EQ(ServesUntil(bearer), kNow + minutes(55));
}

TEST(TokenCacheTest, DropIfDropsTheUnwantedTokensAlone) {
  TokenCache cache;
  cache.Put("a", MakeToken(kNow + hours(1)), kNow);
  cache.Put("b", MakeToken(kNow + hours(2)), kNow);
  cache.DropIf([](const AccessToken& token) { return token.expires_on == kNow + hours(1); });
  EXPECT_EQ(cache.Find("a", kNow), nullptr);
  EXPECT_NE(cache.Find("b", kNow), nullptr);
}

TEST(TokenCacheTest, HoldsKnowsATokenFromTheOneThatTookItsPlace) {
  TokenCache cache;
  const auto first = MakeToken(kNow + hours(1));
  const auto second = MakeToken(kNow + hours(2));
  cache.Put("k", first, kNow);
  EXPECT_TRUE(cache.Holds("k", *first));
  cache.Put("k", second, kNow);
  EXPECT_FALSE(cache.Holds("k", *first));
  EXPECT_TRUE(cache.Holds("k", *second));
  EXPECT_FALSE(cache.Holds("other", *second));
}

TEST(TokenCacheTest, HandlesCountTheirUsersApartAndEndWithTheToken) {
  TokenCache cache;
  const auto token = MakeToken(kNow + hours(1));
  cache.Put("k", token, kNow);
  const auto one = cache.Handle("k", *token, 1);
  const auto two = cache.Handle("k", *token, 2);
  EXPECT_EQ(one.get(), token.get());
  EXPECT_EQ(two.get(), token.get());
  EXPECT_EQ(cache.Handle("k", *token, 1).use_count(), 3) << "one, the cache's, and this";
  EXPECT_EQ(two.use_count(), 2) << "another counter";
  const std::weak_ptr<const CachedToken> watch = cache.Handle("k", *token, 3);
  cache.Put("k", MakeToken(kNow + hours(2)), kNow);
  EXPECT_TRUE(watch.expired());
  EXPECT_EQ(one->token, token->token) << "a caller that holds one may go on using it";
  EXPECT_EQ(cache.Handle("k", *token, 1), nullptr);
}

TEST(GenerationTest, GrowsWithEveryChangeThatCanChangeAnAnswer) {
  TokenCache tokens;
  auto last = tokens.Generation();
  const auto grows = [&](const TokenCache& cache) {
    const bool grown = cache.Generation() > last;
    last = cache.Generation();
    return grown;
  };
  tokens.Put("k", MakeToken(kNow + hours(1)), kNow);
  EXPECT_TRUE(grows(tokens));
  static_cast<void>(tokens.Find("k", kNow));
  EXPECT_FALSE(grows(tokens));
  tokens.DropOfCertificate("x5t");
  EXPECT_TRUE(grows(tokens));
  tokens.DropIf([](const AccessToken&) { return true; });
  EXPECT_TRUE(grows(tokens));
}

}  // namespace
}  // namespace msiv2::cache
