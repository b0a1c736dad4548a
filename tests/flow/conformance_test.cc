// Defects of the reference library that no other test file here covers. docs/conformance.md lists them all.
#include <atomic>

#include "builtin.h"
#include "tests/flow/flow_fixture.h"

namespace msiv2 {
namespace {

using std::chrono::minutes;

class ConformanceTest : public FlowTest {
 protected:
  static std::ptrdiff_t Mints() { return Requests("imds", "/issuecredential"); }
  static std::string Thumbprint(const Result<TokenResult>& token) { return (*token)->binding->x5t_s256(); }
};

// A store that is too busy to remove anything. The tests call it from one thread.
class KeepingStore final : public CertificateStore {
 public:
  std::vector<StoredCertificate> Load(std::string_view) override { return entries; }
  void Save(std::string_view, const StoredCertificate& certificate) override {
    entries.insert(entries.begin(), certificate);
  }
  void Remove(std::string_view, const std::vector<std::uint8_t>&) override { ++removals; }

  std::vector<StoredCertificate> entries;  // newest first
  int removals = 0;
};

// G-04.
TEST_F(ConformanceTest, ARefusedCertificateThatTheStoreStillHasIsNotUsedAgain) {
  auto store = std::make_shared<KeepingStore>();
  auto options = Options();
  options.certificate_store = store;
  auto client = MakeClient(std::move(options));
  const auto first = client.AcquireToken(Attested());
  ASSERT_TRUE(first) << first.error().ToString();
  const auto stored = store->entries;
  ASSERT_EQ(stored.size(), 1U);
  Fault("entra.token answer=invalid-client count=1");
  const auto second = client.AcquireToken(Attested("https://storage.azure.com"));
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_NE(Thumbprint(second), Thumbprint(first));
  EXPECT_EQ(store->removals, 1);

  // The client reads the store again when the identity seems to be a different one for a moment.
  store->entries = stored;
  clock_->Advance(minutes(5));
  Fault("imds.getplatformmetadata answer=other-client-id count=1");
  const auto third = client.AcquireToken(Attested("https://graph.microsoft.com"));
  ASSERT_TRUE(third) << third.error().ToString();
  EXPECT_NE(Thumbprint(third), Thumbprint(first));
}

// G-10.
// B8. The identity was deleted, or its subscription moved to another tenant.
TEST_F(ConformanceTest, TheCertificateOfADeletedIdentityIsNotPresented) {
  for (const char* other : {"other-client-id", "other-tenant-id"}) {
    auto client = MakeClient(Options());
    ASSERT_TRUE(client.AcquireToken(Attested()));
    emulator_->ClearLog();
    clock_->Advance(minutes(5));
    // From now on IMDS names another identity, for which this emulator issues no certificate.
    Fault(std::string("imds.getplatformmetadata answer=") + other);
    const auto token = client.AcquireToken(Attested("https://storage.azure.com"));
    ASSERT_FALSE(token) << "a token of the old identity: " << other;
    EXPECT_EQ(token.error().step, Step::kCredential) << token.error().ToString();
    EXPECT_EQ(Mints(), 1) << other;
    EXPECT_EQ(Requests("entra"), 0) << other;
    emulator_->ClearFaults();
  }
}

// Its first key signs the CSR and the attestation, and is replaced in the keystore before the handshake.
class ReplacedKeyProvider final : public KeyProvider {
 public:
  explicit ReplacedKeyProvider(std::shared_ptr<KeyProvider> first) : first_(std::move(first)) {}
  std::string_view ProviderName() const override { return "replaced"; }
  KeyStrength BestStrength() const override { return first_->BestStrength(); }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    if (++asked > 1) return second_->GetOrCreateKey();
    auto key = first_->GetOrCreateKey();
    if (!key) return key;
    return std::shared_ptr<const SigningKey>(std::make_shared<LostKey>(*key));
  }
  std::atomic<int> asked{0};

 private:
  class LostKey final : public SigningKey {
   public:
    explicit LostKey(std::shared_ptr<const SigningKey> inner) : inner_(std::move(inner)) {}
    const RsaPublicKey& PublicKey() const override { return inner_->PublicKey(); }
    Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                                 std::span<const std::uint8_t> digest) const override {
      if (++signatures_ > 2) return Error(ErrorCode::kKeySignFailed, "another process replaced the key");
      return inner_->SignDigest(padding, algorithm, digest);
    }
    KeyStrength Strength() const override { return inner_->Strength(); }
    KeyOrigin Origin() const override { return inner_->Origin(); }

