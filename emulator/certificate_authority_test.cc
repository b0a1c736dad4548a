#include "emulator/certificate_authority.h"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "emulator/jwt_signer.h"

namespace msiv2::emulator {
namespace {

using std::chrono::hours;
using std::chrono::system_clock;
using Verdict = CertificateAuthority::Verdict;

constexpr char kClient[] = "99999999-8888-4777-8666-555555555555";
constexpr char kTenant[] = "11111111-2222-4333-8444-555555555555";

class CertificateAuthorityTest : public ::testing::Test {
 protected:
  CertificateHandle Issue() {
    return authority_.IssueClientCertificate(
        {key_.get(), kClient, kTenant, now_ - std::chrono::minutes(5), now_ + hours(168)});
  }

  CertificateAuthority authority_;
  KeyHandle key_{EVP_EC_gen("P-256")};
  system_clock::time_point now_ = system_clock::now();
};

TEST_F(CertificateAuthorityTest, AcceptsWhatItIssued) {
  EXPECT_EQ(authority_.Verify(Issue().get(), now_), Verdict::kOk);
}

TEST_F(CertificateAuthorityTest, TheSubjectIsTenantThenClient) {
  const auto certificate = Issue();
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  ASSERT_EQ(X509_NAME_entry_count(subject), 2);
  char* line = X509_NAME_oneline(subject, nullptr, 0);
  EXPECT_EQ(std::string(line), std::string("/DC=") + kTenant + "/CN=" + kClient);
  OPENSSL_free(line);
  EXPECT_EQ(X509_get_extended_key_usage(certificate.get()), static_cast<std::uint32_t>(XKU_SSL_CLIENT));
  EXPECT_EQ(X509_get_key_usage(certificate.get()), static_cast<std::uint32_t>(KU_DIGITAL_SIGNATURE));
}

TEST_F(CertificateAuthorityTest, RefusesBeforeAndAfterItsValidity) {
  const auto certificate = Issue();
  EXPECT_EQ(authority_.Verify(certificate.get(), now_ - hours(1)), Verdict::kExpired);
  EXPECT_EQ(authority_.Verify(certificate.get(), now_ + hours(169)), Verdict::kExpired);
}

TEST_F(CertificateAuthorityTest, RevocationMeetsEarlierCertificatesOnly) {
  const auto before = Issue();
  authority_.RevokeAll();
  const auto after = Issue();
  EXPECT_EQ(authority_.Verify(before.get(), now_), Verdict::kRevoked);
  EXPECT_EQ(authority_.Verify(after.get(), now_), Verdict::kOk);
}

TEST_F(CertificateAuthorityTest, RefusesAnotherAuthorityOfTheSameName) {
  EXPECT_EQ(CertificateAuthority().Verify(Issue().get(), now_), Verdict::kUnknownIssuer);
}

TEST_F(CertificateAuthorityTest, RefusesItsOwnServerCertificateAsAClient) {
  const auto server = authority_.IssueServerCertificate();
  EXPECT_EQ(authority_.Verify(server.certificate.get(), now_), Verdict::kUnknownIssuer);
}

TEST_F(CertificateAuthorityTest, ServerCertificatesNameTheLoopbackHosts) {
  const auto server = authority_.IssueServerCertificate();
  X509* certificate = server.certificate.get();
  EXPECT_EQ(X509_check_ip_asc(certificate, "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate, "::1", 0), 1);
  EXPECT_EQ(X509_check_host(certificate, "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(certificate, "example.org", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_private_key(certificate, server.key.get()), 1);
}

}  // namespace
}  // namespace msiv2::emulator
