#include "emulator/claims_challenge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/base64.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;

TEST(ClaimDemand, IsReadFromTheNameOfTheFault) {
  const auto demand = ParseClaimDemand("claims:acrs:c1:x");
  ASSERT_TRUE(demand);
  EXPECT_EQ(demand->name, "acrs");
  EXPECT_EQ(demand->value, "c1:x");
  for (const char* name :
       {"", "claims", "claims:", "claims:acrs", "claims:acrs:", "claims::c1", "wrong-cnf"}) {
    EXPECT_FALSE(ParseClaimDemand(name)) << name;
  }
}

TEST(ClaimDemand, IsMetByTheValueAloneOrInAnArray) {
  const ClaimDemand demand{"acrs", "c1"};
  EXPECT_TRUE(demand.MetBy({{"acrs", "c1"}}));
  EXPECT_TRUE(demand.MetBy({{"acrs", {"c0", "c1"}}}));
  for (const json& claims : {json::object(), json{{"acrs", "c2"}}, json{{"acrs", {"c2"}}}, json{{"acrs", 1}},
                             json{{"other", "c1"}}}) {
    EXPECT_FALSE(demand.MetBy(claims)) << claims;
  }
}

TEST(ClaimDemand, AsksInBase64) {
  EXPECT_THAT(
      ClaimDemand({"acrs", "c1"}).Challenge(),
      ::testing::HasSubstr(
          "claims=\"" + EncodeBase64(R"({"access_token":{"acrs":{"essential":true,"value":"c1"}}})") + "\""));
}

TEST(GrantClaims, AddsValuesAndLeavesWhatIsThere) {
  json claims = {{"aud", "x"}};
  EXPECT_TRUE(
      GrantClaims(R"({"access_token":{"acrs":{"essential":true,"value":"c1"},"xms_cc":{"values":["cp1"]},
                          "aud":{"value":"y"},"optional":null,"empty":{}},"id_token":{"z":{"value":"1"}}})",
                  claims));
  EXPECT_EQ(claims, (json{{"aud", "x"}, {"acrs", "c1"}, {"xms_cc", {"cp1"}}}));
}

TEST(GrantClaims, RefusesClaimsThatAreNotAnObject) {
  json claims = json::object();
  EXPECT_TRUE(GrantClaims("", claims));
  EXPECT_TRUE(GrantClaims("{}", claims));
  for (const char* requested : {"{", "[]", "1", "acrs"}) EXPECT_FALSE(GrantClaims(requested, claims));
  EXPECT_EQ(claims, json::object());
}

}  // namespace
}  // namespace msiv2::emulator
