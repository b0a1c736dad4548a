// How a call recovers from a refused certificate. REM-n are the rows of msal-net-behaviour.md, 13.2.
#include "tests/flow/flow_fixture.h"

namespace msiv2 {
namespace {

using std::chrono::seconds;

constexpr char kClaims[] = R"({"access_token":{"nbf":{"essential":true,"value":"1"}}})";

class RevocationTest : public FlowTest {
 protected:
  static TokenRequest Fresh() {
    TokenRequest request = Attested();
    request.force_refresh = true;
    return request;
  }
  // Returns the queries of the issuecredential calls so far.
  static std::vector<std::string> Mints() {
    std::vector<std::string> queries;
    for (const auto& entry : emulator_->Log()) {
      if (entry.path.ends_with("/issuecredential")) queries.push_back(entry.query);
    }
    return queries;
  }
  static bool Bypasses(const std::string& query) {
    return query.find("bypass_cache=true") != std::string::npos;
  }
};

struct RefusalCase {
  const char* rule;
  bool attestation;  // the refusal is about the attestation, so its JWT must go too
};
void PrintTo(const RefusalCase& c, std::ostream* out) { *out << c.rule; }

class RefusalTest : public RevocationTest, public ::testing::WithParamInterface<RefusalCase> {};

// REM-1, REM-2, REM-3 and REM-4, and the certificate alerts of the specification.
// G-03.
TEST_P(RefusalTest, ARefusedCertificateIsReplacedWithinTheCall) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  emulator_->ClearLog();
  Fault(std::string(GetParam().rule) + " count=1");
  const auto second = client.AcquireToken(Attested("https://storage.azure.com"));
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_NE((*first)->binding->x5t_s256(), (*second)->binding->x5t_s256());
  const auto mints = Mints();
  ASSERT_EQ(mints.size(), 1U);
  EXPECT_TRUE(Bypasses(mints[0])) << mints[0];
  EXPECT_EQ(Requests("attestation"), GetParam().attestation ? 1 : 0);
  EXPECT_NE(observer_->Text().find("remediation"), std::string::npos);
}

constexpr RefusalCase kRefusals[] = {
    {"entra.token answer=aadsts-1000610", true},  {"entra.token answer=aadsts-1000611", true},
    {"entra.token answer=aadsts-1000612", true},  {"entra.token answer=aadsts-1000613", true},
    {"entra.token answer=aadsts-1000614", true},  {"entra.token answer=invalid-client", false},
    {"entra.token answer=aadsts-1000901", false},
};
INSTANTIATE_TEST_SUITE_P(Refusals, RefusalTest, ::testing::ValuesIn(kRefusals));

class ColdRefusalTest : public RevocationTest, public ::testing::WithParamInterface<const char*> {};

// G-01.
TEST_P(ColdRefusalTest, ACertificateRefusedInTheHandshakeIsReplacedWithinTheCall) {
  Fault(std::string(GetParam()) + " count=1");
  const auto token = MakeClient(Options()).AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  const auto mints = Mints();
  ASSERT_EQ(mints.size(), 2U);
  EXPECT_FALSE(Bypasses(mints[0]));
  EXPECT_TRUE(Bypasses(mints[1]));
}

INSTANTIATE_TEST_SUITE_P(Alerts, ColdRefusalTest,
                         ::testing::Values("entra.token alert=42", "entra.token alert=43",
                                           "entra.token alert=44", "entra.token alert=45",
                                           "entra.token alert=46", "entra.token alert=48",
                                           "entra.token alert=49", "entra.token alert=116",
                                           "entra.token reset=after-certificate"));

class SurfacingTest : public RevocationTest, public ::testing::WithParamInterface<const char*> {};

// REM-3: every other refusal is returned to the caller, and does not replace the certificate.
// G-03.
TEST_P(SurfacingTest, CostsNoCertificate) {
  auto client = MakeClient(Options());
  Fault(GetParam());
  ASSERT_FALSE(client.AcquireToken(Attested()));
  emulator_->ClearFaults();
  ASSERT_TRUE(client.AcquireToken(Attested()));
  EXPECT_EQ(Mints().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Others, SurfacingTest,
                         ::testing::Values("entra.token answer=aadsts-7000215",
                                           "entra.token answer=aadsts-392200",
                                           "entra.token answer=aadsts-50001", "entra.token alert=40",
                                           "entra.token reset=before-certificate"));

// G-03, REM-4.
TEST_F(RevocationTest, RemediationIsBoundedAndTheErrorSaysHowOften) {
  Fault("entra.token answer=aadsts-1000614");
  const auto token = MakeClient(Options()).AcquireToken(Attested());
  ASSERT_FALSE(token);
  EXPECT_EQ(Mints().size(), 5U);
  EXPECT_NE(token.error().message.find("4 remedies"), std::string::npos) << token.error().message;
  EXPECT_EQ(token.error().aadsts, std::vector<std::int64_t>{1000614});
}

// A12. The redaction of Entra's text must not hide the code that a remedy depends on.
TEST_F(RevocationTest, ASecretThatSoundsLikeTheErrorCodeDoesNotPreventTheRemedy) {
  environment_["HTTPS_PROXY"] = "http://client:invalid@127.0.0.1:1";
  environment_["NO_PROXY"] = "127.0.0.1";
  Fault("entra.token answer=invalid-client count=1");
  const auto token = MakeClient(Options()).AcquireToken(Attested());
  EXPECT_TRUE(token) << token.error().ToString();
  EXPECT_EQ(Mints().size(), 2U);
}

// REM-1.
TEST_F(RevocationTest, AResetAfterOurCertificateCostsOneNewCertificateOnly) {
  Fault("entra.token reset=after-certificate");
  ASSERT_FALSE(MakeClient(Options()).AcquireToken(Attested()));
  EXPECT_EQ(Mints().size(), 2U);
}

TEST_F(RevocationTest, AResetDoesNotBanACertificateThatImdsHasNoOtherFor) {
  Fault("imds.issuecredential answer=no-bypass-cache");
  Fault("entra.token reset=after-certificate count=1");
  const auto token = MakeClient(Options()).AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
}

TEST_F(RevocationTest, ACancelledBackOffIsCanceled) {
  Fault("entra.token answer=aadsts-1000614");
  const CancellationSource caller;
  auto options = Options();
  options.clock = SystemClock();  // the delay before the second remedy is real
  auto client = MakeClient(std::move(options));
  auto pending = client.AcquireTokenAsync(Attested(), {.cancellation = caller.token()});
  while (Mints().size() < 2) std::this_thread::yield();
  caller.Cancel();
  const auto token = pending.get();
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kCanceled) << token.error().ToString();
}

TEST_F(RevocationTest, AWaiterTakesOverFromACallerWhoseDeadlineLeavesNoTimeForARetry) {
  Fault("imds.getplatformmetadata status=503 retry-after=60 delay=300ms count=1");
  auto options = Options();
  options.clock = SystemClock();
  auto client = MakeClient(std::move(options));
  auto hasty = client.AcquireTokenAsync(Attested(), {.timeout = seconds(10)});
  AwaitFault();
  auto patient = client.AcquireTokenAsync(Attested());
  const auto failed = hasty.get();
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().out_of_time) << failed.error().ToString();
  const auto token = patient.get();
  EXPECT_TRUE(token) << token.error().ToString();
}

