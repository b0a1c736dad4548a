// msiv2 sources, and msiv2 token without the flags of MSI v2.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/exit_codes.h"
#include "cli/run.h"
#include "cli/source_names.h"

namespace msiv2::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Ran {
  int code;
  std::string out;
  std::string err;
};

Ran RunWith(const std::map<std::string, std::string>& variables, const std::vector<std::string>& args) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const Console console{.in = in, .out = out, .err = err, .environment = [&](const char* name) {
                          const auto entry = variables.find(name);
                          return entry == variables.end() ? std::optional<std::string>() : entry->second;
                        }};
  const int code = Run(args, console);
  return {code, out.str(), err.str()};
}

const std::map<std::string, std::string> kAppService = {
    {"IDENTITY_ENDPOINT", "http://127.0.0.1:9/secret-path"}, {"IDENTITY_HEADER", "secret-header"}};

std::string Chosen(const Ran& run) {
  for (const auto& row : nlohmann::json::parse(run.out)) {
    if (row.at("chosen") == true) return row.at("source");
  }
  return "none";
}

TEST(SourcesCommand, TellsWhatIsThereAndWhy) {
  const Ran text = RunWith(kAppService, {"sources"});
  EXPECT_EQ(text.code, kOk) << text.err;
  EXPECT_THAT(text.out,
              HasSubstr("-> app-service      found     IDENTITY_ENDPOINT and IDENTITY_HEADER are set"));
  EXPECT_THAT(text.out, Not(HasSubstr("secret-")));
  const Ran json = RunWith(kAppService, {"sources", "--output", "json"});
  EXPECT_EQ(json.code, kOk);
  EXPECT_THAT(json.out, Not(HasSubstr("secret-")));
  EXPECT_EQ(Chosen(json), "app-service");
  EXPECT_EQ(nlohmann::json::parse(json.out).size(), SourceWords().size());
}

TEST(SourcesCommand, AForcedSourceIsTheChosenOne) {
  for (const std::string& word : SourceWords()) {
    EXPECT_EQ(Chosen(RunWith(kAppService, {"sources", "--source", word, "--output", "json"})), word);
  }
  EXPECT_EQ(RunWith({}, {"sources", "--source", "elsewhere"}).code, kUsage);
}

TEST(SourcesCommand, AWorkloadIdentityIsChosenWhenItIsAllowed) {
  auto variables = kAppService;
  variables["AZURE_FEDERATED_TOKEN_FILE"] = "/f";
  variables["AZURE_CLIENT_ID"] = "c";
  variables["AZURE_TENANT_ID"] = "t";
  EXPECT_EQ(Chosen(RunWith(variables, {"sources", "--output", "json"})), "app-service");
  EXPECT_EQ(Chosen(RunWith(variables, {"sources", "--workload-identity", "--output", "json"})), "workload");
}

// U6. In both forms, and the same words in the doctor.
TEST(SourcesCommand, WarnsOfAnIncompleteWorkloadIdentity) {
  auto variables = kAppService;
  variables["AZURE_FEDERATED_TOKEN_FILE"] = "/f";
  const std::string warning =
      "AZURE_FEDERATED_TOKEN_FILE is set without AZURE_CLIENT_ID and AZURE_TENANT_ID, so the workload "
      "identity is incomplete";
  EXPECT_THAT(RunWith(variables, {"sources"}).out, HasSubstr("warning: " + warning + "\n"));
  const auto rows = nlohmann::json::parse(RunWith(variables, {"sources", "--output", "json"}).out);
  EXPECT_EQ(rows.at(0).at("warning"), warning);
  EXPECT_EQ(Chosen(RunWith(variables, {"sources", "--output", "json"})), "app-service");
  EXPECT_EQ(Chosen(RunWith(variables, {"sources", "--workload-identity", "--output", "json"})), "workload");
  // The same words as a notice, and as an error where it was asked for.
  const Ran token = RunWith(variables, {"token", "--resource", "r", "--workload-identity"});
  EXPECT_EQ(token.code, kUsage);
  EXPECT_THAT(token.err, HasSubstr(warning));
  EXPECT_THAT(token.err, HasSubstr("invalid_managed_identity_endpoint"));
  for (const char* command : {"doctor", "capabilities"}) {
    const Ran run = RunWith(variables, {command, "--workload-identity", "--imds-base", "http://127.0.0.1:9"});
    EXPECT_THAT(run.out, HasSubstr("invalid_managed_identity_endpoint")) << command << run.err;
  }
}

