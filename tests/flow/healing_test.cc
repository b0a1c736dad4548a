// What goes bad heals by itself within eleven minutes after its cause is gone, with few requests.
#include "emulator/identities.h"
#include "tests/flow/travel_fixture.h"

namespace msiv2 {
namespace {

// Its keys sign until they are killed; then it makes another one.
class KillableProvider final : public KeyProvider {
 public:
  std::string_view ProviderName() const override { return "killable"; }
  KeyStrength BestStrength() const override { return KeyStrength::kKeyGuard; }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    auto made = emulator::MakeEmulatedKeyGuardProvider()->GetOrCreateKey();
    if (!made) return made;
    std::lock_guard lock(mutex_);
    key_ = std::make_shared<Key>(*std::move(made));
    return std::shared_ptr<const SigningKey>(key_);
  }
  void Kill() {
    std::lock_guard lock(mutex_);
    key_->dead = true;
  }

 private:
  class Key final : public SigningKey {
   public:
    explicit Key(std::shared_ptr<const SigningKey> inner) : inner_(std::move(inner)) {}
    const RsaPublicKey& PublicKey() const override { return inner_->PublicKey(); }
    Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                                 std::span<const std::uint8_t> digest) const override {
      if (dead) return Error(ErrorCode::kKeySignFailed, "the key is of an earlier boot");
      return inner_->SignDigest(padding, algorithm, digest);
    }
    KeyStrength Strength() const override { return inner_->Strength(); }
    KeyOrigin Origin() const override { return inner_->Origin(); }
    std::atomic<bool> dead{false};

   private:
    const std::shared_ptr<const SigningKey> inner_;
  };
  std::mutex mutex_;
  std::shared_ptr<Key> key_;
};

// Ends all faults as soon as a second certificate has been issued: they were those of the first one.
class FaultsOfTheFirstCertificate final : public Observer {
 public:
  explicit FaultsOfTheFirstCertificate(emulator::Emulator& emulator) : emulator_(emulator) {}
  void OnEvent(const Event& event) noexcept override {
    const bool issued =
        event.kind == Event::Kind::kStepEnded && event.step == Step::kCredential && event.error == nullptr;
    if (issued && ++issued_ == 2) emulator_.ClearFaults();
  }

 private:
  emulator::Emulator& emulator_;
  std::atomic<int> issued_{0};
};

class HealingTest : public TravelTest {
 protected:
  static void SetUpTestSuite() { Start(hours(24 * 7), hours(1)); }
  // A call sends each of its requests once, and once more for each remedy of its budget.
  void TearDown() override {
    const int most = calls_ * (1 + ClientOptions().remediations);
    for (const auto& [server, path] : {std::pair("imds", "/getplatformmetadata"),
                                       std::pair("imds", "/issuecredential"), std::pair("entra", "/token")}) {
      EXPECT_LE(Requests(server, path), most) << path;
    }
    ASSERT_TRUE(emulator_->SetIdentities(emulator::DefaultIdentities()));
  }

  Result<TokenResult> Ask(ManagedIdentityClient& client) {
    ++calls_;
    return client.AcquireToken(Attested());
  }
  // Asks once a minute until a token comes, for eleven minutes.
  Result<TokenResult> Heal(ManagedIdentityClient& client) {
    auto token = Ask(client);
    for (int minute = 0; minute < 11 && !token; ++minute) {
      Travel(minutes(1));
      token = Ask(client);
    }
    return token;
  }
  void FailFor(ManagedIdentityClient& client, int minutes_of_it) {
    for (int minute = 0; minute < minutes_of_it; ++minute) {
      EXPECT_FALSE(Ask(client));
      Travel(minutes(1));
    }
  }
  // Asks every five minutes for two hours: each token is of this identity.
  void ExpectTokensOf(const std::string& client_id, ManagedIdentityClient& client) {
    for (int asked = 0; asked < 24; ++asked) {
      const auto token = Ask(client);
      ASSERT_TRUE(token) << token.error().ToString();
      ASSERT_EQ((*token)->client_id, client_id) << "after " << asked * 5 << " minutes";
      Travel(minutes(5));
    }
  }
  static auto Mints() { return Requests("imds", "/issuecredential"); }

  static constexpr char kNewClientId[] = "77777777-7777-4666-8555-555555555555";
  int calls_ = 0;
};

