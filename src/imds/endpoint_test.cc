#include "imds/endpoint.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

using Check = Result<Origin> (*)(std::string_view, const EndpointRules&);

EndpointRules Production() { return {}; }
EndpointRules Emulator() { return {.imds_base_is_loopback = true, .allowed_hosts = std::nullopt}; }
EndpointRules Listing(std::vector<std::string> hosts) {
  return {.imds_base_is_loopback = false, .allowed_hosts = std::move(hosts)};
}

struct Accepted {
  const char* text;
  EndpointRules rules;
  const char* origin;
};

struct Refused {
  const char* text;
  EndpointRules rules;
  const char* reason;
};

void ExpectAccepted(Check check, const Accepted& c) {
  SCOPED_TRACE(c.text);
  const auto origin = check(c.text, c.rules);
  ASSERT_TRUE(origin) << origin.error().message;
  EXPECT_EQ(origin->ToString(), c.origin);
}

void ExpectRefused(Check check, Step step, const Refused& c) {
  SCOPED_TRACE(c.text);
  const auto origin = check(c.text, c.rules);
  ASSERT_FALSE(origin) << origin->ToString();
  EXPECT_EQ(origin.error().code, ErrorCode::kEndpointNotAllowed);
  EXPECT_EQ(origin.error().step, step);
  EXPECT_NE(origin.error().message.find(c.reason), std::string::npos) << origin.error().message;
}

TEST(TokenEndpoint, IsReducedToItsOrigin) {
  const Accepted cases[] = {
      {"mtlsauth.microsoft.com", Production(), "https://mtlsauth.microsoft.com"},
      {"https://mtlsauth.microsoft.com", Production(), "https://mtlsauth.microsoft.com"},
      {"https://mtlsauth.microsoft.com/", Production(), "https://mtlsauth.microsoft.com"},
      {"HTTPS://MtlsAuth.Microsoft.COM/a/b?c=d#e", Production(), "https://mtlsauth.microsoft.com"},
      {"mtlsauth.microsoft.com:443", Production(), "https://mtlsauth.microsoft.com"},
      {"westus.mtlsauth.private.example/", Production(), "https://westus.mtlsauth.private.example"},
  };
  for (const auto& c : cases) ExpectAccepted(CheckTokenEndpoint, c);
}

// G-20.
TEST(TokenEndpoint, AnythingButAPlainHttpsAuthorityIsRefused) {
  const Refused cases[] = {
      {"", Production(), "not a plain https URL"},
      {"https://", Production(), "not a plain https URL"},
      {"http://mtlsauth.microsoft.com", Production(), "not https"},
      {"ftp://mtlsauth.microsoft.com", Production(), "not a plain https URL"},
      {"https://user@mtlsauth.microsoft.com", Production(), "not a plain https URL"},
      {"https://mtlsauth.microsoft.com@evil.example", Production(), "not a plain https URL"},
      {"https://mtlsauth.microsoft.com\\@evil.example", Production(), "not a plain https URL"},
      {"https://mtlsauth.microsoft.com/\\evil", Production(), "not a plain https URL"},
      {"https://mtlsauth.microsoft.com:", Production(), "not a plain https URL"},
      {"mtlsauth.microsoft.com:", Production(), "not a plain https URL"},
      {"https://mtlsauth.microsoft.com:/", Production(), "not a plain https URL"},
      {"https://mtlsauth.microsoft.com:0", Production(), "not a plain https URL"},
      {"https://mtlsauth.microsoft.com:65536", Production(), "not a plain https URL"},
      {"https://mtlsauth .microsoft.com", Production(), "not a plain https URL"},
      {"https://mtlsauth.microsoft.com.", Production(), "ends in a dot"},
      {"evil.example/?u=https://mtlsauth.microsoft.com", Production(), "not a plain https URL"},
  };
  for (const auto& c : cases) ExpectRefused(CheckTokenEndpoint, Step::kCertificate, c);
}

