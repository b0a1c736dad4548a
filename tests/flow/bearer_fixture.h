// A client for MSI v1 on a scripted network, with its own clock and environment.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cache_scope_registry.h"
#include "msiv2/client.h"
#include "msiv2/testing/scripted_transport.h"
#include "tests/support/idle_on.h"
#include "tests/support/idling_clock.h"

namespace msiv2 {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// From says where a token came from.
enum class From { kNetwork, kCache };

/// BearerTest has one client for MSI v1.
class BearerTest : public ::testing::Test {
 protected:
  using Variables = std::map<std::string, std::string>;

  /// HostOf returns the variables of a host with `source`.
  static Variables HostOf(IdentitySource source) {
    switch (source) {
      case IdentitySource::kAppService:
        return {{"IDENTITY_ENDPOINT", "http://127.0.0.1:41564/msi/token"}, {"IDENTITY_HEADER", "the-secret"}};
      case IdentitySource::kAppService2017:
        return {{"MSI_ENDPOINT", "http://127.0.0.1:41564/msi/token"},
                {"MSI_SECRET", "the-secret"},
                {"WEBSITE_SITE_NAME", "site"}};
      case IdentitySource::kMachineLearning:
        return {{"MSI_ENDPOINT", "http://127.0.0.1:7071/msi/token"}, {"MSI_SECRET", "the-secret"}};
      case IdentitySource::kCloudShell:
        return {{"MSI_ENDPOINT", "http://localhost:50342/oauth2/token"}};
      case IdentitySource::kAzureArc:
        return {{"IDENTITY_ENDPOINT", "http://127.0.0.1:40342/metadata/identity/oauth2/token"},
                {"IMDS_ENDPOINT", "http://127.0.0.1:40342"}};
      case IdentitySource::kServiceFabric:
        return {{"IDENTITY_ENDPOINT", "https://localhost:2377/metadata/identity/oauth2/token"},
                {"IDENTITY_HEADER", "the-secret"},
                {"IDENTITY_SERVER_THUMBPRINT", "0123456789abcdef0123456789abcdef01234567"}};
      case IdentitySource::kWorkloadIdentity:
      case IdentitySource::kImds:
        break;
    }
    return {};
  }

  /// WorkloadHost returns the variables of a host with a workload identity whose proof is in
  /// `assertion_file`.
  static Variables WorkloadHost(const std::string& assertion_file) {
    return {{"AZURE_FEDERATED_TOKEN_FILE", assertion_file},
            {"AZURE_CLIENT_ID", "dddddddd-eeee-4fff-8000-111111111111"},
            {"AZURE_TENANT_ID", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"}};
  }

  /// The sources that share one row of the retry table: all except IMDS.
  static constexpr IdentitySource kOthers[] = {
      IdentitySource::kAppService, IdentitySource::kAppService2017, IdentitySource::kMachineLearning,
      IdentitySource::kCloudShell, IdentitySource::kAzureArc,       IdentitySource::kServiceFabric};
  static constexpr IdentitySource kAll[] = {
      IdentitySource::kAppService, IdentitySource::kAppService2017, IdentitySource::kMachineLearning,
      IdentitySource::kCloudShell, IdentitySource::kAzureArc,       IdentitySource::kServiceFabric,
      IdentitySource::kImds};

  /// Enter puts the test on a host with `source`, with an unused network and clock.
  void Enter(IdentitySource source) {
    variables_ = HostOf(source);
    http_ = std::make_shared<testing::ScriptedTransport>();
    clock_ = std::make_shared<testing::IdlingClock>();
    client_.reset();
  }

  rotation::Idle IdleOnClock() const { return testing::IdleOn(clock_); }

  ClientOptions Options() {
    ClientOptions options;
    options.identity = identity_;
    options.http = http_;
    options.clock = clock_;
    options.cache_scope = CacheScope::Private();
    CacheScope::Registry::Of(*options.cache_scope).IdleWith(IdleOnClock());
    options.retries = retries_;
    options.client_capabilities = capabilities_;
    options.environment = [variables = variables_](const char* name) -> std::optional<std::string> {
      const auto entry = variables.find(name);
      if (entry == variables.end()) return std::nullopt;
      return entry->second;
    };
    return options;
  }

  ManagedIdentityClient& Client() {
    if (!client_) client_.emplace(ManagedIdentityClient::Create(Options()).value());
    return *client_;
  }

  Result<TokenResult> Acquire(TokenRequest request = {.resource = "https://vault.azure.net"}) {
    return Client().AcquireToken(request);
  }

  /// Grant queues a token that expires `life` from now.
  void Grant(const std::string& token, seconds life = hours(1)) {
    const auto end = std::chrono::floor<seconds>((clock_->Now() + life).time_since_epoch()).count();
    http_->Answer(200, {},
                  R"({"access_token":")" + token + R"(","token_type":"Bearer","expires_on":")" +
                      std::to_string(end) + R"("})");
  }

  void ExpectToken(const Result<TokenResult>& result, const std::string& token, From from) {
    ASSERT_TRUE(result) << result.error().ToString();
    EXPECT_EQ((*result)->secret.Reveal(), token);
    EXPECT_EQ((*result)->type, TokenType::kBearer);
    EXPECT_EQ((*result)->binding, nullptr);
    EXPECT_EQ(result->from_cache, from == From::kCache);
  }

  void ExpectError(const Result<TokenResult>& result, const std::string& code) {
    ASSERT_FALSE(result);
    EXPECT_EQ(Name(result.error().code), code) << result.error().ToString();
  }

  std::size_t Requests() const { return http_->Requests().size(); }

  Variables variables_;
  ManagedIdentityId identity_;
  bool retries_ = true;
  std::vector<std::string> capabilities_;
  std::shared_ptr<testing::ScriptedTransport> http_ = std::make_shared<testing::ScriptedTransport>();
  std::shared_ptr<testing::IdlingClock> clock_ = std::make_shared<testing::IdlingClock>();
  std::optional<ManagedIdentityClient> client_;
};

}  // namespace msiv2
