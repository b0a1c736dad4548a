#include "imds/base_url.h"

#include <gtest/gtest.h>

namespace msiv2::imds {
namespace {

EnvironmentReader Variable(std::optional<std::string> value) {
  return [value](const char* name) -> std::optional<std::string> {
    if (std::string(name) == "AZURE_POD_IDENTITY_AUTHORITY_HOST") return value;
    return std::nullopt;
  };
}

TEST(ImdsBase, IsTheOptionElseTheVariableElseTheDefault) {
  EXPECT_EQ(*ResolveImdsBase("", Variable(std::nullopt), false), "http://169.254.169.254");
  EXPECT_EQ(*ResolveImdsBase("", Variable(""), false), "http://169.254.169.254");
  EXPECT_EQ(*ResolveImdsBase("", Variable("http://127.0.0.1:1338"), false), "http://127.0.0.1:1338");
  EXPECT_EQ(*ResolveImdsBase("http://localhost:80", Variable("http://127.0.0.1:1338"), false),
            "http://localhost");
}

TEST(ImdsBase, IsReducedToItsOrigin) {
  EXPECT_EQ(
      *ResolveImdsBase("http://169.254.169.254/metadata/identity/oauth2/token?a=b", Variable({}), false),
      "http://169.254.169.254");
  EXPECT_EQ(*ResolveImdsBase(" HTTP://LocalHost:8080/ ", Variable({}), false), "http://localhost:8080");
  EXPECT_EQ(*ResolveImdsBase("http://[::1]:8080", Variable({}), false), "http://[::1]:8080");
  EXPECT_EQ(*ResolveImdsBase("https://imds.example:8443/x", Variable({}), false),
            "https://imds.example:8443");
}

TEST(ImdsBase, PlainHttpStaysOnThisHostUnlessTheClientOptsIn) {
  for (const char* base : {"http://imds.example", "http://10.0.0.4:80", "http://1.169.254.1",
                           "http://localhost.example", "http://127.0.0.1.example"}) {
    const auto refused = ResolveImdsBase(base, Variable({}), false);
    ASSERT_FALSE(refused) << base;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidRequest);
    EXPECT_NE(refused.error().message.find("plain http"), std::string::npos);
    EXPECT_TRUE(ResolveImdsBase(base, Variable({}), true)) << base;
  }
}

TEST(ImdsBase, ABaseThatIsNotAUrlIsRefusedByName) {
  for (const char* base :
       {"169.254.169.254", "ftp://127.0.0.1", "http://", "http://u:p@127.0.0.1",
        "http://127.0.0.1:", "http://127.0.0.1:99999", "http:\\\\127.0.0.1", "not a url"}) {
    const auto option = ResolveImdsBase(base, Variable({}), true);
    ASSERT_FALSE(option) << base;
    EXPECT_EQ(option.error().code, ErrorCode::kInvalidRequest);
    EXPECT_TRUE(option.error().message.starts_with("imds_base_url ")) << option.error().message;
    EXPECT_TRUE(option.error().message.ends_with(" is not an http or https URL of a host, without userinfo"));
    const auto variable = ResolveImdsBase("", Variable(base), true);
    ASSERT_FALSE(variable) << base;
    EXPECT_EQ(variable.error().message,
              "AZURE_POD_IDENTITY_AUTHORITY_HOST is not an http or https URL of a host, without userinfo");
  }
}

TEST(ImdsBase, OnlyTheOriginOfARefusedOptionIsQuoted) {
  for (const char* base : {"http://user:hunter2@10.0.0.5/?sig=hunter2", "http://10.0.0.5/?sig=hunter2"}) {
    const auto option = ResolveImdsBase(base, Variable({}), false);
    ASSERT_FALSE(option) << base;
    EXPECT_EQ(option.error().message.find("hunter2"), std::string::npos) << option.error().message;
    EXPECT_TRUE(option.error().message.starts_with("imds_base_url ('http://10.0.0.5') "))
        << option.error().message;
    const auto variable = ResolveImdsBase("", Variable(base), false);
    ASSERT_FALSE(variable) << base;
    EXPECT_EQ(variable.error().message.find("hunter2"), std::string::npos) << variable.error().message;
    EXPECT_EQ(variable.error().message.find("10.0.0.5"), std::string::npos) << variable.error().message;
  }
}

TEST(LoopbackBase, IsAnEmulator) {
  EXPECT_TRUE(IsLoopbackBase("http://127.0.0.1:1338"));
  EXPECT_TRUE(IsLoopbackBase("http://localhost"));
  EXPECT_TRUE(IsLoopbackBase("https://[::1]:1"));
  EXPECT_FALSE(IsLoopbackBase("http://169.254.169.254"));
  EXPECT_FALSE(IsLoopbackBase("http://127.0.0.1.example"));
  EXPECT_FALSE(IsLoopbackBase(""));
}

}  // namespace
}  // namespace msiv2::imds
