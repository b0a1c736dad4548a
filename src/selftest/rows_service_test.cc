#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "msiv2/binding.h"
#include "selftest/machine_test_support.h"

namespace msiv2::selftest {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kEndpoint[] = "https://weu.attest.azure.net";

/// OneJwtAttestor answers every request with the same result.
class OneJwtAttestor final : public Attestor {
 public:
  explicit OneJwtAttestor(Result<SecretString> answer) : answer_(std::move(answer)) {}
  Result<SecretString> Attest(const AttestationRequest& request, const CallContext&) override {
    asked = request;
    return answer_;
  }
  AttestationRequest asked;

 private:
  const Result<SecretString> answer_;
};

SecretString JwtFor(std::chrono::system_clock::duration life) {
  const auto end = std::chrono::system_clock::now() + life;
  const auto exp = std::chrono::duration_cast<std::chrono::seconds>(end.time_since_epoch()).count();
  return SecretString(Base64UrlEncode(AsBytes(R"({"alg":"RS256"})")) + "." +
                      Base64UrlEncode(AsBytes("{\"exp\":" + std::to_string(exp) + "}")) + ".c2ln");
}

/// ServiceRowsTest is a machine with a library, for which --imds was given.
class ServiceRowsTest : public ::testing::Test {
 protected:
  ServiceRowsTest() {
    machine_.parts->with_imds = true;
    Attesting(JwtFor(std::chrono::hours(1)));
    machine_.parts->attestation_site = [](const CallContext&) {
      return Result<AttestationSite>(AttestationSite{kEndpoint, "client"});
    };
    machine_.parts->acquire = [this](const CallContext&) {
      return Result<TokenResult>(TokenResult{std::make_shared<AccessToken>(token_), /*from_cache=*/false});
    };
    token_.secret = SecretString("eyJsecret");
    token_.type = TokenType::kMtlsPop;
    token_.resource = "https://management.azure.com";
    BindingCertificate::Fields fields;
    fields.key = machine_.keyguard;
    token_.binding = std::make_shared<const BindingCertificate>(std::move(fields));
    token_.attested = token_.binding_verified = true;
    token_.key_strength = KeyStrength::kKeyGuard;
  }
  void Attesting(Result<SecretString> answer) {
    attestor_ = std::make_shared<OneJwtAttestor>(std::move(answer));
    machine_.parts->attestor = attestor_;
  }
  void ExpectNothingSecret(const RowAnswer& answer) { EXPECT_THAT(answer.text, Not(HasSubstr("eyJ"))); }

  Machine machine_;
  std::shared_ptr<OneJwtAttestor> attestor_;
  AccessToken token_;
};

TEST_F(ServiceRowsTest, TheLibraryPassesFailsAndIsSkipped) {
  EXPECT_EQ(AttestationLibraryRow(machine_.Input()).outcome, SelfTestOutcome::kSkipped);
  machine_.parts->load_library = [](const CallContext&) { return Result<bool>(true); };
  EXPECT_EQ(AttestationLibraryRow(machine_.Input()).outcome, SelfTestOutcome::kPass);
  machine_.parts->load_library = [](const CallContext&) {
    return Result<bool>(Error(ErrorCode::kAttestationLibraryUntrusted, "not signed"));
  };
  const RowAnswer answer = AttestationLibraryRow(machine_.Input());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kFail);
  EXPECT_THAT(answer.text, HasSubstr("not signed"));
}

TEST_F(ServiceRowsTest, NoServiceIsAskedWithoutTheWishAKeyOrALibrary) {
  for (const RowFunction row : {&AttestationRow, &TokenRow}) {
    EXPECT_THAT(row(machine_.Input()).text, HasSubstr("no KeyGuard key"));
    machine_.parts->attestor = nullptr;
    EXPECT_THAT(row(machine_.WithKeys()).text, HasSubstr("MSIV2_ATTESTATION_LIBRARY"));
    machine_.parts->with_imds = false;
    const RowAnswer answer = row(machine_.WithKeys());
    EXPECT_THAT(answer.text, HasSubstr("--imds"));
    EXPECT_EQ(answer.outcome, SelfTestOutcome::kSkipped);
    machine_.parts->with_imds = true;
    machine_.parts->attestor = attestor_;
  }
}

TEST_F(ServiceRowsTest, AFreshJwtForTheKeyPassesUnseen) {
  const RowAnswer answer = AttestationRow(machine_.WithKeys());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kPass) << answer.text;
  EXPECT_EQ(attestor_->asked.endpoint, kEndpoint);
  EXPECT_EQ(attestor_->asked.client_id, "client");
  EXPECT_EQ(attestor_->asked.key, machine_.keyguard);
  ExpectNothingSecret(answer);
}

TEST_F(ServiceRowsTest, AttestationFailsWithItsCauseAndCure) {
  Attesting(JwtFor(std::chrono::minutes(1)));
  EXPECT_THAT(AttestationRow(machine_.WithKeys()).text, HasSubstr("TokenStale"));
  Attesting(SecretString("eyJno.jwt"));
  const RowAnswer malformed = AttestationRow(machine_.WithKeys());
  EXPECT_EQ(malformed.outcome, SelfTestOutcome::kFail);
  ExpectNothingSecret(malformed);
  machine_.parts->attestation_site = [](const CallContext&) {
    return Result<AttestationSite>(Error(ErrorCode::kImdsUnreachable, "nothing there"));
  };
  EXPECT_THAT(AttestationRow(machine_.WithKeys()).text, HasSubstr("imds_unreachable"));
}

TEST_F(ServiceRowsTest, ABoundTokenPassesUnseen) {
  RowAnswer answer = TokenRow(machine_.WithKeys());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kPass) << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("https://management.azure.com"));
  ExpectNothingSecret(answer);
  token_.binding_verified = false;
  answer = TokenRow(machine_.WithKeys());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kPass);
  EXPECT_THAT(answer.text, HasSubstr("opaque"));
}

TEST_F(ServiceRowsTest, ATokenThatIsLessFails) {
  const AccessToken good = token_;
  token_.attested = false;
  EXPECT_EQ(TokenRow(machine_.WithKeys()).text, "the key was not attested");
  token_ = good;
  token_.key_origin = KeyOrigin::kEmulated;
  EXPECT_THAT(TokenRow(machine_.WithKeys()).text, HasSubstr("keyguard (emulated)"));
  token_ = good;
  token_.type = TokenType::kBearer;
  EXPECT_THAT(TokenRow(machine_.WithKeys()).text, HasSubstr("Bearer"));
  token_ = good;
  token_.binding = nullptr;
  EXPECT_EQ(TokenRow(machine_.WithKeys()).outcome, SelfTestOutcome::kFail);
}

TEST_F(ServiceRowsTest, AnErrorIsToldWithStepCauseAndCure) {
  const Error error(ErrorCode::kTokenRequestFailed, "AADSTS700016");
  machine_.parts->acquire = [&](const CallContext&) { return Result<TokenResult>(error); };
  const RowAnswer answer = TokenRow(machine_.WithKeys());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kFail);
  EXPECT_THAT(answer.text, HasSubstr("AADSTS700016"));
  EXPECT_THAT(answer.text, HasSubstr(std::string(error.Cure())));
}

}  // namespace
}  // namespace msiv2::selftest
