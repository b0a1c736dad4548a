#include "emulator/attestation_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "emulator/base64.h"
#include "emulator/emulated_key.h"
#include "emulator/testing/test_server.h"
#include "emulator/testing/tools.h"
#include "msiv2/clock.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using std::chrono::system_clock;
using ::testing::HasSubstr;

/// SoftwareKey is a key that is not isolated.
class SoftwareKey final : public SigningKey {
 public:
  const RsaPublicKey& PublicKey() const override { return public_key_; }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding, DigestAlgorithm,
                                               std::span<const std::uint8_t>) const override {
    return Error(ErrorCode::kKeySignFailed, "never asked");
  }
  KeyStrength Strength() const override { return KeyStrength::kSoftware; }
  KeyOrigin Origin() const override { return KeyOrigin::kPlatform; }

 private:
  RsaPublicKey public_key_;
};

class Attestation : public ::testing::Test {
 protected:
  Attestation() {
    server_ =
        StartAttestationServer({world_.Https("attestation", std::nullopt), &testing::TestWorld::Signer()})
            .value();
    endpoints_.attestation = server_->url();
    endpoints_.ca_pem = world_.authority.Pem();
    context_.clock = clock_.get();
    context_.deadline = clock_->MonotonicNow() + std::chrono::seconds(60);
  }

  Result<SecretString> Attest() {
    return MakeEmulatedAttestor(endpoints_)
        ->Attest({endpoints_.attestation, testing::kClient, Key()}, context_);
  }
  static std::shared_ptr<const SigningKey> Key() {
    static const auto key = MakeEmulatedKey().value();
    return key;
  }
  /// Post sends a body with the curl tool and returns its output: status, then body.
  std::string Post(const std::string& body) {
    testing::WriteFile(testing::TempPath("ca.pem"), world_.authority.Pem());
    testing::WriteFile(testing::TempPath("body.json"), body);
    return testing::RunTool("curl -s --noproxy '*' --cacert '" + testing::TempPath("ca.pem") +
                            "' -w '%{http_code}' --data-binary '@" + testing::TempPath("body.json") + "' '" +
                            server_->url() + "/attest/keyguard'")
        .out;
  }

  testing::TestWorld world_;
  std::unique_ptr<HttpServer> server_;
  Endpoints endpoints_;
  std::shared_ptr<Clock> clock_ = SystemClock();
  CallContext context_;
};

TEST_F(Attestation, AttestsAnEmulatedKey) {
  const auto token = Attest();
  ASSERT_TRUE(token) << token.error().message;
  const auto claims = testing::TestWorld::Signer().Verify(token->Reveal());
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->at("iss"), server_->url());
  EXPECT_EQ(claims->at("x-ms-emulated"), true);
  EXPECT_EQ(claims->at("x-ms-attestation-type"), "keyguard");
  EXPECT_EQ(claims->at("exp").get<std::int64_t>() - claims->at("iat").get<std::int64_t>(), 8 * 3600);
  const auto& modulus = Key()->PublicKey().modulus;
  EXPECT_EQ(DecodeBase64Url(claims->at("x-ms-runtime").at("keys").at(0).at("n").get<std::string>()),
            std::string(modulus.begin(), modulus.end()));
}

TEST_F(Attestation, TheAttestorRefusesAKeyThatIsNotIsolated) {
  const auto refused =
      MakeEmulatedAttestor(endpoints_)
          ->Attest({endpoints_.attestation, testing::kClient, std::make_shared<SoftwareKey>()}, context_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kAttestationFailed);
  EXPECT_TRUE(world_.log.Entries().empty());
  EXPECT_TRUE(MakeEmulatedAttestor(endpoints_)->AcceptsEmulatedKeys());
}

TEST_F(Attestation, TheAttestorTrustsItsOwnAuthorityOnly) {
  endpoints_.ca_pem = CertificateAuthority().Pem();
  const auto refused = Attest();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kAttestationFailed);
  EXPECT_TRUE(world_.log.Entries().empty());
}

// B12. The attestor does not even read them: under Wine other processes can block that store indefinitely.
TEST_F(Attestation, TheAttestorTrustsNoRootOfTheSystem) {
  testing::WriteFile(testing::TempPath("system.pem"), world_.authority.Pem());
  ::setenv("SSL_CERT_FILE", testing::TempPath("system.pem").c_str(), 1);
  endpoints_.ca_pem = CertificateAuthority().Pem();
  const auto refused = Attest();
  ::unsetenv("SSL_CERT_FILE");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(world_.log.Entries().empty());
}

TEST_F(Attestation, TheAttestorNeedsAnHttpsEndpointAndAnAnchor) {
  for (const std::string& endpoint : {std::string("http://127.0.0.1:1"), std::string("nonsense")}) {
    endpoints_.attestation = endpoint;
    ASSERT_FALSE(Attest()) << endpoint;
  }
  endpoints_.attestation = server_->url();
  endpoints_.ca_pem = "no certificate";
  EXPECT_FALSE(Attest());
}

