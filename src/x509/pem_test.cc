#include "x509/pem.h"

#include <gtest/gtest.h>

#include "msiv2/binding.h"
#include "x509/x509_test_support.h"

namespace msiv2::x509 {
namespace {

TEST(Pem, BreaksLinesAfter64Characters) {
  EXPECT_EQ(CertificatePem(Bytes(48, 0)),
            "-----BEGIN CERTIFICATE-----\n" + std::string(64, 'A') + "\n-----END CERTIFICATE-----\n");
  EXPECT_EQ(CertificatePem(Bytes(51, 0)),
            "-----BEGIN CERTIFICATE-----\n" + std::string(64, 'A') + "\nAAAA\n-----END CERTIFICATE-----\n");
}

TEST(Pem, NamesARequest) {
  EXPECT_EQ(CsrPem(Bytes{1}),
            "-----BEGIN CERTIFICATE REQUEST-----\nAQ==\n-----END CERTIFICATE REQUEST-----\n");
}

TEST(BindingCertificate, GivesItsLeafAsPem) {
  BindingCertificate::Fields fields;
  fields.leaf_der = MakeCertificate({});
  fields.key = GoldenKey();
  EXPECT_EQ(BindingCertificate(fields).leaf_pem(), CertificatePem(fields.leaf_der));
}

}  // namespace
}  // namespace msiv2::x509