TEST(TokenCommand, WithoutFlagsIsMsiV1AndItsErrorNamesTheSource) {
  const Ran run = RunWith({{"MSI_ENDPOINT", "localhost/token"}},
                          {"token", "--resource", "https://vault.azure.net", "--output", "json"});
  EXPECT_EQ(run.code, kUsage) << run.err;
  const auto error = nlohmann::json::parse(run.out).at("error");
  EXPECT_EQ(error.at("code"), "invalid_managed_identity_endpoint");
  EXPECT_EQ(error.at("msi_source"), "CloudShell");
}

TEST(TokenCommand, WithoutFlagsGetsABearerTokenOfTheEmulatedImds) {
  const Ran json =
      RunWith({}, {"--emulator", "token", "--resource", "https://vault.azure.net", "--output", "json"});
  ASSERT_EQ(json.code, kOk) << json.err << json.out;
  const auto token = nlohmann::json::parse(json.out);
  EXPECT_EQ(token.at("token_type"), "Bearer");
  EXPECT_EQ(token.at("msi_source"), "Imds");
  EXPECT_EQ(token.at("certificate"), nullptr);
  const Ran text = RunWith({}, {"--emulator", "token", "--resource", "https://vault.azure.net"});
  EXPECT_THAT(text.out, HasSubstr("Bearer"));
  EXPECT_THAT(text.out, HasSubstr("Imds"));
  EXPECT_THAT(text.out, Not(HasSubstr("attested")));
}

// U10. With a bearer token and with a bound one.
TEST(TokenCommand, AnIdentityThatIsNotThereEndsWithThree) {
  for (const char* kind : {"--mtls-pop", ""}) {
    std::vector<std::string> args = {"--emulator",  "token",
                                     "--resource",  "https://vault.azure.net",
                                     "--client-id", "12345678-0000-4000-8000-000000000000"};
    if (*kind != '\0') args.insert(args.end(), {kind, "--attestation"});
    const Ran run = RunWith({}, args);
    EXPECT_EQ(run.code, kImdsUnreachable) << run.err;
    EXPECT_EQ(run.code, 3);
    EXPECT_THAT(run.err, HasSubstr("identity_not_found")) << kind;
  }
}

TEST(TokenCommand, AForcedSourceAndABoundTokenAreRefused) {
  const Ran run = RunWith({}, {"token", "--resource", "r", "--mtls-pop", "--attestation", "--source", "arc"});
  EXPECT_EQ(run.code, kRefused);
  EXPECT_THAT(run.err, HasSubstr("mtls_pop_not_supported_for_environment"));
}

TEST(ProxyOfTheHost, IsNotUsedForTheEmulator) {
  for (const std::string name : {"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"}) {
    const std::map<std::string, std::string> host = {{name, "http://127.0.0.1:1"}, {"NO_PROXY", "a.example"}};
    const Ran demo = RunWith(host, {"demo"});
    EXPECT_EQ(demo.code, kOk) << name << demo.err;
    const Ran call = RunWith(host, {"--emulator", "call", "/hello", "--attestation"});
    EXPECT_EQ(call.code, kOk) << name << call.err;
    const Ran doctor = RunWith(host, {"--emulator", "doctor"});
    EXPECT_THAT(doctor.out, HasSubstr("ok       proxy           no proxy is set")) << name;
  }
}

TEST(ProxyOfTheHost, ServesOtherHostsThanTheEmulatorUnlessTheyAreExcepted) {
  const auto call = [](const std::string& exceptions) {
    return RunWith({{"https_proxy", "http://127.0.0.1:1"}, {"no_proxy", exceptions}},
                   {"--emulator", "call", "https://a.invalid/", "--attestation"});
  };
  for (const std::string other : {"", "b.example", " b.example , c.example"})
    EXPECT_THAT(call(other).err, HasSubstr("proxy_failed")) << other;
  for (const std::string own : {"a.invalid", " * ", "b.example,.invalid"})
    EXPECT_THAT(call(own).err, testing::Not(HasSubstr("proxy_failed"))) << own;
}

}  // namespace
}  // namespace msiv2::cli
