// Compares every request with the golden file that was written from the specification, and tests every
// refusal.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "msiv2/version.h"
#include "v1/sources.h"

namespace msiv2::v1 {
namespace {

const char* const kClientId = "11111111-2222-4333-8444-555555555555";
const char* const kObjectId = "66666666-7777-4888-8999-aaaaaaaaaaaa";
const char* const kResourceId =
    "/subscriptions/s/resourceGroups/a&b/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id";

const ManagedIdentityId kSystem;
const ManagedIdentityId kByClient = ManagedIdentityId::ClientId(kClientId);
const ManagedIdentityId kByObject = ManagedIdentityId::ObjectId(kObjectId);
const ManagedIdentityId kByResource = ManagedIdentityId::ResourceId(kResourceId);

// The content of a golden file and of a request, in the same form.
struct Wire {
  std::string line;
  std::multiset<std::string> query;
  std::multiset<std::string> headers;
  std::string body;
  friend bool operator==(const Wire&, const Wire&) = default;
};

std::ostream& operator<<(std::ostream& out, const Wire& wire) {
  out << wire.line << "\n";
  for (const auto& parameter : wire.query) out << "?" << parameter << "\n";
  for (const auto& header : wire.headers) out << header << "\n";
  return out << "\n" << wire.body;
}

Wire ReadGolden(const std::string& name) {
  std::ifstream file(std::string(MSIV2_GOLDEN_DIR) + "/v1/" + name + ".txt", std::ios::binary);
  EXPECT_TRUE(file) << name;
  Wire wire;
  std::getline(file, wire.line);
  for (std::string line; std::getline(file, line) && !line.empty();) {
    const std::size_t version = line.find("VERSION");
    if (version != std::string::npos) line.replace(version, 7, MSIV2_VERSION);
    (line.front() == '?' ? wire.query.insert(line.substr(1)) : wire.headers.insert(line));
  }
  wire.body.assign(std::istreambuf_iterator<char>(file), {});
  return wire;
}

Wire ToWire(const HttpRequest& request) {
  Wire wire;
  const std::size_t mark = request.url.find('?');
  wire.line = request.method + " " + request.url.substr(0, mark);
  std::istringstream query(mark == std::string::npos ? "" : request.url.substr(mark + 1));
  for (std::string parameter; std::getline(query, parameter, '&');) wire.query.insert(parameter);
  for (const auto& [name, value] : request.headers) wire.headers.insert(name + ": " + value);
  wire.body = request.body;
  return wire;
}

HostEnvironment HostOf(IdentitySource source) {
  HostEnvironment host;
  switch (source) {
    case IdentitySource::kWorkloadIdentity:
      host.federated_token_file = "/var/run/secrets/azure/tokens/azure-identity-token";
      host.client_id = "dddddddd-eeee-4fff-8000-111111111111";
      host.tenant_id = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
      break;
    case IdentitySource::kServiceFabric:
      host.identity_endpoint = "https://localhost:2377/metadata/identity/oauth2/token";
      host.identity_header = SecretString("service-fabric-secret");
      host.identity_server_thumbprint = "0123456789ABCDEF0123456789ABCDEF01234567";
      break;
    case IdentitySource::kAppService:
      host.identity_endpoint = "http://127.0.0.1:41564/msi/token";
      host.identity_header = SecretString("app-service-secret");
      break;
    case IdentitySource::kAppService2017:
      host.msi_endpoint = "http://127.0.0.1:41564/MSI/token/";
      host.msi_secret = SecretString("msi-secret");
      host.website_site_name = "site";
      break;
    case IdentitySource::kMachineLearning:
      host.msi_endpoint = "http://127.0.0.1:7071/MSI/token/";
      host.msi_secret = SecretString("msi-secret");
      host.default_identity_client_id = "99999999-8888-4777-8666-555555555555";
      break;
    case IdentitySource::kCloudShell:
      host.msi_endpoint = "http://localhost:50342/oauth2/token";
      break;
    case IdentitySource::kAzureArc:
      host.arc_agent_file = ".";  // is there on every system
      break;
    case IdentitySource::kImds:
      break;
  }
  return host;
}

Target TargetOf(IdentitySource source, const HostEnvironment& host, const ManagedIdentityId& identity) {
  auto target = SourceOf(source).locate(host, identity);
  EXPECT_TRUE(target) << Name(source);
  if (source == IdentitySource::kImds)
    target->endpoint = std::string("http://169.254.169.254") + kImdsTokenPath;
  return target.value_or(Target{});
}

struct Row {
  const char* golden;
  IdentitySource source;
  const ManagedIdentityId& identity;
};

class Requests : public ::testing::Test {
 protected:
  HttpRequest Build(IdentitySource source, const ManagedIdentityId& identity) {
    return Build(source, identity, HostOf(source));
  }
  HttpRequest Build(IdentitySource source, const ManagedIdentityId& identity, const HostEnvironment& host) {
    target_ = TargetOf(source, host, identity);
    SourceCall call{.target = target_,
                    .identity = identity,
                    .resource = "https://vault.azure.net",
                    .request_id = "00000000-1111-4222-8333-444444444444",
                    .timeouts = {},
                    .capabilities = capabilities_,
                    .refused_token_sha256 = refused_,
                    .claims = claims_,
                    .proof = proof_.empty() ? nullptr : &proof_};
    return SourceOf(source).build(call);
  }

