// Whole acquisitions on Windows, with keys that exist in NCrypt only. They run under Wine, whose NCrypt has
// no named keys and no VBS: what it lacks is played if a test says so.
#include <windows.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "attestation/native_library/built_in_attestor.h"
#include "crypto/digest.h"
#include "keys/cng/cng_providers.h"
#include "keys/cng/system_ncrypt.h"
#include "msiv2/resource_client.h"
#include "tests/flow/flow_fixture.h"
#include "tests/windows/isolating_ncrypt.h"
#include "windows/named_lock.h"

namespace msiv2 {
namespace {

namespace fs = std::filesystem;

// A key disguised as an emulated one: what plays KeyGuard must never look real.
class PlayedKey final : public SigningKey {
 public:
  explicit PlayedKey(std::shared_ptr<const SigningKey> real) : real_(std::move(real)) {}
  const std::shared_ptr<const SigningKey>& real() const { return real_; }
  const RsaPublicKey& PublicKey() const override { return real_->PublicKey(); }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                               std::span<const std::uint8_t> digest) const override {
    return real_->SignDigest(padding, algorithm, digest);
  }
  KeyStrength Strength() const override { return real_->Strength(); }
  KeyOrigin Origin() const override { return KeyOrigin::kEmulated; }

 private:
  const std::shared_ptr<const SigningKey> real_;
};

class PlayedProvider final : public KeyProvider {
 public:
  explicit PlayedProvider(std::shared_ptr<KeyProvider> real) : real_(std::move(real)) {}
  std::string_view ProviderName() const override { return real_->ProviderName(); }
  KeyStrength BestStrength() const override { return real_->BestStrength(); }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    auto key = real_->GetOrCreateKey();
    if (!key) return key.error();
    return std::shared_ptr<const SigningKey>(std::make_shared<const PlayedKey>(*std::move(key)));
  }

 private:
  const std::shared_ptr<KeyProvider> real_;
};

// Shows the real attestor the key behind the disguise.
class PlayedAttestor final : public Attestor {
 public:
  explicit PlayedAttestor(std::shared_ptr<Attestor> real) : real_(std::move(real)) {}
  bool AcceptsEmulatedKeys() const override { return true; }
  Result<SecretString> Attest(const AttestationRequest& request, const CallContext& context) override {
    const auto key = std::dynamic_pointer_cast<const PlayedKey>(request.key);
    return real_->Attest({request.endpoint, request.client_id, key->real()}, context);
  }

 private:
  const std::shared_ptr<Attestor> real_;
};

std::string Sha256OfFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return crypto::Sha256Hex(AsBytes(bytes));
}

class WindowsFlowTest : public FlowTest {
 protected:
  // Asks for a token with `options` and calls the resource with it, both up to `max`.
  void ExpectBoundToken(ClientOptions options, TokenRequest request, TlsVersion max, KeyStrength strength) {
    options.tls.token_leg_max = max;
    options.cache_scope = CacheScope::Private();
    request.resource = emulator_->endpoints().resource;
    const auto token = MakeClient(std::move(options)).AcquireToken(request);
    ASSERT_TRUE(token) << token.error().ToString();
    EXPECT_TRUE((*token)->binding_verified);
    EXPECT_EQ((*token)->binding->strength(), strength);
    EXPECT_NE((*token)->binding->key()->PublicKey().modulus.size(), 0U);

    ResourceClientOptions resource_options;
    emulator::Use(emulator_->endpoints(), resource_options);
    resource_options.tls.resource_leg_max = max;
    auto resource = ResourceClient::Create(resource_options);
    ASSERT_TRUE(resource);
    const auto answer = resource->Send(**token, {.method = "GET", .url = request.resource + "/hello"});
    ASSERT_TRUE(answer) << answer.error().ToString();
    EXPECT_EQ(answer->status, 200) << answer->body;
    EXPECT_NE(answer->body.find((*token)->binding->x5t_s256()), std::string::npos);
  }
};

TEST_F(WindowsFlowTest, AKeyInNCryptAloneBindsTokensUnderTls12AndTls13) {
  for (const TlsVersion max : {TlsVersion::kTls12, TlsVersion::kTls13}) {
    auto options = Options();
    options.key_providers = {cng::MakeEphemeralCngProvider(cng::SystemNCrypt)};
    ExpectBoundToken(std::move(options), Unattested(), max, KeyStrength::kSoftware);
  }
}

TEST_F(WindowsFlowTest, TheBuiltInChainUnderWineEndsInMemoryAndSaysWhy) {
  auto options = Options();
  options.key_providers.clear();
  options.cache_scope = CacheScope::Private();
  const auto token = MakeClient(std::move(options)).AcquireToken(Unattested());
  ASSERT_TRUE(token) << token.error().ToString();
  const std::string why = (*token)->binding->why_not_stronger();
  if ((*token)->binding->strength() != KeyStrength::kSoftware)
    GTEST_SKIP() << "this machine has a stronger keystore";
  EXPECT_NE(why.find("keyguard: "), std::string::npos) << why;
  EXPECT_NE(why.find("platform-crypto: "), std::string::npos) << why;
  EXPECT_NE(observer_->Text().find(why), std::string::npos) << "said by the event of step 2 as well";
}

TEST_F(WindowsFlowTest, AnIsolatedKeyIsAttestedThroughTheLibraryAndBindsTokens) {
  const auto system = cng::SystemNCrypt();
  ASSERT_TRUE(system) << system.error().ToString();
  const auto isolating = test::MakeIsolatingNCrypt(*system);
  const fs::path library = fs::absolute(MSIV2_TEST_ATTESTATION_CLIENT_LIB);
  const fs::path anchors = fs::temp_directory_path() / "msiv2_windows_flow_test.pem";
  std::ofstream(anchors, std::ios::binary) << emulator_->endpoints().ca_pem;
  SetEnvironmentVariableA("MSIV2_TEST_ATTESTATION", "post");
  SetEnvironmentVariableA("MSIV2_TEST_ATTESTATION_CA", anchors.string().c_str());

  for (const TlsVersion max : {TlsVersion::kTls12, TlsVersion::kTls13}) {
    emulator_->ClearLog();
    auto options = Options();
    options.key_providers = {std::make_shared<PlayedProvider>(cng::MakeKeyGuardProvider(
        [&] { return Result<std::shared_ptr<cng::NCryptApi>>(isolating); }, windows::SystemNamedLocks()))};
    auto real = attestation::MakeBuiltInAttestor(
        {library.string(), Sha256OfFile(library)}, [](const char*) { return std::nullopt; },
        std::chrono::seconds(30));
    ASSERT_TRUE(real) << real.error().ToString();
    options.attestor = std::make_shared<PlayedAttestor>(*real);
    ExpectBoundToken(std::move(options), Attested(), max, KeyStrength::kKeyGuard);
    EXPECT_EQ(Requests("attestation", "/attest/keyguard"), 1);
  }
  std::error_code none;
  fs::remove(anchors, none);
}

}  // namespace
}  // namespace msiv2
