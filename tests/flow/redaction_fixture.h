// A run of everything that handles a secret, with its observer and an eavesdropper that knows what to look
// for.
#pragma once

#include <openssl/core_names.h>

#include "builtin.h"
#include "msiv2/observers/fan_out.h"
#include "tests/flow/eavesdropper.h"
#include "tests/flow/flow_fixture.h"
#include "tests/support/evp_signing_key.h"

namespace msiv2 {

/// KnownKeyProvider plays KeyGuard with a key whose private numbers the test knows.
class KnownKeyProvider final : public KeyProvider {
 public:
  std::string_view ProviderName() const override { return "known"; }
  KeyStrength BestStrength() const override { return KeyStrength::kKeyGuard; }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    return std::shared_ptr<const SigningKey>(key_);
  }

  /// AddPrivateNumbers adds what must never appear.
  void AddPrivateNumbers(testing::Secrets& secrets) const {
    for (const char* name :
         {OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_D,
          OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1}) {
      BIGNUM* number = nullptr;
      ASSERT_EQ(EVP_PKEY_get_bn_param(inner_->pkey(), name, &number), 1) << name;
      std::vector<std::uint8_t> bytes(static_cast<std::size_t>(BN_num_bytes(number)));
      BN_bn2bin(number, bytes.data());
      BN_clear_free(number);
      secrets.AddBytes(bytes);
    }
  }

 private:
  class KnownKey final : public SigningKey {
   public:
    explicit KnownKey(std::shared_ptr<const SigningKey> inner) : inner_(std::move(inner)) {}
    const RsaPublicKey& PublicKey() const override { return inner_->PublicKey(); }
    KeyStrength Strength() const override { return KeyStrength::kKeyGuard; }
    KeyOrigin Origin() const override { return KeyOrigin::kEmulated; }
    Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                                 std::span<const std::uint8_t> digest) const override {
      return inner_->SignDigest(padding, algorithm, digest);
    }

   private:
    std::shared_ptr<const SigningKey> inner_;
  };

  std::shared_ptr<testing::EvpSigningKey> inner_ = testing::EvpSigningKey::Make();
  std::shared_ptr<const SigningKey> key_ = std::make_shared<KnownKey>(inner_);
};

class RedactionTest : public FlowTest {
 protected:
  void SetUp() override {
    FlowTest::SetUp();
    ASSERT_NO_FATAL_FAILURE(keys_->AddPrivateNumbers(*secrets_));
  }

  // Returns options with the eavesdropper in every port.
  ClientOptions Overheard(std::shared_ptr<Observer> observer) {
    ClientOptions options = Options();
    transport_ = std::make_shared<testing::EavesdroppingTransport>(
        *TransportOf(nullptr, options.tls, options.environment), secrets_);
    options.http = transport_;
    options.attestor = std::make_shared<testing::EavesdroppingAttestor>(options.attestor, secrets_);
    options.key_providers = {keys_};
    options.observer = std::move(observer);
    return options;
  }

  // Runs tokens, retries, remedies, alerts, and refusals that echo what they refuse. Returns the errors'
  // texts.
  std::string RunEverything(const std::shared_ptr<Observer>& observer) {
    std::string errors;
    for (const char* rule :
         {"", "imds.issuecredential status=503 count=1", "entra.token answer=aadsts-1000614 count=1",
          "entra.token answer=aadsts-1000614", "entra.token status=500", "entra.token alert=44",
          "entra.token answer=wrong-cnf", "entra.token answer=bearer", "attestation.attest status=400",
          "imds.issuecredential answer=wrong-key", "imds.issuecredential body=truncated"}) {
      emulator_->ClearFaults();
      if (*rule != '\0') Fault(rule);
      auto client = MakeClient(Overheard(observer));
      errors += Acquire(client);
    }
    emulator_->ClearFaults();
    for (const char* leg : {"/getplatformmetadata", "/issuecredential", "/token"}) {
      errors += AcquireWithEchoes(leg, observer);
    }
    return errors;
  }

  std::shared_ptr<testing::Secrets> secrets_ = std::make_shared<testing::Secrets>();
  std::shared_ptr<KnownKeyProvider> keys_ = std::make_shared<KnownKeyProvider>();

 private:
  static std::string Acquire(ManagedIdentityClient& client) {
    TokenRequest request = Attested();
    request.force_refresh = true;
    const auto token = client.AcquireToken(request);
    if (token) return {};
    try {
      (void)token.value();
    } catch (const ManagedIdentityException& thrown) {
      return token.error().ToString() + "\n" + token.error().service_error + "\n" + thrown.what() + "\n";
    }
    return {};
  }

  // The leg refuses, once for each secret and each way to quote it. Returns the errors' texts.
  std::string AcquireWithEchoes(const std::string& leg, const std::shared_ptr<Observer>& observer) {
    std::string errors;
    auto client = MakeClient(Overheard(observer));
    for (const std::string& secret : secrets_->Last(3)) {
      const std::string end = secret.substr(secret.rfind('.') + 1);  // of a JWT: its signature
      for (const std::string& echo : {secret, "token '" + secret + "' is bad", "{\"x\":\"" + secret + "\"}",
                                      end, "Bearer " + end, secret.substr(0, 100), secret + "\n" + secret}) {
        transport_->Echo(leg, echo);
        const int before = transport_->echoed();
        errors += Acquire(client);
        EXPECT_GT(transport_->echoed(), before) << leg;
      }
    }
    return errors;
  }

  std::shared_ptr<testing::EavesdroppingTransport> transport_;
};

}  // namespace msiv2