TEST_F(RevocationTest, TheBudgetIsAnOption) {
  Fault("entra.token answer=aadsts-1000614");
  auto options = Options();
  options.remediations = 1;
  ASSERT_FALSE(MakeClient(std::move(options)).AcquireToken(Attested()));
  EXPECT_EQ(Mints().size(), 2U);
}

TEST_F(RevocationTest, RemediationEndsWithTheCallersDeadline) {
  Fault("entra.token answer=aadsts-1000614");
  auto client = MakeClient(Options());
  const auto token = client.AcquireToken(
      Attested(), {.timeout = std::chrono::milliseconds(900)});  // less than the second delay
  ASSERT_FALSE(token);
  EXPECT_LE(Mints().size(), 2U);
}

// G-41.
TEST_F(RevocationTest, WithRetriesOffTheRefusalIsReturnedAndTheNextCallReplacesTheCertificate) {
  auto options = Options();
  options.retries = false;
  auto client = MakeClient(std::move(options));
  Fault("entra.token answer=aadsts-1000614 count=1");
  ASSERT_FALSE(client.AcquireToken(Attested()));
  ASSERT_TRUE(client.AcquireToken(Attested()));
  const auto mints = Mints();
  ASSERT_EQ(mints.size(), 2U);
  EXPECT_TRUE(Bypasses(mints[1]));
}

TEST_F(RevocationTest, AFleetWideRevocationIsRiddenOut) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  emulator_->RevokeCertificates();
  const auto second = client.AcquireToken(Fresh());
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_NE((*first)->binding->x5t_s256(), (*second)->binding->x5t_s256());
}

