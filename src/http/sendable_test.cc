#include "http/sendable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace msiv2 {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Sendable, TokensAndPlainValuesAre) {
  EXPECT_EQ(WhyUnsendable("GET", {}), "");
  EXPECT_EQ(WhyUnsendable("PATCH", {{"X-One", "a\tb ~"}, {"!#$%&'*+-.^_`|~09azAZ", ""}}), "");
}

// N7.
TEST(Sendable, NamesAreTokensOfRfc9110) {
  for (const char* name : {"", "Bad Name", "Bad:", "Bad(", "Bad\r\nX",
                           "B\xC3\xA4"
                           "d"}) {
    EXPECT_THAT(WhyUnsendable("GET", {{name, "x"}}), HasSubstr("a header has the name \"")) << name;
  }
  EXPECT_EQ(WhyUnsendable("GET", {{"\x1b[31m", "x"}}), "a header has the name \"?[31m\"");
  const std::string shown(40, 'x');
  EXPECT_EQ(WhyUnsendable("GET", {{shown + " y", "x"}}), "a header has the name \"" + shown + "...\"");
}

TEST(Sendable, ValuesAreOneLineAndNeverShown) {
  for (const char* value : {"hunter2\r\nX: 1", "hunter2\x7f", "hunter2\xC3\xA4"}) {
    const std::string why = WhyUnsendable("GET", {{"X-One", value}});
    EXPECT_THAT(why, HasSubstr("header X-One holds a character"));
    EXPECT_THAT(why, Not(HasSubstr("hunter2")));
  }
}

TEST(Sendable, HeadersOfTheTransportAreNotTheCallers) {
  for (const char* name : {"content-length", "Transfer-Encoding", "EXPECT"}) {
    EXPECT_THAT(WhyUnsendable("GET", {{name, "1"}}), HasSubstr("is made by the transport")) << name;
  }
}

TEST(Sendable, MethodsAreTokensButNotConnect) {
  for (const char* method : {"", "GET /", "CONNECT"}) {
    EXPECT_EQ(WhyUnsendable(method, {}), "the method cannot be sent") << method;
  }
}

}  // namespace
}  // namespace msiv2