TEST(TokenEndpoint, AnEndpointOnThisMachineOrByAddressNeedsAnEmulator) {
  const Refused refused[] = {
      {"https://127.0.0.1:8443", Production(), "an IP address"},
      {"https://127.1", Production(), "an IP address"},
      {"https://2130706433", Production(), "an IP address"},
      {"https://0x7f000001", Production(), "an IP address"},
      {"https://[::1]", Production(), "an IP address"},
      {"https://[::ffff:10.0.0.1]", Production(), "an IP address"},
      {"https://10.0.0.5", Production(), "an IP address"},
      {"https://localhost", Production(), "this machine"},
      {"https://LOCALHOST:8443", Production(), "this machine"},
      {"https://a.localhost", Production(), "this machine"},
      {"https://localhost.", Production(), "ends in a dot"},
      {"https://mtlsauth.microsoft.com:8443", Production(), "port is not 443"},
      {"https://10.0.0.5", Emulator(), "an IP address"},
      {"https://mtlsauth.microsoft.com:8443", Emulator(), "port is not 443"},
  };
  for (const auto& c : refused) ExpectRefused(CheckTokenEndpoint, Step::kCertificate, c);
  const Accepted accepted[] = {
      {"https://127.0.0.1:8443", Emulator(), "https://127.0.0.1:8443"},
      {"localhost:8443", Emulator(), "https://localhost:8443"},
      {"https://[::1]:8443/x", Emulator(), "https://[::1]:8443"},
  };
  for (const auto& c : accepted) ExpectAccepted(CheckTokenEndpoint, c);
}

TEST(TokenEndpoint, IsBoundToTheAllowListWhenOneIsSet) {
  const Accepted accepted[] = {
      {"https://mtls.corp.example", Listing({"MTLS.corp.example"}), "https://mtls.corp.example"},
      {"https://a.b.corp.example", Listing({"x", " *.corp.example "}), "https://a.b.corp.example"},
      {"https://corp.example", Listing({"*.corp.example"}), "https://corp.example"},
      {"https://mtls.corp.example:8443", Listing({"mtls.corp.example"}), "https://mtls.corp.example:8443"},
      {"https://10.0.0.5", Listing({"10.0.0.5"}), "https://10.0.0.5"},
      {"https://[fd00::1]", Listing({"[fd00::1]"}), "https://[fd00::1]"},
      {"https://localhost:8443", Listing({"localhost"}), "https://localhost:8443"},
  };
  for (const auto& c : accepted) ExpectAccepted(CheckTokenEndpoint, c);
  const Refused refused[] = {
      {"https://mtlsauth.microsoft.com", Listing({"*.corp.example"}), "allow-list"},
      {"https://notcorp.example", Listing({"*.corp.example"}), "allow-list"},
      {"https://corp.example.evil.example", Listing({"*.corp.example"}), "allow-list"},
      {"https://mtlsauth.microsoft.com", Listing({}), "allow-list"},
      {"https://mtlsauth.microsoft.com", Listing({"*"}), "allow-list"},
      {"https://mtlsauth.microsoft.com", Listing({"*."}), "allow-list"},
      {"http://mtls.corp.example", Listing({"mtls.corp.example"}), "not https"},
      {"https://mtls.corp.example", Listing({"[mtls.corp.examples", "smtls.corp.example]"}), "allow-list"},
  };
  for (const auto& c : refused) ExpectRefused(CheckTokenEndpoint, Step::kCertificate, c);
  EndpointRules closed_emulator = Emulator();
  closed_emulator.allowed_hosts = std::vector<std::string>{"mtls.corp.example"};
  ExpectRefused(CheckTokenEndpoint, Step::kCertificate,
                {"https://127.0.0.1:8443", closed_emulator, "allow-list"});
}

TEST(AttestationEndpoint, IsAcceptedUnderAKnownSuffix) {
  const Accepted cases[] = {
      {"sharedeus2.eus2.attest.azure.net", Production(), "https://sharedeus2.eus2.attest.azure.net"},
      {"https://sharedeus2.eus2.attest.azure.net/", Production(), "https://sharedeus2.eus2.attest.azure.net"},
      {"https://x.attest.azure.us/path", Production(), "https://x.attest.azure.us"},
      {"https://x.attest.azure.cn", Production(), "https://x.attest.azure.cn"},
      {"attest.azure.net", Production(), "https://attest.azure.net"},
      {"https://127.0.0.1:9443", Emulator(), "https://127.0.0.1:9443"},
      {"https://maa.corp.example", Listing({"*.corp.example"}), "https://maa.corp.example"},
  };
  for (const auto& c : cases) ExpectAccepted(CheckAttestationEndpoint, c);
}