// G-04.
TEST_F(RevocationTest, AnImdsThatDoesNotKnowTheParameterIsAskedWithoutIt) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  emulator_->ClearLog();
  Fault("imds.issuecredential answer=no-bypass-cache");
  Fault("entra.token answer=aadsts-1000614 count=1");
  const auto token = client.AcquireToken(Fresh());
  // The emulator's IMDS then returns its cached certificate, which is the refused one.
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kCredentialRequestFailed) << token.error().ToString();
  EXPECT_NE(token.error().message.find("again"), std::string::npos);
  const auto mints = Mints();
  ASSERT_EQ(mints.size(), 2U);
  EXPECT_TRUE(Bypasses(mints[0]));
  EXPECT_FALSE(Bypasses(mints[1]));
}

// G-03, REM-5.
TEST_F(RevocationTest, AClaimsChallengeMintsWithBypassFirstAndOnceForEachValue) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  emulator_->ClearLog();
  TokenRequest challenged = Fresh();
  challenged.claims = kClaims;
  const auto second = client.AcquireToken(challenged);
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_NE((*first)->binding->x5t_s256(), (*second)->binding->x5t_s256());
  ASSERT_EQ(Mints().size(), 1U);
  EXPECT_TRUE(Bypasses(Mints()[0]));
  ASSERT_TRUE(client.AcquireToken(challenged));
  EXPECT_EQ(Mints().size(), 1U) << "a caller that repeats a challenge must not hammer IMDS";
}

TEST_F(RevocationTest, WithImdsDownAClaimsChallengeTriesTheCertificateThatIsThere) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  Fault("imds.* status=503");
  TokenRequest challenged = Attested();
  challenged.claims = kClaims;
  const auto second = client.AcquireToken(challenged);
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_EQ((*first)->binding->x5t_s256(), (*second)->binding->x5t_s256());
}

TEST_F(RevocationTest, AChallengeThatFoundImdsDownIsMetLater) {
  auto client = MakeClient(Options());
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first);
  TokenRequest challenged = Attested();
  challenged.claims = kClaims;
  Fault("imds.issuecredential status=400");
  ASSERT_TRUE(client.AcquireToken(challenged));
  emulator_->ClearFaults();
  emulator_->ClearLog();
  ASSERT_TRUE(client.AcquireToken(challenged));
  EXPECT_EQ(Mints().size(), 0U) << "not again at once";
  clock_->Advance(seconds(31));
  const auto met = client.AcquireToken(challenged);
  ASSERT_TRUE(met);
  EXPECT_EQ(Mints().size(), 1U);
  EXPECT_NE((*first)->binding->x5t_s256(), (*met)->binding->x5t_s256());
}

TEST_F(RevocationTest, AHangingImdsDoesNotKeepAChallengeFromTheCertificateThatIsThere) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  Fault("imds.* hang");
  TokenRequest challenged = Attested();
  challenged.claims = kClaims;
  const auto token = client.AcquireToken(challenged, {.timeout = seconds(6)});
  EXPECT_TRUE(token) << token.error().ToString();
}

TEST_F(RevocationTest, CallersOfOneChallengeShareOneMint) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  emulator_->ClearLog();
  std::vector<std::future<Result<TokenResult>>> pending;
  for (int i = 0; i < 8; ++i) {
    TokenRequest challenged = Attested("https://r" + std::to_string(i) + ".example");
    challenged.claims = kClaims;
    pending.push_back(client.AcquireTokenAsync(challenged));
  }
  for (auto& token : pending) EXPECT_TRUE(token.get());
  EXPECT_EQ(Mints().size(), 1U);
}

// A per-boot key that no longer signs: its provider creates another.
class DeadKeyProvider final : public KeyProvider {
 public:
  explicit DeadKeyProvider(std::shared_ptr<KeyProvider> inner) : inner_(std::move(inner)) {}
  std::string_view ProviderName() const override { return "dead"; }
  KeyStrength BestStrength() const override { return inner_->BestStrength(); }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    auto key = inner_->GetOrCreateKey();
    if (!key || ++asked > 1) return key;
    return std::shared_ptr<const SigningKey>(std::make_shared<DeadKey>(*key));
  }
  std::atomic<int> asked{0};

 private:
  class DeadKey final : public SigningKey {
   public:
    explicit DeadKey(std::shared_ptr<const SigningKey> inner) : inner_(std::move(inner)) {}
    const RsaPublicKey& PublicKey() const override { return inner_->PublicKey(); }
    Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding, DigestAlgorithm,
                                                 std::span<const std::uint8_t>) const override {
      return Error(ErrorCode::kKeySignFailed, "the key is of an earlier boot");
    }
    KeyStrength Strength() const override { return inner_->Strength(); }
    KeyOrigin Origin() const override { return inner_->Origin(); }

   private:
    std::shared_ptr<const SigningKey> inner_;
  };
  std::shared_ptr<KeyProvider> inner_;
};

