#include "http/proxy.h"

#include <gtest/gtest.h>

#include <map>

#include "base/foreign_text.h"

namespace msiv2 {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

EnvironmentReader Of(Variables variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

std::string VariableFor(const std::string& url, Variables variables) {
  const auto proxy = ChooseProxy(ParseUrl(url)->origin, Of(std::move(variables)));
  return proxy ? proxy->variable : "";
}

TEST(ChooseProxy, TakesTheUsualVariablesInTheUsualOrder) {
  Variables all = {{"https_proxy", "a"}, {"HTTPS_PROXY", "b"}, {"all_proxy", "c"},
                   {"ALL_PROXY", "d"},   {"http_proxy", "e"},  {"HTTP_PROXY", "f"}};
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    EXPECT_EQ(VariableFor("https://x", all), name);
    EXPECT_EQ(ProxyVariable(Of(all)), name);
    all[name] = " \n";  // blank counts as not set
  }
  EXPECT_EQ(VariableFor("https://x", all), "");
  EXPECT_EQ(VariableFor("http://x", all), "http_proxy");
  all.erase("http_proxy");
  EXPECT_EQ(VariableFor("http://x", all), "") << "HTTP_PROXY may be a header of a web server's client";
  all["ALL_PROXY"] = "d";
  EXPECT_EQ(VariableFor("http://x", all), "ALL_PROXY");
}

TEST(ChooseProxy, LeavesOutWhatNoProxyExcepts) {
  const Variables both = {{"https_proxy", "a"}, {"no_proxy", "x.example"}, {"NO_PROXY", "y.example"}};
  EXPECT_EQ(VariableFor("https://x.example", both), "");
  EXPECT_EQ(VariableFor("https://y.example", both), "https_proxy") << "lower case comes first";
}

TEST(ChooseProxy, ReadsExceptionsAsLibcurlDoes) {
  struct Exception {
    const char* host;
    const char* list;
    bool excepted;
  };
  const Exception rows[] = {
      {"a.example.com", "example.com", true},
      {"a.example.com", ".example.com", true},
      {"example.com", ".example.com", true},
      {"example.com.", "EXAMPLE.com", true},
      {"notexample.com", "example.com", false},
      {"example.com", "a.example.com", false},
      {"x", "*", true},
      {"x", "y, x", true},
      {"x", "y x", true},
      {"x", "", false},
      {"x", ",,.", false},
      {"a.example.com", "*.example.com", false},
      {"127.0.0.1", "127.0.0.1", true},
      {"127.0.0.1", "0.1", false},
      {"127.0.0.1", "127.0.0.0/8", true},
      {"10.1.2.3", "10.1.2.0/31", false},
      {"10.1.2.3", "10.1.2.2/31", true},
      {"10.1.2.3", "10.1.2.3/32", true},
      {"10.1.2.3", "10.1.2.3/33", false},
      {"10.1.2.255", "10.1.2.254/31", true},
      {"10.1.2.0", "10.1.2.99999999999", false},
      {"10.1.2.3", "10.1.2.3x", false},
      {"10.1.2.3", "010.1.2.3", false},
      {"10.1.2.3", "10.1.2.03/32", false},
      {"10.0.0.0", "10.0.0.0", true},
      {"10.1.2.3", "0.0.0.0/0", true},
      {"::1", "::1", true},
      {"::1", "[::1]", true},
      {"fe80::1:2", "fe80::/10", true},
      {"fec0::1", "fe80::/10", false},
      {"fe00::1", "ff00::/8", false},
      {"2001:db8:0:0:0:0:0:1", "2001:db8::1", true},
      {"2001:db8::1", "127.0.0.1", false},
      {"::1", ":::", false},
      {"::1", "1::2::3", false},
  };
  for (const Exception& row : rows)
    EXPECT_EQ(IsExcepted(row.host, row.list), row.excepted) << row.host << row.list;
}

TEST(ReadProxy, TellsOriginAndCredentialsApart) {
  struct Reading {
    const char* value;
    const char* origin;
    const char* user;
    const char* password;
  };
  const Reading rows[] = {
      {"http://proxy.corp:3128", "http://proxy.corp:3128", "", ""},
      {"proxy.corp", "http://proxy.corp:1080", "", ""},
      {"HTTP://Proxy.Corp:80/path", "http://proxy.corp:80", "", ""},
      {"user:pw@proxy:1", "http://proxy:1", "user", "pw"},
      {"http://user:p@@w@proxy:1", "http://proxy:1", "user", "p@@w"},
      {"http://user:p:w\"'@proxy:1", "http://proxy:1", "user", "p:w\"'"},
      {"http://us%65r:p%23%2f%zz@[::1]:1", "http://[::1]:1", "user", "p#/%zz"},
      {"http://user:%z1%1z%@proxy:1", "http://proxy:1", "user", "%z1%1z%"},
      {" http://user:pw@proxy:1 \n", "http://proxy:1", "user", "pw"},
      {"http://user@proxy:1", "http://proxy:1", "user", ""},
      {"socks5h://user:pw@proxy", "socks5h://proxy:1080", "user", "pw"},
  };
  for (const Reading& row : rows) {
    const Proxy proxy = ReadProxy("HTTPS_PROXY", row.value);
    EXPECT_EQ(proxy.problem, "") << row.value;
    EXPECT_FALSE(proxy.over_tls);
    EXPECT_EQ(proxy.origin, row.origin);
    EXPECT_EQ(proxy.user.Reveal(), row.user);
    EXPECT_EQ(proxy.password.Reveal(), row.password);
  }
}

// F2.
TEST(ReadProxy, SaysWhatIsWrongAndNothingOfTheValue) {
  const std::pair<std::string, std::string> rows[] = {
      {"http://user:S3cr3t#w@127.0.0.1:1", "percent-encoded"},
      {"http://user:S3cr3t/w@127.0.0.1:1", "percent-encoded"},
      {"http://user:S3cr3t?w@127.0.0.1:1", "percent-encoded"},
      {"http://user:S3cr3t w@127.0.0.1:1", "percent-encoded"},
      {"http://user:S3cr3t\nw@127.0.0.1:1", "percent-encoded"},
      {"http://user:S3cr3t@127.0.0.1:99999", "host and port"},
      {"http://user:S3cr3t@127.0.0.1:", "host and port"},
      {"http://user:S3cr3t@127.0.0.1:1\"", "host and port"},
      {"http://S3cr3t:w", "host and port"},
      {"http://user:S3cr3t%0Dw@127.0.0.1:1", "control character"},
      {"http://user:S3cr3t%00@127.0.0.1:1", "control character"},
      {"ftp://user:S3cr3t@127.0.0.1:1", "scheme"},
      {"\"http://user:S3cr3t@127.0.0.1:1\"", "scheme"},
      {"https://user:S3cr3t@127.0.0.1:1", "over TLS"},
  };
  for (const auto& [value, words] : rows) {
    const Proxy proxy = ReadProxy("HTTPS_PROXY", value);
    EXPECT_NE(proxy.problem.find(words), std::string::npos) << value << ": " << proxy.problem;
    EXPECT_EQ(proxy.over_tls, words == "over TLS") << value;
    for (const char* part : {"S3cr3t", "127"}) {
      EXPECT_EQ(proxy.problem.find(part), std::string::npos) << proxy.problem;
    }
    EXPECT_TRUE(proxy.origin.empty() && proxy.user.empty() && proxy.password.empty());
  }
}

// F2, A12.
TEST(ProxySecrets, AreHiddenInWhatOthersSay) {
  for (const std::string& password :
       std::initializer_list<std::string>{"S3cr3t#word", "S3cr3t/word", "S3cr3t?word", "S3cr3t@@word",
                                          "S3cr3t word", "S3cr3t\"word", "S3cr3t%23word", "S3cr3t:word"}) {
    KnownSecrets secrets;
    AddProxySecrets(Of({{"ALL_PROXY", "http://alice:" + password + "@127.0.0.1:1 \n"}}), secrets);
    for (const std::string& text :
         {"Unsupported proxy syntax in 'http://alice:" + password + "@127.0.0.1:1'",
          std::string("Port number was not a decimal number: S3cr3t"), "proxy password " + password,
          std::string("Could not resolve proxy: alice"), std::string("fragment word@127.0.0.1"),
          "Proxy-Authorization: Basic YWxpY2U6" + std::string("UzNjcjN0")}) {
      const std::string shown = ForeignText(text, secrets);
      for (const char* part : {"S3cr3t", "word@", "alice", "UzNjcjN0"}) {
        EXPECT_EQ(shown.find(part), std::string::npos) << shown;
      }
    }
  }
}

TEST(ProxySecrets, AreReadFromUserAndPasswordAndNotFromTheRestOfTheValue) {
  for (const std::string& scheme : std::initializer_list<std::string>{"", "http://"}) {
    KnownSecrets secrets;
    AddProxySecrets(Of({{"ALL_PROXY", scheme + "ali%63e:S3cr3t-word@127.0.0.1:1"}}), secrets);
    EXPECT_EQ(ForeignText("user alice of 127.0.0.1 has no S3cr3t-word", secrets),
              "user [hidden] of 127.0.0.1 has no [hidden]");
    EXPECT_EQ(ForeignText("user ali%63e of http", secrets), "user [hidden] of http");
    EXPECT_EQ(ForeignText("malice", secrets), "malice") << "a name is hidden as a word of its own only";
  }
}

// F2. It may be a password that lacks its '@'.
TEST(ProxySecrets, AreTheWholeValueWhereItCannotBeRead) {
  KnownSecrets secrets;
  AddProxySecrets(Of({{"ALL_PROXY", "S3cr3t:word"}}), secrets);
  EXPECT_EQ(ForeignText("no proxy is S3cr3t:word", secrets), "no proxy is [hidden]");
}

// F2. It may be a token.
TEST(ProxySecrets, AreAUserWithoutAPasswordAlsoInsideAWord) {
  KnownSecrets secrets;
  AddProxySecrets(Of({{"ALL_PROXY", "http://S3cr3t%2Fword@127.0.0.1:1"}}), secrets);
  EXPECT_EQ(ForeignText("user xS3cr3t/wordx", secrets), "user x[hidden]x");
}

// F2. The bytes of a text outside ASCII are not told apart.
TEST(ProxySecrets, AreAUserAsTheVariableSpellsIt) {
  KnownSecrets secrets;
  AddProxySecrets(Of({{"ALL_PROXY", "http://ren%C3%A9e:S3cr3t-word@127.0.0.1:1"}}), secrets);
  EXPECT_EQ(ForeignText("user ren%C3%A9e of http", secrets), "user [hidden] of http");
}

TEST(ProxySecrets, OfOneProxyAreItsUserAndItsPassword) {
  KnownSecrets secrets;
  AddSecretsOf(ReadProxy("HTTPS_PROXY", "http://alice:S3cr3t-word@127.0.0.1:1"), secrets);
  EXPECT_EQ(ForeignText("user alice of 127.0.0.1 has no S3cr3t-word", secrets),
            "user [hidden] of 127.0.0.1 has no [hidden]");
}

TEST(ProxySecrets, AreNoneWhereAProxyHasNoCredentials) {
  KnownSecrets secrets;
  AddProxySecrets(Of({{"HTTPS_PROXY", "http://127.0.0.1:3128"}, {"http_proxy", ""}}), secrets);
  EXPECT_TRUE(secrets.empty());
}

}  // namespace
}  // namespace msiv2