   private:
    std::shared_ptr<const SigningKey> inner_;
    mutable std::atomic<int> signatures_{0};
  };
  std::shared_ptr<KeyProvider> first_;
  std::shared_ptr<KeyProvider> second_ = emulator::MakeEmulatedKeyGuardProvider();
};

// G-11, G-40.
TEST_F(ConformanceTest, AReplacedKeyGetsACertificateAndAnAttestationOfItsOwnWithinTheCall) {
  auto provider = std::make_shared<ReplacedKeyProvider>(*keyguard_);
  auto options = Options();
  options.key_providers = {provider};
  const auto token = MakeClient(std::move(options)).AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_EQ(provider->asked, 2);
  EXPECT_EQ(Requests("attestation"), 2);
  EXPECT_EQ(Mints(), 2);
  EXPECT_NE((*token)->binding->key()->PublicKey(), (*keyguard_)->GetOrCreateKey().value()->PublicKey());
}

// G-14.
TEST_F(ConformanceTest, AnOlderStoredCertificateServesWhereTheNewestIsDamaged) {
  auto store = std::make_shared<KeepingStore>();
  auto options = Options();
  options.certificate_store = store;
  const auto first = MakeClient(options).AcquireToken(Attested());
  ASSERT_TRUE(first) << first.error().ToString();
  ASSERT_EQ(store->entries.size(), 1U);
  StoredCertificate damaged = store->entries.front();
  damaged.leaf_der.resize(damaged.leaf_der.size() / 2);
  store->entries.insert(store->entries.begin(), damaged);
  emulator_->ClearLog();
  const auto second = MakeClient(options).AcquireToken(Attested());
  ASSERT_TRUE(second) << second.error().ToString();
  EXPECT_EQ(Mints(), 0);
  EXPECT_EQ(Thumbprint(second), Thumbprint(first));
}

// A user-supplied transport that breaks the rule of http.h: it connects without the certificate.
class BareTransport final : public HttpTransport {
 public:
  explicit BareTransport(std::shared_ptr<HttpTransport> inner) : inner_(std::move(inner)) {}
  Result<HttpResponse, HttpFailure> Send(const HttpRequest& request, const CallContext& context) override {
    HttpRequest bare = request;
    bare.client_certificate = nullptr;
    return inner_->Send(bare, context);
  }

 private:
  std::shared_ptr<HttpTransport> inner_;
};

// G-26.
TEST_F(ConformanceTest, ATransportThatDropsTheCertificateGetsNoToken) {
  auto options = Options();
  auto inner = TransportOf(nullptr, options.tls, options.environment);
  ASSERT_TRUE(inner) << inner.error().ToString();
  options.http = std::make_shared<BareTransport>(*std::move(inner));
  const auto token = MakeClient(std::move(options)).AcquireToken(Attested());
  ASSERT_FALSE(token) << "a token that is bound to nothing";
  EXPECT_EQ(token.error().code, ErrorCode::kTokenRequestFailed) << token.error().ToString();
  EXPECT_EQ(token.error().step, Step::kToken);
}

// G-29.
TEST_F(ConformanceTest, AnIdentityThatWaitsForImdsHoldsUpNoOther) {
  auto options = Options();
  options.environment = nullptr;  // so that both clients share their state
  options.cache_scope = MakeScope();
  auto waiting = MakeClient(options);
  options.identity = ManagedIdentityId::ClientId(kUserClientId);
  auto other = MakeClient(options);
  Fault("imds.getplatformmetadata hang count=1");
  const CancellationSource caller;
  auto stuck = waiting.AcquireTokenAsync(Attested(), {.cancellation = caller.token()});
  AwaitFault();
  const auto token = other.AcquireToken(Attested());
  EXPECT_TRUE(token) << token.error().ToString();
  EXPECT_EQ(emulator_->Hanging(), 1U) << "the first still waits";
  caller.Cancel();
  EXPECT_FALSE(stuck.get());
}

}  // namespace
}  // namespace msiv2
