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

class HealingTest : public TravelTest {
 protected:
  static void SetUpTestSuite() { Start(hours(24 * 7), hours(1)); }
  void TearDown() override { ASSERT_TRUE(emulator_->SetIdentities(emulator::DefaultIdentities())); }

  // Asks once a minute until a token comes, for eleven minutes.
  Result<TokenResult> Heal(ManagedIdentityClient& client) {
    auto token = client.AcquireToken(Attested());
    for (int minute = 0; minute < 11 && !token; ++minute) {
      Travel(minutes(1));
      token = client.AcquireToken(Attested());
    }
    return token;
  }
  void FailFor(ManagedIdentityClient& client, int minutes_of_it) {
    for (int minute = 0; minute < minutes_of_it; ++minute) {
      EXPECT_FALSE(client.AcquireToken(Attested()));
      Travel(minutes(1));
    }
  }
  static auto Mints() { return Requests("imds", "/issuecredential"); }
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
  const auto first = client.AcquireToken(Attested());
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
TEST_F(HealingTest, AnotherIdentity) {
  constexpr char kNewClientId[] = "77777777-7777-4666-8555-555555555555";
  auto client = MakeClient(Options());
  const auto old = client.AcquireToken(Attested());
  ASSERT_TRUE(old) << old.error().ToString();
  ASSERT_TRUE(emulator_->SetIdentities({{true, kNewClientId, kNewClientId, ""}}));
  Travel(minutes(56));  // to the first token miss
  const auto healed = Heal(client);
  ASSERT_TRUE(healed) << healed.error().ToString();
  EXPECT_EQ((*healed)->client_id, kNewClientId);
  EXPECT_EQ(Mints(), 2);
}

// B2. This emulator issues no certificate for another tenant, so what was issued before is not used again.
TEST_F(HealingTest, AnotherTenant) {
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  Fault("imds.getplatformmetadata answer=other-tenant-id");
  Travel(minutes(56));
  FailFor(client, 3);
  emulator_->ClearFaults();
  const auto healed = Heal(client);
  ASSERT_TRUE(healed) << healed.error().ToString();
}

}  // namespace
}  // namespace msiv2