// G-12, G-20.
TEST(AttestationEndpoint, IsRefusedElsewhere) {
  EndpointRules closed_emulator = Emulator();
  closed_emulator.allowed_hosts = std::vector<std::string>{"*.attest.azure.net"};
  const Refused cases[] = {
      {"", Production(), "not a plain https URL"},
      {"http://x.attest.azure.net", Production(), "not https"},
      {"/attest/keyguard", Production(), "not a plain https URL"},
      {"attest/keyguard", Production(), "a single label"},
      {"https://notattest.azure.net", Production(), "known attestation suffix"},
      {"https://attest.azure.net.evil.example", Production(), "known attestation suffix"},
      {"https://x.attest.azure.de", Production(), "known attestation suffix"},
      {"https://10.0.0.5", Production(), "an IP address"},
      {"https://x.attest.azure.net:443", Production(), "names a port"},
      {"https://x.attest.azure.net:8443", Production(), "names a port"},
      {"https://maa.corp.example:8443", Listing({"maa.corp.example"}), "names a port"},
      {"https://x.attest.azure.net?a=b", Production(), "query"},
      {"https://x.attest.azure.net/p#f", Production(), "fragment"},
      {"https://u@x.attest.azure.net", Production(), "not a plain https URL"},
      {"https://x.attest.azure.net\\.evil.example", Production(), "not a plain https URL"},
      {"https://x.attest.azure.net.", Production(), "ends in a dot"},
      {"https://127.0.0.1:9443", Production(), "an IP address"},
      {"https://localhost:9443", Listing({"localhost"}), "names a port"},
      {"https://x.attest.azure.net", Listing({"maa.corp.example"}), "allow-list"},
      {"https://x.attest.azure.net", Listing({}), "allow-list"},
      {"https://127.0.0.1:9443", closed_emulator, "allow-list"},
      {"https://10.0.0.5:9443", Emulator(), "an IP address"},
      {"https://maa.corp.example:9443", Emulator(), "names a port"},
  };
  for (const auto& c : cases) ExpectRefused(CheckAttestationEndpoint, Step::kAttestation, c);
}

// A8.
TEST(Endpoint, ALocalNameIsRefusedOnBothLegs) {
  const Refused cases[] = {
      {"https://localhost.localdomain", Production(), "local network"},
      {"https://ip6-localhost", Production(), "a single label"},
      {"https://metadata", Production(), "a single label"},
      {"metadata/identity", Production(), "a single label"},
      {"METADATA:443", Production(), "a single label"},
      {"https://local", Production(), "a single label"},
      {"https://metadata.google.INTERNAL", Production(), "local network"},
      {"https://printer.local", Production(), "local network"},
      {"https://router.home.arpa", Production(), "local network"},
      {"https://a.b.c.LocalDomain", Production(), "local network"},
      {"https://a.LOCALHOST", Production(), "this machine"},
      {"https://metadata", Emulator(), "a single label"},
      {"https://localhost.localdomain", Emulator(), "local network"},
  };
  for (const auto& c : cases) {
    ExpectRefused(CheckTokenEndpoint, Step::kCertificate, c);
    ExpectRefused(CheckGivenTokenEndpoint, Step::kCertificate, c);
    ExpectRefused(CheckAttestationEndpoint, Step::kAttestation, c);
  }
}

// A8.
TEST(Endpoint, ALocalNameInOddDressIsRefusedToo) {
  const char* const dresses[] = {"metadata.",
                                 "localhost.localdomain.",
                                 "localhost..localdomain",
                                 ".localhost",
                                 "localhost%2elocaldomain",
                                 "metadata\u3002google\u3002internal",
                                 "\xef\xbd\x8docal",
                                 "metadata ",
                                 "metadata\t",
                                 "metadata#.x.com",
                                 "metadata?.attest.azure.net",
                                 "metadata/.attest.azure.net",
                                 "a@metadata",
                                 "metadata:",
                                 "[metadata]"};
  for (const char* dress : dresses) {
    for (const char* scheme : {"", "https://"}) {
      const std::string text = std::string(scheme) + dress;
      EXPECT_FALSE(CheckTokenEndpoint(text, Production())) << text;
      EXPECT_FALSE(CheckAttestationEndpoint(text, Production())) << text;
    }
  }
}

