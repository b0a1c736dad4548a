#include "cache/windows_cert_store/friendly_name.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace msiv2::cache {
namespace {

constexpr char kAlias[] = "system_assigned_managed_identity#att=1";
constexpr char kEndpoint[] = "https://westus.mtlsauth.microsoft.com/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

void ExpectRoundTrip(const std::string& alias, const std::string& endpoint) {
  const auto name = EncodeFriendlyName(alias, endpoint);
  ASSERT_TRUE(name);
  const auto read = DecodeFriendlyName(*name);
  ASSERT_TRUE(read) << *name;
  EXPECT_EQ(read->alias, alias);
  EXPECT_EQ(read->endpoint, endpoint);
}

// EncodeDecode_RoundTrip_Succeeds
TEST(FriendlyNameTest, HasTheFormOfTheSiblingLibraries) {
  EXPECT_EQ(EncodeFriendlyName(kAlias, kEndpoint), std::string("MSAL|alias=") + kAlias + "|ep=" + kEndpoint);
  ExpectRoundTrip(kAlias, kEndpoint);
}

// TryEncode_Rejects_IllegalInputs
TEST(FriendlyNameTest, WhatCouldNotBeReadBackIsNotEncoded) {
  const std::vector<std::string> illegal = {"bad|text", "bad\ntext", "bad\rtext", std::string("bad\0text", 8),
                                            "",         "   ",       "\t\n",      "\xc2\xa0"};
  for (const std::string& text : illegal) {
    EXPECT_FALSE(EncodeFriendlyName(text, kEndpoint)) << text;
    EXPECT_FALSE(EncodeFriendlyName(kAlias, text)) << text;
  }
}

TEST(FriendlyNameTest, WhiteSpaceAroundIsDropped) {
  EXPECT_EQ(EncodeFriendlyName(" \t\xc2\xa0 id\xe3\x80\x80\n",
                               "\x0b"
                               "e\x0c "),
            "MSAL|alias=id|ep=e");
  const auto read = DecodeFriendlyName("MSAL| alias = id\xe2\x80\x83| ep =e ");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->alias, "id");
  EXPECT_EQ(read->endpoint, "e");
}

// TryDecode_InvalidPrefix_ReturnsFalse
TEST(FriendlyNameTest, AnotherPrefixOrAMissingTagIsNotOurs) {
  for (const char* text :
       {"", "MSAL", "MSAL|", "msal|alias=a|ep=e", "XMSAL|alias=a|ep=e", " MSAL|alias=a|ep=e", "MSAL|alias=a",
        "MSAL|ep=e", "MSAL|alias=|ep=e", "MSAL|alias=a|ep= ", "MSAL|alias|ep=e", "MSAL|Alias=a|ep=e",
        "MSAL|alias=a|ep=e|alias="}) {
    EXPECT_FALSE(DecodeFriendlyName(text)) << text;
  }
}

// Decode_Ignores_Unknown_Tags_LastWins
TEST(FriendlyNameTest, UnknownTagsArePassedOverAndTheLastOfARepeatedTagCounts) {
  const auto read = DecodeFriendlyName("MSAL|alias=a|v=2||rubbish|ep=first|ep=second|alias=b|=x");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->alias, "b");
  EXPECT_EQ(read->endpoint, "second");
}

TEST(FriendlyNameTest, AValueMayHoldEqualsSigns) { ExpectRoundTrip("a=b=c#att=0", "https://e/t?x=1"); }

// EncodeDecode_VeryLongAliasAndEndpoint_Succeeds
TEST(FriendlyNameTest, VeryLongPartsGoThrough) {
  ExpectRoundTrip(std::string(2048, 'a'), "https://example.com/" + std::string(2048, 'b'));
}

// EncodeDecode_UnicodeAliasAndEndpoint_Succeeds: Japanese with an emoji, and a Cyrillic host.
TEST(FriendlyNameTest, UnicodeGoesThrough) {
  ExpectRoundTrip("\xe3\x82\xa8\xe3\x82\xa4\xe3\x83\xaa\xe3\x82\xa2\xe3\x82\xb9-\xf0\x9f\x98\x80",
                  "https://\xd0\xbf\xd1\x80\xd0\xb8\xd0\xbc\xd0\xb5\xd1\x80.example/tenant");
}

// TryDecode_DoublePrefixedString_IsResilient
TEST(FriendlyNameTest, ADoubledPrefixIsAccepted) {
  const auto read = DecodeFriendlyName("MSAL|MSAL|alias=a|ep=https://e/t");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->alias, "a");
  EXPECT_EQ(read->endpoint, "https://e/t");
}

TEST(TenantEndpointTest, IsJoinedWithoutSlashesAtTheSeams) {
  EXPECT_EQ(JoinEndpoint("https://e", "t"), "https://e/t");
  EXPECT_EQ(JoinEndpoint("https://e//", "/t/"), "https://e/t");
}

TEST(TenantEndpointTest, TheLastSegmentIsTheTenant) {
  for (const auto& [text, endpoint, tenant] : std::vector<std::array<std::string, 3>>{
           {"https://e/t", "https://e", "t"},
           {" https://e/t/ ", "https://e", "t"},
           {"https://e:8443/some/path/t", "https://e:8443/some/path", "t"},
           {"bare.host/t", "bare.host", "t"},
           {"https://e//t", "https://e", "t"}}) {
    const auto split = SplitEndpoint(text);
    ASSERT_TRUE(split) << text;
    EXPECT_EQ(split->token_endpoint, endpoint);
    EXPECT_EQ(split->tenant_id, tenant);
  }
}

TEST(TenantEndpointTest, NeedsBothHalves) {
  for (const char* text : {"", "/", "t", "/t", "https://e", "https://e/", "https://", "e/ "}) {
    EXPECT_FALSE(SplitEndpoint(text)) << text;
  }
}

}  // namespace
}  // namespace msiv2::cache