// Signs until it is killed.
class MortalKeyProvider final : public KeyProvider {
 public:
  explicit MortalKeyProvider(std::shared_ptr<KeyProvider> inner) : inner_(std::move(inner)) {}
  std::string_view ProviderName() const override { return "mortal"; }
  KeyStrength BestStrength() const override { return inner_->BestStrength(); }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    std::lock_guard lock(mutex_);
    if (key_) return key_;
    auto made = inner_->GetOrCreateKey();
    if (!made) return made;
    key_ = std::make_shared<MortalKey>(*std::move(made), dead_);
    return key_;
  }
  void Discard(const SigningKey& key) override {
    std::lock_guard lock(mutex_);
    if (key_.get() != &key) return;
    ++discards;
    inner_ = BuiltInKeyProviders().back();
    dead_ = std::make_shared<std::atomic<bool>>(false);
    key_ = nullptr;
  }
  void Kill() {
    std::lock_guard lock(mutex_);
    *dead_ = true;
  }
  std::atomic<int> discards{0};

 private:
  class MortalKey final : public SigningKey {
   public:
    MortalKey(std::shared_ptr<const SigningKey> inner, std::shared_ptr<std::atomic<bool>> dead)
        : inner_(std::move(inner)), dead_(std::move(dead)) {}
    const RsaPublicKey& PublicKey() const override { return inner_->PublicKey(); }
    Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                                 std::span<const std::uint8_t> digest) const override {
      if (*dead_) return Error(ErrorCode::kKeySignFailed, "the key died");
      return inner_->SignDigest(padding, algorithm, digest);
    }
    KeyStrength Strength() const override { return inner_->Strength(); }
    KeyOrigin Origin() const override { return inner_->Origin(); }

   private:
    std::shared_ptr<const SigningKey> inner_;
    std::shared_ptr<std::atomic<bool>> dead_;
  };
  std::mutex mutex_;
  std::shared_ptr<KeyProvider> inner_;
  std::shared_ptr<std::atomic<bool>> dead_ = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<const SigningKey> key_;
};

// G-11.
// B8. It has to sign a certificate request, or a handshake.
TEST_F(RevocationTest, AKeyThatDiesAfterTheFirstTokenIsMadeAgainWithinTheCall) {
  TokenRequest fresh = Unattested();
  fresh.force_refresh = true;
  for (const bool in_handshake : {false, true}) {
    auto provider = std::make_shared<MortalKeyProvider>(*software_);
    auto options = Options();
    options.key_providers = {provider};
    auto client = MakeClient(std::move(options));
    const auto first = client.AcquireToken(Unattested());
    ASSERT_TRUE(first) << first.error().ToString();
    if (in_handshake) {
      Fault("entra.token body=truncated count=1");  // ends the connection
      ASSERT_FALSE(client.AcquireToken(fresh));
    } else {
      emulator_->RevokeCertificates();
    }
    provider->Kill();
    const auto mints = Mints().size();
    const auto second = client.AcquireToken(fresh);
    ASSERT_TRUE(second) << in_handshake << second.error().ToString();
    EXPECT_EQ(provider->discards, 1) << in_handshake;
    EXPECT_EQ(Mints().size(), mints + 1) << in_handshake;
    EXPECT_NE((*first)->binding->key()->PublicKey(), (*second)->binding->key()->PublicKey());
    EXPECT_TRUE((*second)->binding->key()->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256,
                                                      std::vector<std::uint8_t>(32)));
  }
}

TEST_F(RevocationTest, ADeadKeyIsMadeAgainWithinTheCall) {
  auto provider = std::make_shared<DeadKeyProvider>(*keyguard_);
  auto options = Options();
  options.key_providers = {provider};
  const auto token = MakeClient(std::move(options)).AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_EQ(provider->asked, 2);
}

}  // namespace
}  // namespace msiv2
