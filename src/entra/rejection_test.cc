#include "entra/rejection.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace msiv2::entra {
namespace {

Error Refused(std::string error, std::vector<std::int64_t> codes) {
  Error refusal(ErrorCode::kTokenRequestFailed, "x");
  refusal.service_error = std::move(error);
  refusal.aadsts = std::move(codes);
  return refusal;
}

Error Alert(int alert, Step step = Step::kToken) {
  Error error(ErrorCode::kTlsFailed, step, "x");
  error.tls_alert = alert;
  return error;
}

struct Row {
  Error error;
  bool certificate;
  bool attestation;
};

// REM-3.
TEST(Rejection, IsReadFromEntrasCodes) {
  const Row rows[] = {
      {Refused("invalid_client", {1000610}), true, true},
      {Refused("invalid_client", {1000611}), true, true},
      {Refused("invalid_client", {1000612}), true, true},
      {Refused("invalid_client", {1000613}), true, true},
      {Refused("Invalid_Client", {1000614}), true, true},
      {Refused("invalid_client", {7000215, 1000612}), true, true},
      {Refused("invalid_client", {}), true, false},
      {Refused("invalid_client", {1000609}), false, false},
      {Refused("invalid_client", {1000615}), false, false},
      {Refused("invalid_client", {7000218}), false, false},
      {Refused("invalid_request", {1000901}), true, false},
      {Refused("invalid_client", {1000901}), true, false},
      {Refused("invalid_request", {1000612}), false, true},
      {Refused("invalid_request", {392200}), false, false},
      {Refused("invalid_request", {500181}), false, false},
      {Refused("invalid_request", {}), false, false},
      {Refused("", {}), false, false},
      {Error(ErrorCode::kTokenTypeMismatch, "x"), false, false},
      {Error(ErrorCode::kTimeout, Step::kToken, "x"), false, false},
      {Error(ErrorCode::kKeySignFailed, Step::kToken, "x"), false, false},
  };
  for (const Row& row : rows) {
    const std::string name = row.error.service_error + " " +
                             std::to_string(row.error.aadsts.empty() ? 0 : row.error.aadsts.front());
    EXPECT_EQ(RejectsCertificate(row.error), row.certificate) << name;
    EXPECT_EQ(RejectsAttestation(row.error), row.attestation) << name;
  }
}

TEST(Rejection, ACertificateFromTheStoreIsDisownedByInvalidClientAndByAnUntrustedIssuer) {
  EXPECT_TRUE(DisownsCertificate(Refused("invalid_client", {7000218})));
  EXPECT_TRUE(DisownsCertificate(Refused("invalid_request", {500181})));
  EXPECT_FALSE(DisownsCertificate(Refused("invalid_request", {392200})));
  EXPECT_FALSE(DisownsCertificate(Alert(46)));
  EXPECT_FALSE(DisownsCertificate(Error(ErrorCode::kTimeout, Step::kToken, "x")));
  Error elsewhere(ErrorCode::kCredentialRequestFailed, "x");
  elsewhere.service_error = "invalid_client";
  EXPECT_FALSE(DisownsCertificate(elsewhere));
}

// G-01.
TEST(Rejection, IsReadFromTheCertificateAlertsOfTheTokenLegOnly) {
  for (int alert = -1; alert < 256; ++alert) {
    const bool certificate = (alert >= 42 && alert <= 46) || alert == 48 || alert == 49 || alert == 116;
    EXPECT_EQ(RejectsCertificate(Alert(alert)), certificate) << alert;
    EXPECT_FALSE(RejectsAttestation(Alert(alert))) << alert;
    EXPECT_FALSE(RejectsCertificate(Alert(alert, Step::kResource))) << alert;
  }
}

TEST(Rejection, ADoubtIsReadFromEntrasCodesOfTheTokenLegOnly) {
  EXPECT_TRUE(DoubtsCertificate(Refused("Unauthorized_Client", {})));
  for (const std::int64_t code : {500181, 700027, 7000222, 392204}) {
    EXPECT_TRUE(DoubtsCertificate(Refused("invalid_request", {7000215, code}))) << code;
    EXPECT_FALSE(DoubtsCertificate(Refused("invalid_request", {code + 1}))) << code;
  }
  EXPECT_FALSE(DoubtsCertificate(Refused("invalid_request", {})));
  Error elsewhere(ErrorCode::kCredentialRequestFailed, "x");
  elsewhere.service_error = "unauthorized_client";
  EXPECT_FALSE(DoubtsCertificate(elsewhere));
}

TEST(Rejection, ABindingIsDoubtedIfNoConnectionCameAbout) {
  using Kind = HttpFailure::Kind;
  for (const auto& [kind, doubtful] : {std::pair{Kind::kConnect, true}, std::pair{Kind::kTls, true},
                                       std::pair{Kind::kReset, false}, std::pair{Kind::kTimeout, false}}) {
    HttpFailure failure;
    failure.kind = kind;
    EXPECT_EQ(DoubtsBinding(failure), doubtful) << static_cast<int>(kind);
  }
}

TEST(Rejection, ARejectionOfAnotherStepSaysNothingAboutTheCertificate) {
  Error error(ErrorCode::kCredentialRequestFailed, "x");
  error.service_error = "invalid_client";
  EXPECT_FALSE(RejectsCertificate(error));
  error.aadsts = {1000612};
  EXPECT_FALSE(RejectsAttestation(error));
}

TEST(Rejection, MayBeAResetAfterOurCertificateMessage) {
  HttpFailure failure;
  failure.kind = HttpFailure::Kind::kReset;
  EXPECT_FALSE(MayRejectCertificate(failure));
  failure.client_certificate_sent = true;
  EXPECT_TRUE(MayRejectCertificate(failure));
  failure.kind = HttpFailure::Kind::kTimeout;
  EXPECT_FALSE(MayRejectCertificate(failure));
}

}  // namespace
}  // namespace msiv2::entra
