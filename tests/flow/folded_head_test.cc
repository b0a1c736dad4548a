// An answer whose first header line begins with a blank, on every leg: on a new connection and on one that
// was used before. On a used easy handle libcurl before 8.1.0 writes through a pointer to freed memory in
// that case (curl issue 11101).
#include <array>

#include "msiv2/resource_client.h"
#include "tests/flow/flow_fixture.h"

namespace msiv2 {
namespace {

// libcurl itself refuses some of these, before the library's own reader sees the line.
bool NamesTheLine(const Error& error) {
  return std::ranges::any_of(
      std::array{"begins with a blank", "without colon", "header line of the answer cannot be read"},
      [&](std::string_view words) { return error.message.find(words) != std::string::npos; });
}

constexpr const char* kLines[] = {"header=blank-first", "header=tab-first", "header=empty-fold-first"};

TokenRequest Bearer() {
  TokenRequest request{.resource = "https://vault.azure.net"};
  request.force_refresh = true;
  return request;
}

struct Leg {
  const char* operation;
  ErrorCode code;
  bool bearer_first;  // the request that leaves a pooled connection to the server of this leg
};

void PrintTo(const Leg& leg, std::ostream* out) { *out << leg.operation; }

class FoldedHeads : public FlowTest {
 protected:
  // Returns a client that shares no connection and no cache.
  ManagedIdentityClient MakePrivateClient() {
    ClientOptions options = Options();
    options.cache_scope = CacheScope::Private();
    return MakeClient(std::move(options));
  }
};

class FoldedHeadTest : public FoldedHeads, public ::testing::WithParamInterface<Leg> {
 protected:
  static void ExpectRefused(const Result<TokenResult>& token, const char* line) {
    ASSERT_FALSE(token) << line << ": a token came back";
    EXPECT_EQ(Name(token.error().code), Name(GetParam().code)) << line << ": " << token.error().ToString();
    EXPECT_TRUE(NamesTheLine(token.error())) << line << ": " << token.error().ToString();
  }
  static std::string Rule(const char* line) { return std::string(GetParam().operation) + " " + line; }
};

// A1.
TEST_P(FoldedHeadTest, IsRefusedOnANewConnectionAndOnAKeptOne) {
  TokenRequest request = Attested();
  request.force_refresh = true;
  for (const char* line : kLines) {
    auto client = MakePrivateClient();
    Fault(Rule(line));
    ExpectRefused(client.AcquireToken(request), line);
    emulator_->ClearFaults();
    for (int round = 0; round < 3; ++round) {
      auto kept = MakePrivateClient();
      const auto token = kept.AcquireToken(GetParam().bearer_first ? Bearer() : request);
      ASSERT_TRUE(token) << token.error().ToString();
      Fault(Rule(line));
      ExpectRefused(kept.AcquireToken(request), line);
      emulator_->ClearFaults();
      const auto after = kept.AcquireToken(request);
      ASSERT_TRUE(after) << after.error().ToString();
    }
  }
}

constexpr Leg kLegs[] = {{"imds.getplatformmetadata", ErrorCode::kInvalidMetadata, /*bearer_first=*/true},
                         {"imds.issuecredential", ErrorCode::kCredentialRequestFailed, /*bearer_first=*/true},
                         {"entra.token", ErrorCode::kTokenRequestFailed, /*bearer_first=*/false}};
INSTANTIATE_TEST_SUITE_P(Legs, FoldedHeadTest, ::testing::ValuesIn(kLegs));

class FoldedHeadOfOtherLegsTest : public FoldedHeads {};

// A1.
TEST_F(FoldedHeadOfOtherLegsTest, AFoldedHeadOfMsiV1IsRefused) {
  auto client = MakePrivateClient();
  for (const char* line : kLines) {
    for (int round = 0; round < 3; ++round) {
      Fault(std::string("imds.token ") + line);
      const auto refused = client.AcquireToken(Bearer());
      ASSERT_FALSE(refused) << line;
      EXPECT_TRUE(NamesTheLine(refused.error())) << refused.error().ToString();
      emulator_->ClearFaults();
      const auto token = client.AcquireToken(Bearer());
      ASSERT_TRUE(token) << token.error().ToString();
    }
  }
}

// A1.
TEST_F(FoldedHeadOfOtherLegsTest, AFoldedHeadOfAResourceIsRefused) {
  auto client = MakeClient(Options());
  const std::string url = emulator_->endpoints().resource + "/a";
  const auto token = client.AcquireToken(Attested(emulator_->endpoints().resource));
  ASSERT_TRUE(token) << token.error().ToString();
  ResourceClientOptions options;
  emulator::Use(emulator_->endpoints(), options);
  auto resource = ResourceClient::Create(options);
  ASSERT_TRUE(resource);
  for (const char* line : kLines) {
    for (int round = 0; round < 3; ++round) {
      Fault(std::string("resource.call ") + line);
      const auto refused = resource->Send(**token, {.url = url});
      ASSERT_FALSE(refused) << line;
      EXPECT_TRUE(NamesTheLine(refused.error())) << refused.error().ToString();
      emulator_->ClearFaults();
      const auto answer = resource->Send(**token, {.url = url});
      ASSERT_TRUE(answer) << answer.error().ToString();
      EXPECT_EQ(answer->status, 200);
    }
  }
}

// A1. The emulator's attestor is a separate client: it may accept the line or refuse it, and continues to
// work.
TEST_F(FoldedHeadOfOtherLegsTest, AFoldedHeadOfAttestationHarmsNothing) {
  for (const char* line : kLines) {
    auto client = MakePrivateClient();
    Fault(std::string("attestation.attest ") + line);
    const auto token = client.AcquireToken(Attested());
    if (!token) {
      EXPECT_EQ(Name(token.error().code), Name(ErrorCode::kAttestationFailed));
    }
    emulator_->ClearFaults();
    const auto after = client.AcquireToken(Attested());
    ASSERT_TRUE(after) << after.error().ToString();
  }
}

}  // namespace
}  // namespace msiv2
