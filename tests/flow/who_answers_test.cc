// Who answers at the address of IMDS: bearer token, bound token, capabilities and doctor say the same of it.
#include <algorithm>

#include "msiv2/tools/doctor.h"
#include "tests/flow/bearer_fixture.h"
#include "v1/host_environment.h"

namespace msiv2 {
namespace {

using Kind = HttpFailure::Kind;

// Answers every request in the same way.
class SameAnswer final : public HttpTransport {
 public:
  explicit SameAnswer(Result<HttpResponse, HttpFailure> answer) : answer_(std::move(answer)) {}
  Result<HttpResponse, HttpFailure> Send(const HttpRequest& /*request*/,
                                         const CallContext& /*context*/) override {
    ++requests;
    return answer_;
  }
  std::atomic<int> requests{0};

 private:
  const Result<HttpResponse, HttpFailure> answer_;
};

Result<HttpResponse, HttpFailure> Answer(int status, const char* server, const char* body) {
  HttpHeaders headers;
  if (*server != '\0') headers = {{"Server", server}};
  return HttpResponse{status, headers, body};
}

Result<HttpResponse, HttpFailure> Failed(Kind kind, const char* server = "") {
  HttpFailure failure;
  failure.server = server;
  failure.kind = kind;
  failure.message = "scripted failure";
  return failure;
}

constexpr char kNoSource[] = "managed_identity_all_sources_unavailable";
constexpr char kUnreachable[] = "imds_unreachable";
constexpr char kV1Only[] = "mtls_pop_token_not_supported_in_imds_v1";
constexpr char kLocal[] = "local_resources_exhausted";

// What they say.
struct Expected {
  const char* bearer;
  const char* bound;
  bool bound_retryable;
  SourceState here;
  const char* capability;     // the first reason; null: that of this machine's keys, not of IMDS
  const char* doctor;         // the cause of its finding "imds"
  const char* bearer_source;  // the cause of that finding
};

struct HostRow {
  const char* name;
  Result<HttpResponse, HttpFailure> outcome;
  Expected known;
  Expected unknown;
};

class WhoAnswersTest : public BearerTest {
 protected:
  ClientOptions On(const HostRow& row, bool known) {
    Enter(IdentitySource::kImds);
    if (known) variables_["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://169.254.169.254";
    ClientOptions options = Options();
    options.http = same_ = std::make_shared<SameAnswer>(row.outcome);
    return options;
  }

  void Expect(const HostRow& row, bool known) {
    SCOPED_TRACE(std::string(row.name) + (known ? ", known host" : ", unknown host"));
    const Expected& said = known ? row.known : row.unknown;
    const ClientOptions options = On(row, known);
    const auto bearer = ManagedIdentityClient::Create(options)->AcquireToken({.resource = "r"});
    ASSERT_FALSE(bearer);
    EXPECT_EQ(Name(bearer.error().code), said.bearer) << bearer.error().ToString();
    const auto bound = ManagedIdentityClient::Create(On(row, known))
                           ->AcquireToken(TokenRequest::UnattestedPop("r", KeyStrength::kNone));
    ASSERT_FALSE(bound);
    EXPECT_EQ(Name(bound.error().code), said.bound) << bound.error().ToString();
    EXPECT_EQ(bound.error().retryable, said.bound_retryable) << bound.error().ToString();
    EXPECT_EQ(bound.error().kind, ErrorKind::kMsiV2);
    const auto host = ManagedIdentityClient::Create(On(row, known))->GetCapabilities();
    ASSERT_TRUE(host) << host.error().ToString();
    EXPECT_EQ(Name(host->identity_here), Name(said.here));
    ASSERT_FALSE(host->reasons.empty());
    ExpectReason(host->reasons[0], said.capability);
    ExpectDoctor(On(row, known), said);
  }

  static void ExpectReason(const CapabilityReason& reason, const char* said) {
    if (said == nullptr) {
      EXPECT_NE(Name(reason.code), kUnreachable) << reason.text;
    } else {
      EXPECT_EQ(Name(reason.code), said) << reason.text;
    }
  }

  void ExpectDoctor(const ClientOptions& options, const Expected& said) {
    const auto diagnosis = Diagnose({.client = options});
    ASSERT_TRUE(diagnosis) << diagnosis.error().ToString();
    EXPECT_EQ(CauseOf(*diagnosis, "imds"), said.doctor);
    EXPECT_EQ(CauseOf(*diagnosis, "bearer_source"), said.bearer_source);
  }

  static std::string CauseOf(const Diagnosis& diagnosis, const std::string& check) {
    const auto found = std::find_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                                    [&](const Finding& finding) { return finding.check == check; });
    return found == diagnosis.findings.end() ? "no such check" : found->cause;
  }

