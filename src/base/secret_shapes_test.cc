#include "base/secret_shapes.h"

#include <gtest/gtest.h>

#include <random>

#include "base/base64.h"
#include "base/foreign_text.h"

namespace msiv2 {
namespace {

// Like the DER of a CSR: its frame, names in text, an RSA modulus, the CUID attribute in JSON, a signature.
std::string CsrInBase64(unsigned seed) {
  std::mt19937 random(seed);
  const auto bytes = [&random](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += static_cast<char>(random() & 0xff);
    return text;
  };
  const std::string der = std::string("\x30\x82\x02\x8a\x30\x82\x01\x72\x02\x01\x00\x30", 12) +
                          "33333333-4444-4555-8666-77777777777711111111-2222-4333-8444-555555555555" +
                          bytes(256) + R"({"vmId":"99999999-aaaa-4bbb-8ccc-dddddddddddd"})" + bytes(256);
  return Base64Encode(AsBytes(der));
}

constexpr std::size_t kLeak = 20;  // this many consecutive characters of a secret are a leak

bool Leaks(const std::string& shown, const std::string& secret) {
  for (std::size_t at = 0; at + kLeak <= secret.size(); ++at) {
    if (shown.find(secret.substr(at, kLeak)) != std::string::npos) return true;
  }
  return false;
}

// A12.
TEST(SecretShapes, NoPieceOfACsrIsShownWhereverItIsCut) {
  int pieces = 0;
  for (unsigned seed = 1; seed <= 5; ++seed) {
    const std::string csr = CsrInBase64(seed);
    for (const std::size_t length : {40U, 64U, 100U}) {
      for (std::size_t at = 0; at + length <= csr.size(); at += length / 2, ++pieces) {
        const std::string text = "the csr " + csr.substr(at, length) + " is bad";
        EXPECT_FALSE(Leaks(ForeignText(text), csr)) << ForeignText(text);
      }
    }
  }
  EXPECT_GT(pieces, 400);
}

// A12.
TEST(SecretShapes, NoPieceOfACsrThatIsSplitIsShown) {
  const std::string csr = CsrInBase64(9);
  for (const std::size_t length : {5U, 8U, 11U, 19U, 64U, 76U}) {
    for (const char* gap : {" ", "\n", "\r\n", "\t", "\\n", " \x01 ", "%0A"}) {
      std::string text = "bad request ";
      for (std::size_t at = 0; at < csr.size(); at += length) text += csr.substr(at, length) + gap;
      std::string shown = ForeignText(text);
      EXPECT_TRUE(shown.starts_with("bad request [hidden]")) << shown;
      std::erase_if(shown, [](char c) { return c == ' '; });
      EXPECT_FALSE(Leaks(shown, csr)) << shown;
    }
  }
}

// A12.
TEST(SecretShapes, HideTokensByTheirLook) {
  const std::string jwt = "eyJhbGciOiJSUzI1NiJ9." + std::string(60, 'a') + "." + std::string(60, 'b');
  const std::string signature =
      "Y7yXTpEmH3JNhAmpVwHvGDYiMl0MHXlmVtM7UJEqa1oCG3pXecaCKL+kfdzdiE1GR4CApLURA4fbj/56Eo4cig==";
  const std::pair<std::string, std::string> rows[] = {
      {"token " + jwt + " refused", "token [hidden] refused"},
      {"{\"attestation_token\":\"" + jwt, "{\"attestation_token\":\"[hidden]"},
      {"bad signature " + signature, "bad signature [hidden]"},
      {signature.substr(0, 44) + " " + signature.substr(44), "[hidden]"},
      {"csr MIICijCCAXICAQAw" + std::string(40, 'A') + "== bad", "csr [hidden] bad"},
      {std::string(201, 'x'), "[hidden]"},
      {"Authorization: Bearer opaque-token-0123 is bad", "Authorization: Bearer [hidden] is bad"},
      {"mtls_pop abcdefghijklmnopqrst", "mtls_pop [hidden]"},
      {"Basic dXNlcjpwdzE= refused", "Basic [hidden] refused"},
      {"?sig=abc%2Fdef&x=1", "?sig=[hidden]&x=1"},
      {"{\"client_secret\" : \"hunter2\"}", "{\"client_secret\" : \"[hidden]\"}"},
      {"password=hunter2; next", "password=[hidden]; next"},
      {"password=\"correct horse battery\" next", "password=\"[hidden]\" next"},
      {"password = 'it is \"so\" long' next", "password = '[hidden]' next"},
      {"password:\thunter2 next", "password: [hidden] next"},
      {"password=\"\", x=\"y\"", "password=\"\", x=\"y\""},
      {"password=\"never closed", "password=\"[hidden]"},
      {"Pwd=hunter2;Server=s", "Pwd=[hidden];Server=s"},
      {"PGPASSWORD=hunter2 psql", "PGPASSWORD=[hidden] psql"},
      {"AccountKey=hunter2==;x", "AccountKey=[hidden];x"},
      {"SharedAccessKey: hunter2, x", "SharedAccessKey: [hidden], x"},
      {"x-api-key: hunter2 x", "x-api-key: [hidden] x"},
      {"Authorization: Basic dTpw is bad", "Authorization: Basic [hidden] is bad"},
      {"authorization=\"Bearer a1\" x", "authorization=\"Bearer [hidden]\" x"},
      {"Authorization: NTLM TlRMTVNTUAAB x", "Authorization: NTLM [hidden] x"},
      {"Proxy-Authorization: Negotiate YIIZa9 x", "Proxy-Authorization: Negotiate [hidden] x"},
      {"\"Authorization\":[\"Basic dTpw\"]", "\"Authorization\":[\"Basic [hidden]\"]"},
      {"password=basic x", "password=[hidden] x"},
      {"password=\"\"hunter2\"\" x", "password=\"[hidden]"},
      {"password=''hunter2", "password='[hidden]"},
      {"{\"password\": \"\\\"hunter2\\\"\"}", "{\"password\": \"[hidden]"},
      {"{\"password\":\"a\\\"hunter2 tail\"}", "{\"password\":\"[hidden]\"}"},
      {"Password=\"it\"\"s my secret\";Server=s", "Password=\"[hidden]\";Server=s"},
      {"Authorization: hunter2 is bad", "Authorization: [hidden] is bad"},
  };
  for (const auto& [text, shown] : rows) EXPECT_EQ(ForeignText(text), shown);
}

// F2, A12.
TEST(SecretShapes, HideTheUserinfoOfEveryUrl) {
  const std::pair<std::string, std::string> rows[] = {
      {"proxy 'http://user:S3cr3t@127.0.0.1:1' failed", "proxy 'http://[hidden]@127.0.0.1:1' failed"},
      {"http://user:a#b/c?d@@e@host:1/x", "http://[hidden]@host:1/x"},
      {"ftp://user@host", "ftp://[hidden]@host"},
      {"https://user:correct horse@host:1/x", "https://[hidden]@host:1/x"},
      {"https://host:443 says: ask admin@contoso.com", "https://host:443 says: ask admin@contoso.com"},
      {"https://host says: ask admin@contoso.com", "https://host says: ask admin@contoso.com"},
      {"https://host:443: refused; ask admin@contoso.com",
       "https://host:443: refused; ask admin@contoso.com"},
      {"(proxy http://10.0.0.4:3128) said no to bob@a.b", "(proxy http://10.0.0.4:3128) said no to bob@a.b"},
      {"https://a:b or https://c:d@e", "https://a:b or https://[hidden]@e"},
      {"user:S3cr3t@host:1 is not a URL", "[hidden]@host:1 is not a URL"},
      {"http%3A%2F%2Fuser%3AS3cr3t%40host", "http%3A%2F%2F[hidden]%40host"},
      {"\"http:\\/\\/user:S3cr3t@host\"", "[hidden]@host\""},
      {"<p>http://user:S3cr3t&#64;host</p>", "http://[hidden]@host"},
      {"http://host:1/path is down", "http://host:1/path is down"},
      {"account live.com#bob@contoso.com", "account live.com#bob@contoso.com"},
  };
  for (const auto& [text, shown] : rows) EXPECT_EQ(ForeignText(text), shown);
}

TEST(SecretShapes, KeepWhatPeopleNeed) {
  const std::string rows[] = {
      "no /subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/group/providers/"
      "Microsoft.ManagedIdentity/userAssignedIdentities/name",
      "eyJ is short",
      "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered. "
      "[Thumbprint of key used by client: '0123456789ABCDEF0123456789ABCDEF01234567']",
      "Trace ID: 8f7b2c1e-4a5d-4e6f-9a8b-7c6d5e4f3a2b Timestamp: 2026-11-28 17:31:00Z",
      "mtls_pop_token_not_supported_in_imds_v1",
      "ERRORATTESTATIONPARAMETERSVALIDATIONFAILED",
      "Error Code 404 Not Found On This Host At All",
      "error:0A000086:SSL routines::certificate verify failed",
      "Failed to connect to login.microsoftonline.com port 443 after 12 ms: Couldn't connect to server",
      "the bearer token is not accepted; a bearer authorization is",
      "Wed, 21 Oct 2015 07:28:00 GMT",
      "The user's password is wrong, the secret has expired",
      "Missing header 'Authorization': expected a bearer token",
      "Microsoft.Authorization: the client 'a' may not read",
      "unsupported authorization: basic auth is disabled",
      "pwd: /var/lib/waagent",
      "Invalid client secret: \"AADSTS7000215: Invalid client secret provided\"",
  };
  for (const std::string& text : rows) EXPECT_EQ(ForeignText(text), text);
}

}  // namespace
}  // namespace msiv2
