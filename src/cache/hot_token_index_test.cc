#include "cache/hot_token_index.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace msiv2::cache {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const std::chrono::system_clock::time_point kNow{hours(490000)};

TokenRequest Request(std::string resource = "https://vault.azure.net") {
  TokenRequest request{.resource = std::move(resource)};
  request.mtls_proof_of_possession = true;
  request.allow_unattested = true;
  return request;
}

class HotTokenIndexTest : public ::testing::Test {
 protected:
  const CachedTokenPtr token_ = std::make_shared<CachedToken>();
  HotTokenIndex hot_;
};

TEST_F(HotTokenIndexTest, AnswersTheSameRequestUntilItsTimeIsUp) {
  EXPECT_EQ(hot_.Find(Request(), {7, kNow}).cached, nullptr);
  hot_.Put(Request(), {token_, 7, kNow + hours(1)});
  EXPECT_EQ(hot_.Find(Request(), {7, kNow}).cached, token_);
  EXPECT_EQ(hot_.Find(Request(), {7, kNow + hours(1) - seconds(1)}).cached, token_);
  EXPECT_EQ(hot_.Find(Request(), {7, kNow + hours(1)}).cached, nullptr);
}

TEST_F(HotTokenIndexTest, AnswersNothingOnceTheCachesHaveChanged) {
  hot_.Put(Request(), {token_, 7, kNow + hours(1)});
  EXPECT_EQ(hot_.Find(Request(), {8, kNow}).cached, nullptr);
}

// B8.
TEST_F(HotTokenIndexTest, EveryWordOfTheRequestCounts) {
  hot_.Put(Request(), {token_, 7, kNow + hours(1)});
  std::vector<TokenRequest> others(8, Request());
  others[0].resource = "https://storage.azure.com";
  others[1].mtls_proof_of_possession = false;
  others[2].with_attestation_support = true;
  others[3].allow_unattested = false;
  others[4].request_over_mtls = true;
  others[5].minimum_strength = KeyStrength::kHardware;
  others[6].claims = "{}";
  others[7].rejected_token_sha256 = std::string(64, 'a');
  for (std::size_t i = 0; i < others.size(); ++i) {
    EXPECT_EQ(hot_.Find(others[i], {7, kNow}).cached, nullptr) << i;
  }
  TokenRequest forced = Request();
  forced.force_refresh = true;
  EXPECT_EQ(hot_.Find(forced, {7, kNow}).cached, nullptr);
}

TEST_F(HotTokenIndexTest, NoTwoCombinationsOfTheChoicesAreTakenForEachOther) {
  std::vector<std::pair<TokenRequest, CachedTokenPtr>> known;
  for (unsigned i = 0; i < 128; ++i) {
    TokenRequest request{.resource = "r"};
    request.mtls_proof_of_possession = (i & 1U) != 0;
    request.with_attestation_support = (i & 2U) != 0;
    request.allow_unattested = (i & 4U) != 0;
    request.request_over_mtls = (i & 8U) != 0;
    request.force_refresh = (i & 16U) != 0;
    request.minimum_strength = static_cast<KeyStrength>(i >> 5U);
    known.emplace_back(request, std::make_shared<CachedToken>());
    hot_.Put(request, {known.back().second, 7, kNow + hours(1)});
  }
  for (const auto& [request, token] : known) EXPECT_EQ(hot_.Find(request, {7, kNow}).cached, token);
}

TEST_F(HotTokenIndexTest, AnswersEachRequestWithItsOwnNewestAnswer) {
  const CachedTokenPtr other = std::make_shared<CachedToken>();
  const CachedTokenPtr renewed = std::make_shared<CachedToken>();
  hot_.Put(Request("https://a"), {token_, 7, kNow + hours(1)});
  hot_.Put(Request("https://b"), {other, 7, kNow + hours(1)});
  for (int i = 0; i < 3; ++i) {  // in turn: the one that was put last has a place of its own
    EXPECT_EQ(hot_.Find(Request("https://a"), {7, kNow}).cached, token_);
    EXPECT_EQ(hot_.Find(Request("https://b"), {7, kNow}).cached, other);
    EXPECT_EQ(hot_.Find(Request("https://c"), {7, kNow}).cached, nullptr);
  }
  hot_.Put(Request("https://a"), {renewed, 7, kNow + hours(1)});
  EXPECT_EQ(hot_.Find(Request("https://a"), {7, kNow}).cached, renewed);
  hot_.Put(Request("https://b"), {renewed, 8, kNow + hours(1)});
  EXPECT_EQ(hot_.Find(Request("https://b"), {7, kNow}).cached, nullptr);
  EXPECT_EQ(hot_.Find(Request("https://a"), {7, kNow}).cached, renewed);
}

TEST_F(HotTokenIndexTest, TellsWhoHasToAskTheKillSwitch) {
  HotToken asks{token_, 7, kNow + hours(1)};
  hot_.Put(Request("https://a"), asks);
  asks.asks_kill_switch = true;
  hot_.Put(Request("https://b"), asks);
  hot_.Put(Request("https://c"), asks);
  EXPECT_FALSE(hot_.Find(Request("https://a"), {7, kNow}).asks_kill_switch);
  EXPECT_TRUE(hot_.Find(Request("https://b"), {7, kNow}).asks_kill_switch);
  EXPECT_TRUE(hot_.Find(Request("https://c"), {7, kNow}).asks_kill_switch);
}

TEST_F(HotTokenIndexTest, KeepsNoTokenAlive) {
  auto token = std::make_shared<const CachedToken>();
  hot_.Put(Request(), {token, 7, kNow + hours(1)});
  token.reset();
  EXPECT_EQ(hot_.Find(Request(), {7, kNow}).cached, nullptr);
}

TEST_F(HotTokenIndexTest, EverNewRequestsDoNotFillTheMemory) {
  for (std::size_t i = 0; i < HotTokenIndex::kMostEntries; ++i) {
    hot_.Put(Request("https://r" + std::to_string(i)), {token_, 7, kNow + hours(1)});
  }
  EXPECT_EQ(hot_.Find(Request("https://r0"), {7, kNow}).cached, token_) << "as many as fit are all kept";
  hot_.Put(Request("https://one.more"), {token_, 7, kNow + hours(1)});
  EXPECT_EQ(hot_.Find(Request("https://r0"), {7, kNow}).cached, nullptr);
  EXPECT_EQ(hot_.Find(Request("https://one.more"), {7, kNow}).cached, token_);
}

TEST_F(HotTokenIndexTest, AsManyThreadsAsShardsShareNone) {
  std::set<std::size_t> shards;
  for (std::size_t t = 0; t < HotTokenIndex::kShards; ++t) {
    std::thread([&] { shards.insert(HotTokenIndex::ShardOfThisThread()); }).join();
  }
  EXPECT_EQ(shards.size(), HotTokenIndex::kShards);
  EXPECT_EQ(*shards.rbegin(), HotTokenIndex::kShards - 1);
}

TEST_F(HotTokenIndexTest, ManyThreadsReadAndWrite) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 20; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < 1000; ++i) {
        hot_.Put(Request(), {token_, 7, kNow + hours(1)});
        EXPECT_EQ(hot_.Find(Request(), {7, kNow}).cached, token_);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace msiv2::cache