  Target target_;
  std::vector<std::string> capabilities_;
  std::string refused_;
  std::string claims_;
  SecretString proof_;
};

// G-21, G-22.
TEST_F(Requests, AreThoseOfTheSpecification) {
  const Row rows[] = {
      {"app_service_system", IdentitySource::kAppService, kSystem},
      {"app_service_client_id", IdentitySource::kAppService, kByClient},
      {"app_service_object_id", IdentitySource::kAppService, kByObject},
      {"app_service_resource_id", IdentitySource::kAppService, kByResource},
      {"app_service_2017_system", IdentitySource::kAppService2017, kSystem},
      {"app_service_2017_client_id", IdentitySource::kAppService2017, kByClient},
      {"service_fabric_system", IdentitySource::kServiceFabric, kSystem},
      {"service_fabric_object_id", IdentitySource::kServiceFabric, kByObject},
      {"machine_learning_system", IdentitySource::kMachineLearning, kSystem},
      {"machine_learning_client_id", IdentitySource::kMachineLearning, kByClient},
      {"cloud_shell_system", IdentitySource::kCloudShell, kSystem},
      {"azure_arc_system", IdentitySource::kAzureArc, kSystem},
      {"imds_system", IdentitySource::kImds, kSystem},
      {"imds_client_id", IdentitySource::kImds, kByClient},
      {"imds_object_id", IdentitySource::kImds, kByObject},
      {"imds_resource_id", IdentitySource::kImds, kByResource},
  };
  for (const Row& row : rows) {
    const HttpRequest request = Build(row.source, row.identity);
    EXPECT_EQ(ToWire(request), ReadGolden(row.golden)) << row.golden;
    EXPECT_FALSE(request.use_proxy) << row.golden;
    EXPECT_EQ(request.client_certificate, nullptr);
    EXPECT_EQ(request.server_thumbprint.empty(), row.source != IdentitySource::kServiceFabric) << row.golden;
  }
}

TEST_F(Requests, ShowTheProofThatASourceAsksFor) {
  proof_ = SecretString("challenge-key\r\n");
  EXPECT_EQ(ToWire(Build(IdentitySource::kAzureArc, kSystem)), ReadGolden("azure_arc_proof"));
  proof_ = SecretString("cluster.token.here");
  EXPECT_EQ(ToWire(Build(IdentitySource::kWorkloadIdentity, kSystem)),
            ReadGolden("workload_identity_system"));
  EXPECT_EQ(ToWire(Build(IdentitySource::kWorkloadIdentity, kByClient)),
            ReadGolden("workload_identity_client_id"));
  EXPECT_TRUE(Build(IdentitySource::kWorkloadIdentity, kSystem).use_proxy);
}

// Only if a source has a parameter for them.
TEST_F(Requests, CarryClaimsAndCapabilitiesWhereASourceHasThem) {
  proof_ = SecretString("cluster.token.here");
  claims_ = R"({"access_token":{"nbf":1}})";
  EXPECT_EQ(ToWire(Build(IdentitySource::kWorkloadIdentity, kSystem)),
            ReadGolden("workload_identity_claims"));
  proof_ = SecretString();
  capabilities_ = {"cp1", "cp2"};
  refused_ = "3f4f1a5f9c8a0f2bb8e1ac6b2d4b8f0e6c1c9d7a5e3b1f0d9c8b7a6958473625";
  EXPECT_EQ(ToWire(Build(IdentitySource::kServiceFabric, kSystem)), ReadGolden("service_fabric_claims"));
  EXPECT_EQ(ToWire(Build(IdentitySource::kAppService, kSystem)), ReadGolden("app_service_system"));
  EXPECT_EQ(ToWire(Build(IdentitySource::kImds, kSystem)), ReadGolden("imds_system"));
  EXPECT_EQ(ToWire(Build(IdentitySource::kAzureArc, kSystem)), ReadGolden("azure_arc_system"));
}

TEST_F(Requests, ServiceFabricIsKnownByItsThumbprint) {
  EXPECT_EQ(Build(IdentitySource::kServiceFabric, kSystem).server_thumbprint,
            "0123456789abcdef0123456789abcdef01234567");
}

TEST(Refusals, AreEachSourcesOwn) {
  struct RefusalRow {
    IdentitySource source;
    const ManagedIdentityId& identity;
    const char* code;  // empty: accepted
  };
  const char* const none = "user_assigned_managed_identity_not_supported";
  const char* const fixed = "user_assigned_managed_identity_not_configurable_at_runtime";
  const char* const type = "invalid_managed_identity_id_type";
  const RefusalRow rows[] = {
      {IdentitySource::kServiceFabric, kByClient, fixed},
      {IdentitySource::kServiceFabric, kByResource, fixed},
      {IdentitySource::kServiceFabric, kByObject, ""},
      {IdentitySource::kMachineLearning, kByClient, ""},
      {IdentitySource::kMachineLearning, kByObject, type},
      {IdentitySource::kMachineLearning, kByResource, type},
      {IdentitySource::kCloudShell, kByClient, none},
      {IdentitySource::kCloudShell, kByObject, none},
      {IdentitySource::kCloudShell, kByResource, none},
      {IdentitySource::kAzureArc, kByClient, none},
      {IdentitySource::kAzureArc, kByObject, none},
      {IdentitySource::kAzureArc, kByResource, none},
      {IdentitySource::kWorkloadIdentity, kByClient, ""},
      {IdentitySource::kWorkloadIdentity, kByObject, type},
      {IdentitySource::kWorkloadIdentity, kByResource, type},
      {IdentitySource::kAppService, kByResource, ""},
      {IdentitySource::kAppService2017, kByObject, type},
      {IdentitySource::kAppService2017, kByClient, ""},
      {IdentitySource::kAppService2017, kByResource, type},
      {IdentitySource::kImds, kByResource, ""},
  };
  for (const RefusalRow& row : rows) {
    const auto refusal = SourceOf(row.source).refuse(row.identity);
    EXPECT_EQ(refusal ? std::string(Name(refusal->code)) : "", row.code) << Name(row.source);
  }
  for (const Source* source : Sources()) EXPECT_FALSE(source->refuse(kSystem)) << Name(source->id);
}

TEST(Endpoints, AnEndpointThatIsNotAUrlIsRefusedByTheNameOfItsVariable) {
  struct EndpointRow {
    IdentitySource source;
    const char* variable;
    std::string HostEnvironment::*value;
  };
  const EndpointRow rows[] = {
      {IdentitySource::kServiceFabric, "IDENTITY_ENDPOINT", &HostEnvironment::identity_endpoint},
      {IdentitySource::kAppService, "IDENTITY_ENDPOINT", &HostEnvironment::identity_endpoint},
      {IdentitySource::kAppService2017, "MSI_ENDPOINT", &HostEnvironment::msi_endpoint},
      {IdentitySource::kMachineLearning, "MSI_ENDPOINT", &HostEnvironment::msi_endpoint},
      {IdentitySource::kCloudShell, "MSI_ENDPOINT", &HostEnvironment::msi_endpoint},
      {IdentitySource::kAzureArc, "IDENTITY_ENDPOINT", &HostEnvironment::identity_endpoint},
      {IdentitySource::kWorkloadIdentity, "AZURE_AUTHORITY_HOST", &HostEnvironment::authority_host},
  };
  for (const EndpointRow& row : rows) {
    for (const char* bad : {"127.0.0.1:41564/msi/token", "localhost/token", "ftp://host/", "http://u:p@host/",
                            "http://host/?a=b", "http://host/#f"}) {
      HostEnvironment host = HostOf(row.source);
      host.*row.value = bad;
      const auto target = SourceOf(row.source).locate(host, ManagedIdentityId());
      ASSERT_FALSE(target) << Name(row.source) << " " << bad;
      EXPECT_EQ(Name(target.error().code), "invalid_managed_identity_endpoint");
      EXPECT_NE(target.error().message.find(row.variable), std::string::npos) << target.error().message;
      EXPECT_EQ(target.error().message.find("u:p"), std::string::npos) << target.error().message;
      EXPECT_EQ(target.error().source, Name(row.source));
    }
  }
}

TEST(Endpoints, ServiceFabricNeedsAThumbprintThatIsOneForHttps) {
  HostEnvironment host = HostOf(IdentitySource::kServiceFabric);
  for (const char* bad : {"", "x", "0123", "0123456789abcdef0123456789abcdef0123456g"}) {
    host.identity_server_thumbprint = bad;
    EXPECT_FALSE(kServiceFabric.locate(host, ManagedIdentityId())) << bad;
  }
  host.identity_server_thumbprint = "01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67";
  EXPECT_TRUE(kServiceFabric.locate(host, ManagedIdentityId()));
}

// F7. Detection asks for the path, and a forced source has any; what may be sent is the same.
TEST(Endpoints, ServiceFabricInPlainHttpStaysOnThisHostAndHasNoThumbprint) {
  struct PlainRow {
    const char* endpoint;
    const char* secret;
    const char* thumbprint;
    const char* refused_for;  // empty: served
  };
  const char* const good = "0123456789abcdef0123456789abcdef01234567";
  const char* const here = "http://localhost:2377/metadata/identity/oauth2/token";
  const PlainRow rows[] = {
      {here, "s", "", ""},
      {here, "s", good, "IDENTITY_SERVER_THUMBPRINT"},
      {here, "", "", "IDENTITY_HEADER"},
      {here, "", good, "IDENTITY_HEADER"},
      {"http://127.0.0.1:2377/other", "s", "", ""},
      {"http://[::1]:2377/t", "s", "", ""},
      {"http://169.254.1.2:2377/t", "s", "", ""},
      {"http://[fe80::1]:2377/t", "s", "", ""},
      {"http://10.0.0.4:2377/t", "s", "", "IDENTITY_ENDPOINT"},
      {"http://172.16.1.3:2377/t", "s", "", "IDENTITY_ENDPOINT"},
      {"http://fabric.example/metadata/identity/oauth2/token", "s", "", "IDENTITY_ENDPOINT"},
      {"http://127.0.0.1.example/t", "s", "", "IDENTITY_ENDPOINT"},
      {"https://127.0.0.1:2377/t", "s", "", "IDENTITY_SERVER_THUMBPRINT"},
  };
  for (const PlainRow& row : rows) {
    HostEnvironment host;
    host.identity_endpoint = row.endpoint;
    host.identity_header = SecretString(row.secret);
    host.identity_server_thumbprint = row.thumbprint;
    const auto target = kServiceFabric.locate(host, ManagedIdentityId());
    if (std::string_view(row.refused_for).empty()) {
      ASSERT_TRUE(target) << row.endpoint << target.error().message;
      EXPECT_EQ(target->server_pin, "") << row.endpoint;
      continue;
    }
    ASSERT_FALSE(target) << row.endpoint;
    EXPECT_EQ(target.error().code, ErrorCode::kInvalidManagedIdentityEndpoint);
    EXPECT_TRUE(target.error().message.starts_with(row.refused_for)) << target.error().message;
  }
}

// F7.
TEST_F(Requests, OfServiceFabricAreTheSameInPlainHttp) {
  HostEnvironment host = HostOf(IdentitySource::kServiceFabric);
  host.identity_endpoint = "http://localhost:2377/metadata/identity/oauth2/token";
  host.identity_server_thumbprint.clear();
  for (const auto& [golden, identity] :
       {std::pair("service_fabric_system", &kSystem), std::pair("service_fabric_object_id", &kByObject)}) {
    const HttpRequest request = Build(IdentitySource::kServiceFabric, *identity, host);
    Wire expected = ReadGolden(golden);
    expected.line.replace(expected.line.find("https:"), 6, "http:");
    EXPECT_EQ(ToWire(request), expected) << golden;
    EXPECT_EQ(request.server_thumbprint, "");
    EXPECT_FALSE(request.use_proxy);
  }
}

// Any process that sees what is sent there could obtain a token.
TEST(Endpoints, PlainHttpStaysOnThisHost) {
  const IdentitySource over_identity[] = {IdentitySource::kAppService, IdentitySource::kAzureArc};
  const IdentitySource over_msi[] = {IdentitySource::kAppService2017, IdentitySource::kMachineLearning,
                                     IdentitySource::kCloudShell};
  const auto accepts = [](IdentitySource source, std::string HostEnvironment::*variable, const char* url) {
    HostEnvironment host = HostOf(source);
    host.*variable = url;
    const auto target = SourceOf(source).locate(host, ManagedIdentityId());
    if (!target) {
      EXPECT_EQ(Name(target.error().code), "invalid_managed_identity_endpoint");
    }
    return target.has_value();
  };
  const auto expect = [&](const char* url, bool taken) {
    for (const IdentitySource source : over_identity) {
      EXPECT_EQ(accepts(source, &HostEnvironment::identity_endpoint, url), taken)
          << Name(source) << " " << url;
    }
    for (const IdentitySource source : over_msi) {
      EXPECT_EQ(accepts(source, &HostEnvironment::msi_endpoint, url), taken) << Name(source) << " " << url;
    }
  };
  for (const char* url :
       {"http://127.0.0.1:1/t", "http://localhost:1/t", "http://[::1]:1/t", "http://169.254.129.2:8081/t"}) {
    expect(url, true);
  }
  for (const char* url : {"http://10.1.2.3/t", "http://example.com/t", "http://127.0.0.1.example.com/t",
                          "http://8.8.8.8/t", "http://localhost.example/t", "http://172.15.0.1/t",
                          "http://172.32.0.1/t", "http://172.16.example.com/t", "http://172.1.16.1/t",
                          "http://172.160.0.1/t", "http://172.016.0.1/t", "http://172.16.0/t"}) {
    expect(url, false);
  }
  for (const char* url : {"http://172.16.1.3:8081/t", "http://172.31.255.254/t"}) {
    for (const IdentitySource source : over_identity) {
      EXPECT_EQ(accepts(source, &HostEnvironment::identity_endpoint, url),
                source == IdentitySource::kAppService);
    }
    for (const IdentitySource source : over_msi) {
      EXPECT_EQ(accepts(source, &HostEnvironment::msi_endpoint, url),
                source == IdentitySource::kAppService2017);
    }
  }
  const char* const far = "https://example.com/t";
  EXPECT_TRUE(accepts(IdentitySource::kAppService, &HostEnvironment::identity_endpoint, far));
  EXPECT_FALSE(accepts(IdentitySource::kAzureArc, &HostEnvironment::identity_endpoint, far));
}

TEST(Endpoints, ASecretThatNoHeaderCanCarryIsRefusedByTheNameOfItsVariable) {
  struct SecretRow {
    IdentitySource source;
    const char* variable;
    SecretString HostEnvironment::*value;
  };
  const SecretRow rows[] = {
      {IdentitySource::kAppService, "IDENTITY_HEADER", &HostEnvironment::identity_header},
      {IdentitySource::kServiceFabric, "IDENTITY_HEADER", &HostEnvironment::identity_header},
      {IdentitySource::kAppService2017, "MSI_SECRET", &HostEnvironment::msi_secret},
      {IdentitySource::kMachineLearning, "MSI_SECRET", &HostEnvironment::msi_secret},
  };
  for (const SecretRow& row : rows) {
    for (const char* bad : {"hunter2\r\nX: y", "hunter2\n", "hunter2 x", "hunter2\x7f", "hunter2\xc3\xa9"}) {
      HostEnvironment host = HostOf(row.source);
      host.*row.value = SecretString(bad);
      const auto target = SourceOf(row.source).locate(host, ManagedIdentityId());
      ASSERT_FALSE(target) << Name(row.source) << " " << bad;
      EXPECT_EQ(Name(target.error().code), "invalid_managed_identity_endpoint");
      EXPECT_NE(target.error().message.find(row.variable), std::string::npos) << target.error().message;
      EXPECT_EQ(target.error().message.find("hunter2"), std::string::npos) << target.error().message;
    }
  }
}

// U8. Each source that reads a client id from the environment.
TEST(Endpoints, AClientIdOfTheEnvironmentIsAGuidOrRefusedByTheNameOfItsVariable) {
  struct IdRow {
    IdentitySource source;
    const char* variable;
    std::string HostEnvironment::*value;
  };
  const IdRow rows[] = {
      {IdentitySource::kMachineLearning, "DEFAULT_IDENTITY_CLIENT_ID",
       &HostEnvironment::default_identity_client_id},
      {IdentitySource::kWorkloadIdentity, "AZURE_CLIENT_ID", &HostEnvironment::client_id},
  };
  for (const IdRow& row : rows) {
    for (const char* bad : {"x", "{clientid}", "clientId", "99999999-8888-4777-8666-555555555555\n",
                            "99999999-8888-4777-8666-555555555555\r\nX: y", "\x1b[2J"}) {
      HostEnvironment host = HostOf(row.source);
      host.*row.value = bad;
      const auto target = SourceOf(row.source).locate(host, kSystem);
      ASSERT_FALSE(target) << bad;
      EXPECT_EQ(target.error().code, ErrorCode::kInvalidManagedIdentityEndpoint);
      EXPECT_EQ(target.error().message, std::string(row.variable) + " is not a GUID");
    }
  }
  HostEnvironment placeholder = HostOf(IdentitySource::kWorkloadIdentity);
  placeholder.client_id = "clientid";
  EXPECT_FALSE(kWorkloadIdentity.locate(placeholder, kSystem)) << "it is a placeholder of another source";
}

TEST(Endpoints, AnAssertionIsNeverSentInTheClear) {
  HostEnvironment host = HostOf(IdentitySource::kWorkloadIdentity);
  for (const char* bad : {"http://login.example", "https://login.example/tenant", "login.example"}) {
    host.authority_host = bad;
    EXPECT_FALSE(kWorkloadIdentity.locate(host, ManagedIdentityId())) << bad;
  }
  host.authority_host = "https://login.microsoftonline.us/";
  EXPECT_EQ(kWorkloadIdentity.locate(host, ManagedIdentityId())->endpoint,
            "https://login.microsoftonline.us");
  host.tenant_id = "../common";
  EXPECT_FALSE(kWorkloadIdentity.locate(host, ManagedIdentityId()));
}

}  // namespace
}  // namespace msiv2::v1
