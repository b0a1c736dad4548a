// Whole acquisitions with a fake of the attestation library: whatever goes wrong with it, step 5 is never
// reached.
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "attestation/attestation_status.h"
#include "attestation/native_library/fake_library_test_support.h"
#include "attestation/native_library/native_attestor.h"
#include "attestation/native_library/native_code.h"
#include "base/base64.h"
#include "base/wait.h"
#include "tests/flow/flow_fixture.h"
#include "tests/support/encoded_start.h"

namespace msiv2 {
namespace {

using attestation::AttestationStatus;
using attestation::FakeExports;
using attestation::FakeWindows;
using attestation::KeyWithHandle;
using attestation::SystemFailure;

/// ThroughTheLibrary passes the emulator's key to a real attestor, disguised as a platform key.
class ThroughTheLibrary final : public Attestor {
 public:
  explicit ThroughTheLibrary(std::shared_ptr<Attestor> real) : real_(std::move(real)) {}
  bool AcceptsEmulatedKeys() const override { return true; }
  Result<SecretString> Attest(const AttestationRequest& request, const CallContext& context) override {
    return real_->Attest({request.endpoint, request.client_id, std::make_shared<KeyWithHandle>()}, context);
  }

 private:
  const std::shared_ptr<Attestor> real_;
};

class NativeAttestationTest : public FlowTest {
 protected:
  // Makes one attempt: back-off and retries are tested elsewhere.
  Error Failure(std::chrono::milliseconds timeout = std::chrono::seconds(10),
                std::string path = "C:\\AttestationClientLib.dll", std::string pin = "") {
    auto options = Options();
    options.timeouts.attestation = timeout;
    options.attestor = std::make_shared<ThroughTheLibrary>(attestation::MakeNativeAttestor(
        runtimes_.emplace_back(std::make_shared<attestation::NativeRuntime>(windows_)),
        {std::move(path), std::move(pin)}, timeout));
    options.cache_scope = CacheScope::Private();
    emulator_->ClearLog();
    const auto token = MakeClient(std::move(options)).AcquireToken(Attested());
    EXPECT_EQ(Requests("imds", "getplatformmetadata"), 1);
    EXPECT_EQ(Requests("imds", "issuecredential"), 0);
    EXPECT_FALSE(token);
    return token ? Error(ErrorCode::kMsiV2Error, "a token was acquired") : token.error();
  }
  void ExpectFailure(const Error& error, AttestationStatus status,
                     ErrorCode code = ErrorCode::kAttestationFailed) {
    EXPECT_EQ(error.code, code) << error.ToString();
    EXPECT_EQ(error.step, Step::kAttestation);
    EXPECT_NE(error.message.find("Status: " + std::string(Name(status)) + ","), std::string::npos)
        << error.ToString();
    EXPECT_FALSE(HoldsJwt(error.ToString()));
    EXPECT_FALSE(HoldsJwt(observer_->Text()));
    EXPECT_EQ(exports_.Outstanding(), 0U);
  }
  FakeExports::Attest Answer(const std::string& text) {
    return [this, text](const char*, std::uintptr_t, char** token) {
      *token = exports_.Give(text);
      return 0;
    };
  }