  std::shared_ptr<SameAnswer> same_;
};

constexpr char kImdsBusy[] = "imds_busy";
constexpr char kNotChecked[] = "not_checked";  // the finding "imds" says it
constexpr Expected kNothingKnown{kNoSource,    kUnreachable, false,    SourceState::kAbsent,
                                 kUnreachable, kUnreachable, kNoSource};
constexpr Expected kSilenceUnknown{kNoSource,    kUnreachable, true,     SourceState::kAbsent,
                                   kUnreachable, kUnreachable, kNoSource};
constexpr Expected kSilence{kUnreachable, kUnreachable, true,       SourceState::kPossible,
                            kUnreachable, kUnreachable, kNotChecked};
constexpr Expected kFinal{kUnreachable, kUnreachable, false,      SourceState::kPossible,
                          kUnreachable, kUnreachable, kNotChecked};
constexpr Expected kBusy{kUnreachable, kUnreachable, true,       SourceState::kPossible,
                         kUnreachable, kImdsBusy,    kNotChecked};
constexpr Expected kWant{kLocal, kLocal, true, SourceState::kPossible, kLocal, kLocal, kNotChecked};

std::vector<HostRow> Rows() {
  const char* refused = "managed_identity_request_failed";
  const Expected imds_403{refused, refused, false, SourceState::kPossible, refused, refused, refused};
  const char* broken = "invalid_metadata";
  const Expected cut{refused, broken, true, SourceState::kPossible, broken, broken, refused};
  // Known hosts answer a probe with 400 if they have MSI v2, whatever the Server header says.
  const Expected probe_400{kUnreachable, kUnreachable, false, SourceState::kFound, nullptr, "ok", "ok"};
  const Expected v1_404{kUnreachable, kV1Only, false, SourceState::kPossible, kV1Only, kV1Only, kImdsBusy};
  return {
      {"F3: refused", Failed(Kind::kConnect), kSilence, kSilenceUnknown},
      {"F3: reset", Failed(Kind::kReset), kSilence, kSilenceUnknown},
      {"F3: timeout", Failed(Kind::kTimeout), kSilence, kSilenceUnknown},
      {"F3: no descriptor", Failed(Kind::kLocal), kWant, kWant},
      {"F4: cut off", Failed(Kind::kTruncated, "nginx"), kSilence, kNothingKnown},
      {"IMDS, cut off", Failed(Kind::kTruncated, "IMDS/150.870.65.1854"), cut, cut},
      {"F4: a page", Answer(200, "", "<html>hello</html>"), kSilence, kNothingKnown},
      {"F4: a redirect", Answer(302, "nginx", ""), kSilence, kNothingKnown},
      {"F4: 400", Answer(400, "nginx", "<html>"), probe_400, kNothingKnown},
      {"F4: 405", Answer(405, "nginx", ""), kFinal, kNothingKnown},
      {"F4: 407", Answer(407, "squid", ""), kFinal, kNothingKnown},
      {"F4: 451", Answer(451, "nginx", ""), kFinal, kNothingKnown},
      {"F4: 502", Answer(502, "nginx", "<html>"), kBusy, kNothingKnown},
      {"F4: 503", Answer(503, "nginx", "<html>"), kBusy, kNothingKnown},
      {"F4: 504", Answer(504, "nginx", "<html>"), kBusy, kNothingKnown},
      {"404", Answer(404, "nginx", "not here"), v1_404, kNothingKnown},
      {"U1: 403 of NMI", Answer(403, "", "no azure identity found for request clientID 1111"), kFinal,
       kNothingKnown},
      {"403 of IMDS", Answer(403, "IMDS/150.870.65.1854", R"({"error":"forbidden"})"), imds_403, imds_403},
  };
}

// F3, F4, U1.
// G-35.
TEST_F(WhoAnswersTest, AllSayTheSameOfWhoeverAnswers) {
  for (const HostRow& row : Rows()) {
    Expect(row, /*known=*/true);
    const bool by_firmware = v1::FirmwareOfHost().azure_machine == SourceState::kFound;
    const bool hidden = !v1::FirmwareOfHost().readable && row.outcome && row.outcome->status >= 500;
    if (!by_firmware && !hidden) Expect(row, /*known=*/false);
  }
}

// F4.
TEST_F(WhoAnswersTest, AnotherServiceIsAskedOnce) {
  if (v1::FirmwareOfHost().azure_machine == SourceState::kFound) GTEST_SKIP() << "a machine of Azure";
  const HostRow page{"a page", Answer(404, "nginx", "not here"), kSilence, kNothingKnown};
  ManagedIdentityClient client = ManagedIdentityClient::Create(On(page, /*known=*/false)).value();
  EXPECT_FALSE(client.AcquireToken({.resource = "r"}));
  EXPECT_EQ(same_->requests, 1);
  EXPECT_FALSE(client.AcquireToken(TokenRequest::UnattestedPop("r", KeyStrength::kNone)));
  EXPECT_EQ(same_->requests, 2);
  EXPECT_TRUE(clock_->Sleeps().empty());
}

// Resets each probe of MSI v2, as some stand-ins for IMDS do, and answers on the path of MSI v1.
class V1Only final : public HttpTransport {
 public:
  Result<HttpResponse, HttpFailure> Send(const HttpRequest& request,
                                         const CallContext& /*context*/) override {
    if (request.url.find("/oauth2/token") == std::string::npos) return Failed(Kind::kReset);
    const bool probe = request.url.find("resource=") == std::string::npos;
    if (probe) return Answer(400, "", R"({"error":"invalid_request","error_description":"no resource"})");
    return Answer(200, "", R"({"access_token":"a.b.c","expires_in":"3600","token_type":"Bearer"})");
  }
};

// F3.
TEST_F(WhoAnswersTest, AStandInThatResetsTheProbeOfMsiV2IsFoundByItsMsiV1) {
  if (v1::FirmwareOfHost().azure_machine == SourceState::kFound) GTEST_SKIP() << "a machine of Azure";
  Enter(IdentitySource::kImds);
  ClientOptions options = Options();
  options.http = std::make_shared<V1Only>();
  const auto token = ManagedIdentityClient::Create(options)->AcquireToken({.resource = "r"});
  EXPECT_TRUE(token) << token.error().ToString();
  const auto host = ManagedIdentityClient::Create(options)->GetCapabilities();
  ASSERT_TRUE(host) << host.error().ToString();
  EXPECT_EQ(Name(host->identity_here), Name(SourceState::kFound));
  EXPECT_EQ(Name(*host->bearer_source), Name(IdentitySource::kImds));
  EXPECT_FALSE(host->pop_available);
  const auto diagnosis = Diagnose({.client = options});
  ASSERT_TRUE(diagnosis) << diagnosis.error().ToString();
  EXPECT_EQ(CauseOf(*diagnosis, "bearer_source"), "ok");
}

// F3: once IMDS has answered, its silence is a failure and not another host.
TEST_F(WhoAnswersTest, AHostThatHasAnsweredIsKnown) {
  Enter(IdentitySource::kImds);
  http_->Answer(400, {{"Server", "IMDS/1"}},
                R"({"error":"invalid_request","error_description":"Identity not found"})");
  EXPECT_FALSE(Acquire());
  for (int i = 0; i < 4; ++i) http_->Fail(Kind::kConnect);
  const auto down = Acquire();
  ExpectError(down, kUnreachable);
  EXPECT_TRUE(down.error().retryable);
  EXPECT_EQ(down.error().attempts, 4);
}

}  // namespace
}  // namespace msiv2
