#include "entra/claims.h"

#include <gtest/gtest.h>

namespace msiv2::entra {
namespace {

TEST(MergeClaims, AddsTheCapabilities) {
  EXPECT_EQ(MergeClaims("", {}), "");
  EXPECT_EQ(MergeClaims("", {"cp1", "cp2"}), R"({"access_token":{"xms_cc":{"values":["cp1","cp2"]}}})");
  EXPECT_EQ(MergeClaims(R"({ "access_token" : {"nbf":{"essential":true}} })", {"cp1"}),
            R"({"access_token":{"nbf":{"essential":true},"xms_cc":{"values":["cp1"]}}})");
  EXPECT_EQ(MergeClaims(R"({"id_token":{}})", {}), R"({"id_token":{}})");
}

TEST(MergeClaims, RefusesWhatIsNoObject) {
  for (const char* claims : {"x", "[]", "null", "{", "1"}) EXPECT_FALSE(MergeClaims(claims, {})) << claims;
}

TEST(MergeClaims, ACapabilityCannotEndTheJson) {
  EXPECT_EQ(MergeClaims("", {R"(cp1"]}}})"}), R"({"access_token":{"xms_cc":{"values":["cp1\"]}}}"]}}})");
}

}  // namespace
}  // namespace msiv2::entra
