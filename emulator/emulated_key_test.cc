#include "emulator/emulated_key.h"

#include <gtest/gtest.h>
#include <openssl/sha.h>

#include "emulator/base64.h"
#include "emulator/emulator.h"
#include "emulator/testing/tools.h"

namespace msiv2::emulator {
namespace {

std::string HexOf(const std::vector<std::uint8_t>& bytes) {
  std::string hex;
  for (const std::uint8_t byte : bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

/// PublicPem writes the public half with the openssl tool, from its numbers, and returns the file's path.
std::string PublicPem(const RsaPublicKey& key) {
  testing::WriteFile(testing::TempPath("spki.cnf"),
                     "asn1 = SEQUENCE:spki\n[spki]\na = SEQUENCE:rsa\nb = BITWRAP,SEQUENCE:numbers\n"
                     "[rsa]\na = OID:1.2.840.113549.1.1.1\nb = NULL\n[numbers]\na = INTEGER:0x" +
                         HexOf(key.modulus) + "\nb = INTEGER:0x" + HexOf(key.exponent) + "\n");
  const std::string der = testing::TempPath("spki.der");
  const std::string pem = testing::TempPath("spki.pem");
  testing::RunTool("openssl asn1parse -genconf '" + testing::TempPath("spki.cnf") + "' -noout -out '" + der +
                   "'");
  testing::RunTool("openssl pkey -pubin -inform DER -in '" + der + "' -out '" + pem + "'");
  return pem;
}

TEST(EmulatedKey, SaysThatItIsEmulated) {
  const auto provider = MakeEmulatedKeyGuardProvider();
  EXPECT_EQ(provider->ProviderName(), "emulated-keyguard");
  EXPECT_EQ(provider->BestStrength(), KeyStrength::kKeyGuard);
  const auto key = provider->GetOrCreateKey().value();
  EXPECT_EQ(key->Strength(), KeyStrength::kKeyGuard);
  EXPECT_EQ(key->Origin(), KeyOrigin::kEmulated);
  EXPECT_EQ(key->NativeHandle(), 0u);
}

TEST(EmulatedKey, AProviderKeepsItsKey) {
  const auto provider = MakeEmulatedKeyGuardProvider();
  const auto key = provider->GetOrCreateKey().value();
  EXPECT_EQ(provider->GetOrCreateKey().value(), key);
  EXPECT_NE(MakeEmulatedKeyGuardProvider()->GetOrCreateKey().value()->PublicKey(), key->PublicKey());
}

TEST(EmulatedKey, TheOpensslToolVerifiesItsSignatures) {
  const auto key = MakeEmulatedKey().value();
  ASSERT_EQ(key->PublicKey().modulus.size(), 256u);
  const std::string pem = PublicPem(key->PublicKey());
  const std::string text = "signed by the emulated key";
  testing::WriteFile(testing::TempPath("text"), text);
  std::vector<std::uint8_t> digest(SHA256_DIGEST_LENGTH);
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());

  struct Case {
    SignaturePadding padding;
    const char* options;
  };
  for (const Case& c :
       {Case{SignaturePadding::kPss, "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32"},
        Case{SignaturePadding::kPkcs1, ""}}) {
    const auto signature = key->SignDigest(c.padding, DigestAlgorithm::kSha256, digest).value();
    testing::WriteFile(testing::TempPath("sig"), std::string(signature.begin(), signature.end()));
    const auto tool = testing::RunTool(std::string("openssl dgst -sha256 ") + c.options + " -verify '" + pem +
                                       "' -signature '" + testing::TempPath("sig") + "' '" +
                                       testing::TempPath("text") + "'");
    EXPECT_EQ(tool.status, 0) << tool.out;
  }
}

TEST(EmulatedKey, RefusesADigestOfAnotherLength) {
  const auto key = MakeEmulatedKey().value();
  const std::vector<std::uint8_t> digest(32);
  for (const auto algorithm : {DigestAlgorithm::kSha384, DigestAlgorithm::kSha512}) {
    const auto refused = key->SignDigest(SignaturePadding::kPss, algorithm, digest);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kKeySignFailed);
  }
}

}  // namespace
}  // namespace msiv2::emulator