  FakeExports exports_;
  FakeWindows windows_;
  // They outlive the clients, as the process's own does. Each one starts with nothing loaded.
  std::vector<std::shared_ptr<attestation::NativeRuntime>> runtimes_;
};

TEST_F(NativeAttestationTest, EveryNativeCodeEndsBeforeStep5) {
  for (const attestation::NativeCode& row : attestation::NativeCodes()) {
    if (row.code == 0) continue;
    exports_.on_attest = [&](const char*, std::uintptr_t, char** token) {
      exports_.Log(0, "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.c2ln");
      *token = exports_.Give("eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.c2ln");
      return row.code;
    };
    const Error error = Failure();
    ExpectFailure(error, AttestationStatus::kNativeError);
    EXPECT_EQ(error.native_code, row.code);
  }
}

TEST_F(NativeAttestationTest, EveryUselessTokenEndsBeforeStep5) {
  const std::string stale =
      Base64UrlEncode(AsBytes("{}")) + "." + Base64UrlEncode(AsBytes(R"({"exp":1})")) + ".c2ln";
  const std::map<std::string, AttestationStatus> rows = {{"", AttestationStatus::kTokenEmpty},
                                                         {"  ", AttestationStatus::kTokenEmpty},
                                                         {"opaque", AttestationStatus::kTokenMalformed},
                                                         {stale, AttestationStatus::kTokenStale}};
  for (const auto& [text, status] : rows) {
    exports_.on_attest = Answer(text);
    ExpectFailure(Failure(), status);
  }
  exports_.on_attest = [](const char*, std::uintptr_t, char**) { return 0; };
  ExpectFailure(Failure(), AttestationStatus::kTokenEmpty);
}

TEST_F(NativeAttestationTest, EveryLoaderFailureEndsBeforeStep5) {
  constexpr ErrorCode kUntrusted = ErrorCode::kAttestationLibraryUntrusted;
  ExpectFailure(Failure(std::chrono::seconds(10), "a.dll"), AttestationStatus::kPathRefused, kUntrusted);
  ExpectFailure(Failure(std::chrono::seconds(10), "C:\\a.dll", "beef"), AttestationStatus::kPinMalformed,
                kUntrusted);
  ExpectFailure(Failure(std::chrono::seconds(10), "C:\\a.dll", std::string(64, '0')),
                AttestationStatus::kHashMismatch, kUntrusted);
  windows_.is_the_file = false;
  ExpectFailure(Failure(), AttestationStatus::kNotTheFile, kUntrusted);
  windows_.load_failure = SystemFailure{1114, "words"};
  ExpectFailure(Failure(), AttestationStatus::kLoadFailed);
  windows_.load_failure = SystemFailure{126, "words"};
  ExpectFailure(Failure(), AttestationStatus::kDependencyMissing);
  windows_.machine = 0xaa64;
  ExpectFailure(Failure(), AttestationStatus::kWrongArchitecture);
  windows_.file[0] = 'x';
  ExpectFailure(Failure(), AttestationStatus::kNotALibrary);
  windows_.signature_failure = SystemFailure{0x800B0100, "words"};
  ExpectFailure(Failure(), AttestationStatus::kBadSignature, kUntrusted);
  windows_.open_failure = SystemFailure{5, "words"};
  ExpectFailure(Failure(), AttestationStatus::kUnreadable);
  windows_.open_failure = SystemFailure{2, "words"};
  ExpectFailure(Failure(), AttestationStatus::kLibraryMissing);
}

TEST_F(NativeAttestationTest, AMissingExportAndAFailedInitEndBeforeStep5) {
  exports_.on_init = [] { return -35; };
  ExpectFailure(Failure(), AttestationStatus::kNotInitialized);
  exports_.on_init = []() -> int { throw 1; };
  ExpectFailure(Failure(), AttestationStatus::kException);
  windows_.exports.erase("FreeAttestationToken");
  ExpectFailure(Failure(), AttestationStatus::kMissingExport);
}

TEST_F(NativeAttestationTest, AHungCallEndsBeforeStep5AndDoesNotHoldUpTheClientsEnd) {
  Signal signal;
  bool open = false;
  bool ended = false;
  exports_.on_attest = [&](const char*, std::uintptr_t, char**) {
    std::unique_lock lock(signal.mutex);
    signal.changed.wait(lock, [&] { return open; });
    ended = true;
    signal.changed.notify_all();
    return -1;
  };
  ExpectFailure(Failure(std::chrono::milliseconds(300)), AttestationStatus::kHung);  // the client has gone
  std::unique_lock lock(signal.mutex);
  EXPECT_FALSE(ended);
  open = true;
  signal.changed.notify_all();
  signal.changed.wait(lock, [&] { return ended; });
}

TEST_F(NativeAttestationTest, ALibraryInTheOptionsIsRefusedWhereThereIsNone) {
  auto options = Options();
  options.attestor = nullptr;
  options.attestation_library.path = "C:\\AttestationClientLib.dll";
  const auto client = ManagedIdentityClient::Create(std::move(options));
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::kInvalidRequest);
}

TEST_F(NativeAttestationTest, AVariableThatNamesALibraryDoesNotHurtWhoDoesNotAttest) {
  auto options = Options();
  options.attestor = nullptr;
  environment_["MSIV2_ATTESTATION_LIBRARY"] = "C:\\AttestationClientLib.dll";
  auto client = MakeClient(std::move(options));
  EXPECT_TRUE(client.AcquireToken(Unattested()));
  const auto refused = client.AcquireToken(Attested());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("MSIV2_ATTESTATION_LIBRARY"), std::string::npos);
}

}  // namespace
}  // namespace msiv2
