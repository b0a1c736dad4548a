// Are tokens, attestation JWTs and client assertions left in memory that was freed?
//
// The test knows JWTs by their shape. It looks at each block of memory that is freed, and in the end at all
// memory of its own process. The emulator is another process. It leaves out one kind of copy: a request in a
// buffer that libcurl allocates and frees, which only libcurl can wipe.
#include <curl/curl.h>
#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "base/begin_call.h"
#include "builtin.h"
#include "msiv2/client.h"
#include "msiv2/clock.h"
#include "msiv2/resource_client.h"
#include "tests/process/token_memory/emulator_process.h"
#include "tests/process/token_memory/given_back.h"
#include "tests/process/token_memory/jwt_scan.h"
#include "tests/process/token_memory/wire_attestor.h"

namespace msiv2 {
namespace {

class TokenMemoryScanTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    process_ = EmulatorProcess::Start();  // forks, so before any test creates a thread
  }
  static void TearDownTestSuite() { process_.reset(); }

  void SetUp() override {
    ASSERT_NE(process_, nullptr) << "no emulator";
    ASSERT_TRUE(FindJwts().empty()) << "an earlier test left something";
    before_ = CountJwtsGivenBack();
  }

  // By now everything that contained a secret is destroyed.
  void ExpectNothingLeft() const {
    const JwtsGivenBack now = CountJwtsGivenBack();
    EXPECT_EQ(now.blocks, before_.blocks) << "blocks of memory were freed with a JWT in them";
    const auto left = FindJwts();
    EXPECT_TRUE(left.empty()) << Describe(left);
  }

  static const emulator::Endpoints& endpoints() { return process_->endpoints(); }

  static ClientOptions Options() {
    ClientOptions options;
    emulator::Use(endpoints(), /*emulated_keyguard=*/true, options);
    options.http = TransportOf(nullptr, options.tls, [](const char*) { return std::nullopt; }).value();
    options.attestor = MakeWireAttestor(options.http);
    options.cache_scope = CacheScope::Private();
    options.environment = [](const char*) { return std::nullopt; };
    return options;
  }

  static void SetFault(const std::string& rule) { AskControl("POST", rule); }
  static void ClearFaults() { AskControl("DELETE", ""); }

  static std::unique_ptr<EmulatorProcess> process_;
  JwtsGivenBack before_;

 private:
  static void AskControl(const char* method, const std::string& body) {
    HttpRequest request;
    request.method = method;
    request.url = endpoints().control + "/faults";
    request.body = body;
    const auto http = TransportOf(nullptr, {}, [](const char*) { return std::nullopt; }).value();
    const auto clock = SystemClock();
    const auto answer = http->Send(request, BeginCall(*clock, {}, std::chrono::seconds(30)));
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_EQ(answer->status / 100, 2) << answer->body;
  }
};

std::unique_ptr<EmulatorProcess> TokenMemoryScanTest::process_;

TokenRequest AttestedRequest() {
  TokenRequest request{.resource = "https://vault.azure.net"};
  request.mtls_proof_of_possession = true;
  request.with_attestation_support = true;
  return request;
}

// Writes the JWT where it stays, so that no other copy is made.
void WriteJwt(std::string& text) {
  text.reserve(1000);
  text.append(16, '\0').append("9.eyJ").append(90, 'a').append(1, '.').append(342, 'b');
}

TEST_F(TokenMemoryScanTest, TheScanFindsAJwtWhoseFirstBytesAreGone) {
  std::string text;
  WriteJwt(text);
  const auto found = FindJwts();
  ASSERT_EQ(found.size(), 1U) << Describe(found);
  EXPECT_EQ(found[0].address, reinterpret_cast<std::uintptr_t>(text.data()) + 18);
  SecureWipe(text);
  EXPECT_TRUE(FindJwts().empty());
}

TEST_F(TokenMemoryScanTest, MemoryThatIsGivenBackWithAJwtIsCounted) {
  auto text = std::make_unique<std::string>();
  WriteJwt(*text);
  auto* const of_openssl = static_cast<char*>(OPENSSL_malloc(1000));
  text->copy(of_openssl, text->size());
  curl_slist* const of_libcurl = curl_slist_append(nullptr, text->c_str() + 16);
  text.reset();
  EXPECT_EQ(CountJwtsGivenBack().blocks, before_.blocks + 1);
  OPENSSL_free(of_openssl);
  EXPECT_EQ(CountJwtsGivenBack().blocks, before_.blocks + 2);
  curl_slist_free_all(of_libcurl);
  EXPECT_EQ(CountJwtsGivenBack().blocks, before_.blocks + 3);
  EXPECT_TRUE(FindJwts().empty());
}

// A6. Attestation JWT and token of the seven steps, and the header of a call with it.
TEST_F(TokenMemoryScanTest, OurMemoryHoldsNothingOfABoundTokenAndItsAttestation) {
  {
    auto client = ManagedIdentityClient::Create(Options()).value();
    ResourceClientOptions options;
    emulator::Use(endpoints(), options);
    auto resource = ResourceClient::Create(options).value();
    auto token = client.AcquireToken(AttestedRequest());
    ASSERT_TRUE(token) << token.error().ToString();
    const auto answer = resource.Send(**token, {.url = endpoints().resource + "/hello"});
    ASSERT_TRUE(answer) << answer.error().ToString();
    EXPECT_EQ(answer->status, 200);
    EXPECT_FALSE(FindJwts().empty()) << "the scan does not see a token that is there: it proves nothing";
  }
  ExpectNothingLeft();
}

// A6.
TEST_F(TokenMemoryScanTest, OurMemoryHoldsNothingOfABearerToken) {
  {
    auto client = ManagedIdentityClient::Create(Options()).value();
    const auto token = client.AcquireToken({.resource = "https://vault.azure.net"});
    ASSERT_TRUE(token) << token.error().ToString();
    EXPECT_FALSE(FindJwts().empty());
  }
  ExpectNothingLeft();
}

// A6. An assertion is read from a file and sent in a form.
TEST_F(TokenMemoryScanTest, OurMemoryHoldsNothingOfAClientAssertionAndItsToken) {
  {
    ClientOptions options = Options();
    options.source = IdentitySource::kWorkloadIdentity;
    options.environment = [](const char* name) -> std::optional<std::string> {
      const auto& variables = endpoints().environment.at("workload");
      const auto found = variables.find(name);
      if (found == variables.end()) return std::nullopt;
      return found->second;
    };
    auto client = ManagedIdentityClient::Create(std::move(options)).value();
    const auto token = client.AcquireToken({.resource = "https://vault.azure.net"});
    ASSERT_TRUE(token) << token.error().ToString();
    EXPECT_FALSE(FindJwts().empty());
  }
  ExpectNothingLeft();
}

// A6. A token that is received and rejected is as usable as any other.
TEST_F(TokenMemoryScanTest, OurMemoryHoldsNothingOfARefusedToken) {
  for (const char* rule : {"imds.token answer=expired-token", "imds.token answer=bad-expires-on"}) {
    SetFault(rule);
    auto client = ManagedIdentityClient::Create(Options()).value();
    EXPECT_FALSE(client.AcquireToken({.resource = "https://vault.azure.net"})) << rule;
  }
  ClearFaults();
  ExpectNothingLeft();
}

}  // namespace
}  // namespace msiv2
