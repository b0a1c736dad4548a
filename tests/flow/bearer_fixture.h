// A client for MSI v1 on a scripted network, with its own clock and environment.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "msiv2/client.h"
#include "msiv2/testing/fake_clock.h"
#include "msiv2/testing/scripted_transport.h"

namespace msiv2 {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// BearerTest has one client for MSI v1.
class BearerTest : public ::testing::Test {
 protected:
  using Variables = std::map<std::string, std::string>;

  /// HostOf returns the variables of a host with `source`.
  static Variables HostOf(MsiSource source) {
    switch (source) {
      case MsiSource::kAppService:
        return {{"IDENTITY_ENDPOINT", "http://127.0.0.1:41564/msi/token"}, {"IDENTITY_HEADER", "the-secret"}};
      case MsiSource::kAppService2017:
        return {{"MSI_ENDPOINT", "http://127.0.0.1:41564/msi/token"},
                {"MSI_SECRET", "the-secret"},
                {"WEBSITE_SITE_NAME", "site"}};
      case MsiSource::kMachineLearning:
        return {{"MSI_ENDPOINT", "http://127.0.0.1:7071/msi/token"}, {"MSI_SECRET", "the-secret"}};
      case MsiSource::kCloudShell:
        return {{"MSI_ENDPOINT", "http://localhost:50342/oauth2/token"}};
      case MsiSource::kAzureArc:
        return {{"IDENTITY_ENDPOINT", "http://127.0.0.1:40342/metadata/identity/oauth2/token"},
                {"IMDS_ENDPOINT", "http://127.0.0.1:40342"}};
      case MsiSource::kServiceFabric:
        return {{"IDENTITY_ENDPOINT", "https://localhost:2377/metadata/identity/oauth2/token"},
                {"IDENTITY_HEADER", "the-secret"},
                {"IDENTITY_SERVER_THUMBPRINT", "0123456789abcdef0123456789abcdef01234567"}};
      case MsiSource::kWorkloadIdentity:
      case MsiSource::kImds:
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
  static constexpr MsiSource kOthers[] = {MsiSource::kAppService,      MsiSource::kAppService2017,
                                          MsiSource::kMachineLearning, MsiSource::kCloudShell,
                                          MsiSource::kAzureArc,        MsiSource::kServiceFabric};
  static constexpr MsiSource kAll[] = {
      MsiSource::kAppService, MsiSource::kAppService2017, MsiSource::kMachineLearning,
      MsiSource::kCloudShell, MsiSource::kAzureArc,       MsiSource::kServiceFabric,
      MsiSource::kImds};

  /// Enter puts the test on a host with `source`, with an unused network and clock.
  void Enter(MsiSource source) {
    variables_ = HostOf(source);
    http_ = std::make_shared<testing::ScriptedTransport>();
    clock_ = std::make_shared<testing::FakeClock>();
    client_.reset();
  }

  ClientOptions Options() {
    ClientOptions options;
    options.identity = identity_;
    options.http = http_;
    options.clock = clock_;
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

  void ExpectToken(const Result<TokenResult>& result, const std::string& token, TokenSource source) {
    ASSERT_TRUE(result) << result.error().ToString();
    EXPECT_EQ((*result)->secret.Reveal(), token);
    EXPECT_EQ((*result)->type, TokenType::kBearer);
    EXPECT_EQ((*result)->binding, nullptr);
    EXPECT_EQ(result->source, source);
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
  std::shared_ptr<testing::FakeClock> clock_ = std::make_shared<testing::FakeClock>();
  std::optional<ManagedIdentityClient> client_;
};

}  // namespace msiv2
