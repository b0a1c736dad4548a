#include "emulator/csr_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/testing/tools.h"

namespace msiv2::emulator {
namespace {

using testing::CsrRecipe;
using ::testing::HasSubstr;

constexpr char kVm[] = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
constexpr char kScaleSet[] = "77777777-6666-4555-8444-333333333333";

CsrExpectation Expected(std::string vmss = {}) {
  return {"11111111-2222-4333-8444-555555555555", "99999999-8888-4777-8666-555555555555", kVm,
          std::move(vmss)};
}

class CsrCheck : public ::testing::Test {
 protected:
  void SetUp() override { recipe.key_file = testing::MakeRsaKeyFile(); }
  std::string Refusal(const CsrExpectation& expected = Expected()) const {
    return CheckCsr(recipe.Der(), expected).refusal;
  }

  CsrRecipe recipe;
};

TEST_F(CsrCheck, AcceptsTheRequestOfTheSpecification) {
  const CsrVerdict verdict = CheckCsr(recipe.Der(), Expected());
  EXPECT_EQ(verdict.refusal, "");
  ASSERT_TRUE(verdict.key);
  EXPECT_EQ(EVP_PKEY_get_bits(verdict.key.get()), 2048);
}

TEST_F(CsrCheck, AcceptsAScaleSetsHost) {
  recipe.cuid = std::string(R"({"vmId":")") + kVm + R"(","vmssId":")" + kScaleSet + "\"}";
  EXPECT_EQ(Refusal(Expected(kScaleSet)), "");
}

TEST_F(CsrCheck, TheOpensslToolAgreesThatTheRecipeIsARequest) {
  testing::WriteFile(testing::TempPath("csr.der"), recipe.Der());
  const auto tool =
      testing::RunTool("openssl req -inform DER -in '" + testing::TempPath("csr.der") + "' -verify -noout");
  EXPECT_EQ(tool.status, 0) << tool.out;
}

TEST_F(CsrCheck, RefusesWhatTheOpensslToolWritesByItself) {
  const std::string path = testing::TempPath("own.der");
  const auto tool = testing::RunTool(
      "openssl req -new -key '" + recipe.key_file + "' -outform DER -out '" + path +
      "' -subj '/DC=11111111-2222-4333-8444-555555555555/CN=99999999-8888-4777-8666-555555555555'");
  ASSERT_EQ(tool.status, 0) << tool.out;
  EXPECT_THAT(CheckCsr(testing::ReadFile(path), Expected()).refusal, HasSubstr("PrintableString"));
}

TEST_F(CsrCheck, RefusesAnotherVersion) {
  recipe.version = "INTEGER:1";
  EXPECT_EQ(Refusal(), "the version must be 0");
}

TEST_F(CsrCheck, RefusesClientBeforeTenant) {
  std::swap(recipe.first_rdn, recipe.second_rdn);
  EXPECT_EQ(Refusal(), "the first RDN must be DC, an IA5String, the tenant: another attribute");
}

TEST_F(CsrCheck, RefusesATenantInAnotherStringType) {
  for (const char* type : {"PRINTABLESTRING", "UTF8String"}) {
    recipe.tenant = std::string(type) + ":11111111-2222-4333-8444-555555555555";
    EXPECT_EQ(Refusal(), "the first RDN must be DC, an IA5String, the tenant: another string type") << type;
  }
}

TEST_F(CsrCheck, RefusesAClientInAnotherStringType) {
  for (const char* type : {"IA5STRING", "UTF8String"}) {
    recipe.client = std::string(type) + ":99999999-8888-4777-8666-555555555555";
    EXPECT_EQ(Refusal(), "the second RDN must be CN, a PrintableString, the client id: another string type")
        << type;
  }
}

TEST_F(CsrCheck, RefusesAnotherTenantOrClient) {
  CsrExpectation other = Expected();
  other.tenant_id = "22222222-2222-4333-8444-555555555555";
  EXPECT_EQ(Refusal(other), "the first RDN must be DC, an IA5String, the tenant: another value");
  other = Expected();
  other.client_id = "22222222-2222-4333-8444-555555555555";
  EXPECT_EQ(Refusal(other), "the second RDN must be CN, a PrintableString, the client id: another value");
}

TEST_F(CsrCheck, RefusesASubjectOfOneOrThreeParts) {
  recipe.third_rdn = "SET:cn";
  EXPECT_EQ(Refusal(), "the subject must have exactly two parts, DC and CN");
  recipe.third_rdn = recipe.second_rdn = "";
  EXPECT_EQ(Refusal(), "the subject must have exactly two parts, DC and CN");
}

TEST_F(CsrCheck, RefusesBothPartsInOneRdn) {
  recipe.dc_second_value = "SEQUENCE:cn_value";
  recipe.second_rdn = "";
  EXPECT_EQ(Refusal(), "DC and CN must be two RDNs, not one of two values");
}

TEST_F(CsrCheck, RefusesAKeyWithoutNullParameters) {
  recipe.key_parameters = "";
  EXPECT_EQ(Refusal(), "the key's algorithm must have NULL parameters");
}

TEST_F(CsrCheck, RefusesOtherKeySizes) {
  for (const int bits : {1024, 3072}) {
    recipe.key_file = testing::MakeRsaKeyFile(bits);
    EXPECT_EQ(Refusal(), "the key must have 2048 bits, has " + std::to_string(bits));
  }
}

TEST_F(CsrCheck, RefusesNoneOrTwoAttributes) {
  recipe.second_attribute = "SEQUENCE:other";
  EXPECT_EQ(Refusal(), "the CSR must have exactly one attribute, the cuId");
  recipe.attributes = false;
  EXPECT_EQ(Refusal(), "the CSR must have exactly one attribute, the cuId");
}

TEST_F(CsrCheck, RefusesAnotherAttribute) {
  recipe.cuid_oid = "1.3.6.1.4.1.311.90.2.11";
  EXPECT_EQ(Refusal(), "the attribute must be 1.3.6.1.4.1.311.90.2.10, is 1.3.6.1.4.1.311.90.2.11");
}

TEST_F(CsrCheck, RefusesTwoValuesInTheAttribute) {
  recipe.second_cuid = "{}";
  EXPECT_EQ(Refusal(), "the cuId attribute must have exactly one value");
}

TEST_F(CsrCheck, RefusesTheCuIdInAnotherStringType) {
  recipe.cuid_type = "IA5STRING";
  EXPECT_EQ(Refusal(), "the cuId attribute must be a UTF8String");
}

TEST_F(CsrCheck, RefusesTheCuIdInAnotherForm) {
  recipe.cuid = std::string(R"({"vmId": ")") + kVm + "\"}";
  EXPECT_EQ(Refusal(), "the cuId attribute is not compact JSON in the order vmId, vmssId");
  recipe.cuid = std::string(R"({"vmssId":")") + kScaleSet + R"(","vmId":")" + kVm + "\"}";
  EXPECT_EQ(Refusal(Expected(kScaleSet)), "the cuId attribute is not compact JSON in the order vmId, vmssId");
  recipe.cuid = std::string(R"({"vmId":")") + kVm + R"(","vmssId":""})";
  EXPECT_EQ(Refusal(), "the cuId attribute has an empty member, or one that is not a string");
  recipe.cuid = R"({"vmId":"00000000-bbbb-4ccc-8ddd-eeeeeeeeeeee"})";
  EXPECT_EQ(Refusal(), "the cuId attribute does not name this host");
  recipe.cuid = "{";
  EXPECT_EQ(Refusal(), "the cuId attribute is not a JSON object");
}

TEST_F(CsrCheck, RefusesPkcs1Signatures) {
  recipe.signature_oid = "1.2.840.113549.1.1.11";
  recipe.signature_parameters = "NULL";
  recipe.sign_options = "-sha256";
  EXPECT_EQ(Refusal(), "the signature must be RSASSA-PSS, is 1.2.840.113549.1.1.11");
}

TEST_F(CsrCheck, RefusesNullParametersOfTheHashes) {
  recipe.sha256_parameters = "NULL";
  EXPECT_EQ(Refusal(),
            "the RSASSA-PSS identifier must name SHA-256 and MGF1-SHA-256 without NULL parameters");
}

TEST_F(CsrCheck, RefusesAnExplicitTrailerField) {
  recipe.trailer = "1";
  EXPECT_EQ(Refusal(), "the RSASSA-PSS trailer field must be left out");
}

TEST_F(CsrCheck, RefusesAnotherSaltLength) {
  recipe.salt = "20";
  recipe.sign_options = "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20";
  EXPECT_EQ(Refusal(), "RSASSA-PSS must use a salt of 32 bytes, uses 20");
}

TEST_F(CsrCheck, RefusesASaltThatIsNotTheOneItNames) {
  recipe.sign_options = "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20";
  EXPECT_EQ(Refusal(), "the signature does not verify");
}

TEST_F(CsrCheck, RefusesAnotherHash) {
  recipe.hash = "sha384";
  recipe.sign_options = "-sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32";
  EXPECT_EQ(Refusal(), "RSASSA-PSS must use SHA-256");
}

TEST_F(CsrCheck, RefusesASignatureOverSomethingElse) {
  recipe.extra_info = "x";
  EXPECT_EQ(Refusal(), "the signature does not verify");
}

TEST_F(CsrCheck, RefusesBytesThatAreNotARequest) {
  EXPECT_EQ(CheckCsr("", Expected()).refusal, "the CSR is not a PKCS#10 request in DER");
  EXPECT_EQ(CheckCsr("hello", Expected()).refusal, "the CSR is not a PKCS#10 request in DER");
  const std::string der = recipe.Der();
  EXPECT_EQ(CheckCsr(der.substr(0, der.size() - 1), Expected()).refusal,
            "the CSR is not a PKCS#10 request in DER");
  EXPECT_EQ(CheckCsr(der + '\0', Expected()).refusal, "there are bytes behind the CSR");
}

}  // namespace
}  // namespace msiv2::emulator