// A8.
TEST(Endpoint, ALocalNameThatTheAllowListNamesIsAccepted) {
  const Accepted cases[] = {
      {"https://metadata", Listing({"Metadata"}), "https://metadata"},
      {"https://sts.corp.internal", Listing({"*.corp.internal"}), "https://sts.corp.internal"},
      {"https://sts.local", Listing({"a.example", "sts.local"}), "https://sts.local"},
      {"https://localhost", Listing({"localhost"}), "https://localhost"},
  };
  for (const auto& c : cases) {
    ExpectAccepted(CheckTokenEndpoint, c);
    ExpectAccepted(CheckAttestationEndpoint, c);
  }
  // Names that only look like local ones.
  ExpectAccepted(CheckTokenEndpoint, {"notlocal.example", Production(), "https://notlocal.example"});
  ExpectAccepted(CheckTokenEndpoint, {"local.example", Production(), "https://local.example"});
  ExpectAccepted(CheckTokenEndpoint, {"my-internal.com", Production(), "https://my-internal.com"});
}

TEST(TokenEndpoint, OfImdsIsRefusedInItsOwnWords) {
  EXPECT_EQ(CheckTokenEndpoint("10.0.0.1", Production()).error().message,
            "IMDS named the token endpoint '10.0.0.1', which is refused: it is an IP address");
}

TEST(Endpoint, ForeignTextIsPrintedHarmlessly) {
  const auto refused = CheckTokenEndpoint("https://a\x1b[2Jb\n" + std::string(5000, 'x'), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.find('\x1b'), std::string::npos);
  EXPECT_EQ(refused.error().message.find('\n'), std::string::npos);
  EXPECT_LT(refused.error().message.size(), 500u);
}

TEST(AllowedHosts, AreSplitAtCommasAndSemicolons) {
  EXPECT_EQ(ParseAllowedHosts(std::nullopt), std::nullopt);
  EXPECT_EQ(ParseAllowedHosts(""), std::vector<std::string>());
  EXPECT_EQ(ParseAllowedHosts(" ,; "), std::vector<std::string>());
  const std::vector<std::string> expected = {"a.example", "*.b.example", "c"};
  EXPECT_EQ(ParseAllowedHosts("a.example, *.b.example;c;"), expected);
}

TEST(GivenTokenEndpoint, IsHeldAgainstTheSameRulesInItsOwnWords) {
  ExpectAccepted(CheckGivenTokenEndpoint,
                 {"mtlsauth.microsoft.com", Production(), "https://mtlsauth.microsoft.com"});
  ExpectAccepted(CheckGivenTokenEndpoint, {"127.0.0.1:8443", Emulator(), "https://127.0.0.1:8443"});
  const auto refused = CheckGivenTokenEndpoint("https://user:hunter2@10.0.0.1/?sig=hunter2", Production());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "the given token endpoint 'https://10.0.0.1' is refused: it is not a plain https URL or host "
            "name");
  const auto address = CheckGivenTokenEndpoint("10.0.0.1", Production());
  ASSERT_FALSE(address);
  EXPECT_EQ(address.error().code, ErrorCode::kEndpointNotAllowed);
  EXPECT_EQ(address.error().message,
            "the given token endpoint 'https://10.0.0.1' is refused: it is an IP address");
}

TEST(AllowedHosts, AnEntryThatIsNotAHostMatchesNothing) {
  for (const char* entry : {"a.example", " *.b.example ", "10.0.0.5", "[fd00::1]", "fd00::1", "localhost"}) {
    EXPECT_TRUE(CanMatchAHost(entry)) << entry;
  }
  const char* endpoint = "https://cafe.example:443/x";
  for (const char* entry :
       {"", " ", "*", "*.", "a.*.example", "https://cafe.example", "cafe.example/x", "cafe.example:443",
        "cafe:443", "10.0.0.5:443", "[fd00::1]:443", "cafe.example.", "cafe example", "u@cafe.example"}) {
    EXPECT_FALSE(CanMatchAHost(entry)) << entry;
    EXPECT_FALSE(CheckTokenEndpoint(endpoint, Listing({entry}))) << entry;
  }
}

}  // namespace
}  // namespace msiv2