// A3.
// REM-3.
TEST_F(HealingTest, ACertificateThatTheTokenServiceRefuses) {
  auto client = MakeClient(Options());
  Fault("entra.token answer=aadsts-700027 count=3");
  FailFor(client, 3);
  EXPECT_EQ(Mints(), 1);
  const auto token = Heal(client);
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_EQ(Mints(), 2);
}

// A3.
TEST_F(HealingTest, ACertificateThatIsRefusedItselfIsReplacedByOneThatWorks) {
  auto options = Options();
  options.observer = std::make_shared<FaultsOfTheFirstCertificate>(*emulator_);
  auto client = MakeClient(std::move(options));
  Fault("entra.token answer=aadsts-700027");
  FailFor(client, 3);
  EXPECT_EQ(Mints(), 1);
  const auto token = Ask(client);
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_EQ(Mints(), 2);
}

// A3. While the cause lasts, IMDS is asked for another certificate once in ten minutes.
TEST_F(HealingTest, ARefusalThatLastsCostsFewCertificates) {
  auto client = MakeClient(Options());
  Fault("entra.token answer=aadsts-392204");
  FailFor(client, 25);
  EXPECT_LE(Mints(), 4);
  emulator_->ClearFaults();
  const auto token = Heal(client);
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_LE(Mints(), 5);
}

// B6.
TEST_F(HealingTest, ATokenEndpointThatIsGone) {
  auto client = MakeClient(Options());
  Fault("imds.issuecredential answer=dead-endpoint count=1");
  FailFor(client, 3);
  const auto token = Heal(client);
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_EQ(Mints(), 2);
}

// B1. The cached token hides the dead key from AcquireToken; a signature in the caller's own TLS shows it.
TEST_F(HealingTest, AKeyThatDiesUnderALiveToken) {
  const auto provider = std::make_shared<KillableProvider>();
  auto options = Options();
  options.key_providers = {provider};
  auto client = MakeClient(options);
  const auto first = Ask(client);
  ASSERT_TRUE(first) << first.error().ToString();
  provider->Kill();
  const std::vector<std::uint8_t> digest(32);
  EXPECT_FALSE(
      (*first)->binding->key()->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest));
  const auto healed = Heal(client);
  ASSERT_TRUE(healed) << healed.error().ToString();
  EXPECT_NE(Thumbprint(healed), Thumbprint(first));
  EXPECT_TRUE(
      (*healed)->binding->key()->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest));
  EXPECT_EQ(Mints(), 2);
}

// B2.
TEST_F(HealingTest, AnotherIdentityThatATokenMissMeets) {
  auto client = MakeClient(Options());
  const auto old = Ask(client);
  ASSERT_TRUE(old) << old.error().ToString();
  ASSERT_TRUE(emulator_->SetIdentities({{true, kNewClientId, kNewClientId, ""}}));
  Travel(minutes(56));  // to the first token miss
  const auto healed = Heal(client);
  ASSERT_TRUE(healed) << healed.error().ToString();
  EXPECT_EQ(Mints(), 2);
  ExpectTokensOf(kNewClientId, client);
  EXPECT_EQ(Mints(), 2);
}

// B2. No call comes before the rotation.
TEST_F(HealingTest, AnotherIdentityThatARotationMeets) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(Ask(client));
  ASSERT_TRUE(emulator_->SetIdentities({{true, kNewClientId, kNewClientId, ""}}));
  Live(hours(24 * 4));
  EXPECT_EQ(Mints(), 2) << "the rotation's";
  ExpectTokensOf(kNewClientId, client);
  EXPECT_EQ(Mints(), 2);
}

// B2. This emulator issues no certificate for another tenant: there is no token until the old one is back.
TEST_F(HealingTest, AnotherTenantThatATokenMissMeets) {
  auto client = MakeClient(Options());
  const auto old = Ask(client);
  ASSERT_TRUE(old) << old.error().ToString();
  Fault("imds.getplatformmetadata answer=other-tenant-id");
  Travel(minutes(56));
  FailFor(client, 3);
  emulator_->ClearFaults();
  const auto mints = Mints();
  const auto healed = Heal(client);
  ASSERT_TRUE(healed) << healed.error().ToString();
  EXPECT_EQ((*healed)->tenant_id, (*old)->tenant_id);
  EXPECT_EQ(Mints(), mints + 1) << "the old binding was dropped with its identity";
}

}  // namespace
}  // namespace msiv2
