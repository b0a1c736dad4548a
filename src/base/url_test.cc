#include "base/url.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

TEST(Url, IsSplitIntoOriginAndRest) {
  const auto url = ParseUrl("HTTPS://Host.Example:8443/a?b=c#d");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin.scheme, "https");
  EXPECT_EQ(url->origin.host, "host.example");
  EXPECT_EQ(url->origin.port, 8443);
  EXPECT_TRUE(url->origin.port_given);
  EXPECT_EQ(url->rest, "/a?b=c#d");
}

struct Row {
  const char* text;
  const char* origin;
  const char* rest;
};

TEST(Url, PrintsItsOriginWithoutTheDefaultPort) {
  const Row rows[] = {{"http://a", "http://a", ""},
                      {"http://a:80/", "http://a", "/"},
                      {"https://a:443", "https://a", ""},
                      {"https://a:80", "https://a:80", ""},
                      {"http://a:443", "http://a:443", ""},
                      {"https://[2001:DB8::1]", "https://[2001:db8::1]", ""},
                      {"https://[::1]:8443/x", "https://[::1]:8443", "/x"},
                      {"https://a?x", "https://a", "?x"},
                      {"https://a#x", "https://a", "#x"},
                      {"https://a_b-c.d", "https://a_b-c.d", ""},
                      {"https://a/b@c", "https://a", "/b@c"}};
  for (const Row& row : rows) {
    const auto url = ParseUrl(row.text);
    ASSERT_TRUE(url) << row.text;
    EXPECT_EQ(url->origin.ToString(), row.origin);
    EXPECT_EQ(url->rest, row.rest) << row.text;
  }
}

TEST(Url, AnOddUrlIsRefused) {
  for (const char* text : {"",
                           "a",
                           "//a",
                           "http:a",
                           "http:/a",
                           "ftp://a",
                           "://a",
                           " http://a",
                           "http://a ",
                           "http://",
                           "http:///a",
                           "http://?a",
                           "http://u@a",
                           "http://u:p@a",
                           "http://a\\b",
                           "http://a/\\b",
                           "http://a:",
                           "http://a:/",
                           "http://a:0",
                           "http://a:65536",
                           "http://a:-1",
                           "http://a:+1",
                           "http://a:8x",
                           "http://a:8:9",
                           "http://[",
                           "http://[]",
                           "http://[::1",
                           "http://[::1]x",
                           "http://[::1]:",
                           "http://[::1]8",
                           "http://[g::]",
                           "http://[abc]",
                           "http://::1",
                           "http://.a",
                           "http://-a",
                           "http://a..b",
                           "http://a%2eb",
                           "http://a\nb",
                           "http://a\tb",
                           "http://\xc3\xa4",
                           "http://a b",
                           "http://a,b",
                           "http://a*b",
                           "http://a;b"}) {
    EXPECT_FALSE(ParseUrl(text)) << text;
  }
  EXPECT_FALSE(ParseUrl(std::string_view("http://a\0b", 10)));
  EXPECT_FALSE(ParseUrl("http://" + std::string(254, 'a')));
}

TEST(Host, IsAnAddressInEveryFormThatResolversTake) {
  for (const char* host : {"10.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "a.1", "1.2.3.4.",
                           "::1", "fe80::1", "a.b.0x1"}) {
    EXPECT_TRUE(IsIpLiteral(host)) << host;
  }
  for (const char* host : {"a", "1a.b", "10.example", "attest.azure.net", "1.b", ""}) {
    EXPECT_FALSE(IsIpLiteral(host)) << host;
  }
}

TEST(Host, IsLoopbackOrLinkLocal) {
  for (const char* host : {"localhost", "127.0.0.1", "127.255.255.254", "::1"}) {
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  }
  for (const char* host : {"localhost.example", "127.0.0.1.example", "127.0.0", "127.0.0.", "127..0.1",
                           "128.0.0.1", "1127.0.0.1", "127.0.0.0001", "127.0.0.256", "127.0.0.999",
                           "127.0.0.1.1", "::2", "a.localhost", ""}) {
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
  }
  for (const char* host : {"169.254.169.254", "169.254.0.1", "fe80::1", "feb0::1"}) {
    EXPECT_TRUE(IsLinkLocalHost(host)) << host;
  }
  for (const char* host : {"169.255.0.1", "169.254.169.254.example", "169.254.1", "fec0::1", "fe8::1",
                           "fe80x", "fe80.example", ""}) {
    EXPECT_FALSE(IsLinkLocalHost(host)) << host;
  }
}

struct MatchRow {
  const char* host;
  const char* pattern;
  bool matches;
};

TEST(Host, MatchesAPatternByWholeLabels) {
  const MatchRow rows[] = {{"a.example", "A.Example", true},
                           {"a.example", "*.example", true},
                           {"example", "*.example", true},
                           {"b.a.example", "*.example", true},
                           {"aexample", "*.example", false},
                           {"a.example.evil", "*.example", false},
                           {"a.example", "example", false},
                           {".example", "*.example", false},
                           {"a", "*", false},
                           {"a", "*.", false},
                           {"a", "", false},
                           {"a.b", "a.*", false}};
  for (const MatchRow& row : rows) {
    EXPECT_EQ(HostMatches(row.host, row.pattern), row.matches) << row.host << " " << row.pattern;
  }
}

// G-22.
TEST(Encoding, LeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(PercentEncode("azAZ09-._~"), "azAZ09-._~");
  EXPECT_EQ(PercentEncode(" /?#:&=+%\"\xc3\xa4"), "%20%2F%3F%23%3A%26%3D%2B%25%22%C3%A4");
  EXPECT_EQ(PercentEncode(std::string_view("\0", 1)), "%00");
  EXPECT_EQ(FormEncode({}), "");
  EXPECT_EQ(FormEncode({{"a b", "c&d"}, {"e", ""}}), "a%20b=c%26d&e=");
}

TEST(PrintableOrigin, HasNoUserinfoPathOrQuery) {
  EXPECT_EQ(PrintableOrigin("https://a:8443/secret?secret#secret"), "https://a:8443");
  EXPECT_EQ(PrintableOrigin("HTTP://secret:secret@A.example/secret"), "http://a.example");
  EXPECT_EQ(PrintableOrigin("https://se@cret@[::1]"), "https://[::1]");
}

TEST(PrintableOrigin, IsEmptyWhereNothingIsCertain) {
  for (const char* url : {"", "secret", "user:secret@a", "ftp://secret@a", "https://user:se/cret@a",
                          "https://user:1?2@a", "https://user:1#2@a", "https://a/?b=c@secret", "https://a b",
                          "https://user:secret", "https://secret@"}) {
    EXPECT_EQ(PrintableOrigin(url), "") << url;
  }
}

}  // namespace
}  // namespace msiv2