TEST_F(Attestation, TheAttestorSaysWhatTheServiceSaid) {
  ASSERT_TRUE(world_.faults.Add("attestation.attest status=503"));
  const auto refused = Attest();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kAttestationFailed);
  EXPECT_EQ(refused.error().http_status, 503);
}

TEST_F(Attestation, TheAttestorAnswersItsDeadlineWhileTheServiceHangs) {
  ASSERT_TRUE(world_.faults.Add("attestation.attest hang=request"));
  context_.deadline = clock_->MonotonicNow() + std::chrono::milliseconds(200);
  const auto late = Attest();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kTimeout);
}

TEST_F(Attestation, TheAttestorAnswersCancellationWhileTheServiceHangs) {
  ASSERT_TRUE(world_.faults.Add("attestation.attest hang=request"));
  const CancellationSource source;
  context_.cancellation = source.token();
  std::thread canceler([&] {
    while (world_.log.Entries().empty()) std::this_thread::yield();
    source.Cancel();
  });
  const auto canceled = Attest();
  canceler.join();
  ASSERT_FALSE(canceled);
  EXPECT_EQ(canceled.error().code, ErrorCode::kCanceled);
}

TEST_F(Attestation, RefusesCallsThatProveNothing) {
  EXPECT_THAT(Post("nonsense"), HasSubstr("clientId is missing"));
  const std::string n = EncodeBase64Url(std::string(255, '\x81') + "\x81");
  const json call = {{"clientId", "c"},
                     {"jwk", {{"kty", "RSA"}, {"n", n}, {"e", "AQAB"}}},
                     {"nonce", "0123456789abcdef"},
                     {"proof", EncodeBase64Url(std::string(256, 'p'))}};
  EXPECT_THAT(Post(call.dump()), HasSubstr("the caller does not hold the key"));
  EXPECT_THAT(Post(call.dump()), HasSubstr("400"));
  json changed = call;
  changed.erase("proof");
  EXPECT_THAT(Post(changed.dump()), HasSubstr("the caller does not hold the key"));
  changed = call;
  changed["nonce"] = "short";
  EXPECT_THAT(Post(changed.dump()), HasSubstr("the nonce must have"));
  changed = call;
  changed["jwk"]["n"] = "AQAB";
  EXPECT_THAT(Post(changed.dump()), HasSubstr("2048 bits"));
  changed = call;
  changed.erase("jwk");
  EXPECT_THAT(Post(changed.dump()), HasSubstr("jwk is not an RSA key"));
}

TEST_F(Attestation, ACallMadeByHandWithTheOpensslToolIsAccepted) {
  const std::string key = testing::MakeRsaKeyFile();
  std::string modulus;
  const std::string hex = testing::ModulusHex(key);
  for (std::size_t i = 0; i < hex.size(); i += 2)
    modulus += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  const std::string n = EncodeBase64Url(modulus);
  testing::WriteFile(testing::TempPath("message"),
                     "msiv2-emulated-attestation\nclient\n" + n + "\nAQAB\n0123456789abcdef");
  const auto tool = testing::RunTool(
      "openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sign '" + key +
      "' -out '" + testing::TempPath("proof") + "' '" + testing::TempPath("message") + "'");
  ASSERT_EQ(tool.status, 0) << tool.out;
  const json call = {{"clientId", "client"},
                     {"jwk", {{"kty", "RSA"}, {"n", n}, {"e", "AQAB"}}},
                     {"nonce", "0123456789abcdef"},
                     {"proof", EncodeBase64Url(testing::ReadFile(testing::TempPath("proof")))}};
  EXPECT_THAT(Post(call.dump()), HasSubstr("\"token\""));
}

TEST_F(Attestation, EachTokenFaultIsWhatItsNameSays) {
  const JwtSigner& signer = testing::TestWorld::Signer();
  const auto with = [this](const std::string& name) {
    world_.faults.Clear();
    EXPECT_TRUE(world_.faults.Add("attestation.attest answer=" + name));
    const auto token = Attest();
    return token ? std::string(token->Reveal()) : "error";
  };
  EXPECT_EQ(with("empty-token"), "");
  EXPECT_EQ(with("blank-token"), "   ");
  EXPECT_FALSE(signer.Verify(with("malformed-token")));
  EXPECT_EQ(with("opaque-token"), "opaque");
  EXPECT_EQ(with("no-token"), "error");
  world_.faults.Clear();
  EXPECT_TRUE(world_.faults.Add("*.* answer=windows"));
  EXPECT_FALSE(Attest()) << "a fault of another operation";
  EXPECT_FALSE(signer.Verify(with("foreign-token")));
  const auto now = system_clock::to_time_t(system_clock::now());
  EXPECT_LT(signer.Verify(with("expired-token"))->at("exp").get<std::int64_t>(), now);
  EXPECT_LT(signer.Verify(with("stale-token"))->at("exp").get<std::int64_t>(), now + 300);
  EXPECT_FALSE(signer.Verify(with("no-exp-token"))->contains("exp"));
  const auto good = signer.Verify(with("stale-token"))->at("x-ms-runtime");
  EXPECT_NE(signer.Verify(with("wrong-key-token"))->at("x-ms-runtime"), good);
}

}  // namespace
}  // namespace msiv2::emulator
