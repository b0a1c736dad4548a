#include "keys/cng/rsa_public_blob.h"

#include <gtest/gtest.h>

#include "keys/cng/testing/fake_rsa.h"

namespace msiv2::cng {
namespace {

Bytes Word(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8),
          static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 24)};
}

/// Blob writes a header and whatever follows, consistent or not.
Bytes Blob(std::uint32_t magic, std::uint32_t bits, std::uint32_t exponent, std::uint32_t modulus,
           const Bytes& numbers) {
  Bytes blob;
  for (const std::uint32_t word : {magic, bits, exponent, modulus, 0U, 0U}) {
    const Bytes bytes = Word(word);
    blob.insert(blob.end(), bytes.begin(), bytes.end());
  }
  blob.insert(blob.end(), numbers.begin(), numbers.end());
  return blob;
}

constexpr std::uint32_t kMagic = 0x31415352;

TEST(RsaPublicBlobTest, ReadsWhatAKeystoreWrites) {
  const RsaPublicKey key = fake::PublicHalf(fake::PooledRsa(1024, 0));
  const auto parsed = ParseRsaPublicBlob(fake::PublicBlob(key));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, key);
}

TEST(RsaPublicBlobTest, TheBytesAreThoseOfBcryptH) {
  const Bytes blob = {'R', 'S', 'A', '1', 12, 0, 0, 0, 1, 0,    0,   0, 2, 0, 0, 0,  // lengths
                      0,   0,   0,   0,   0,  0, 0, 0, 3, 0x0C, 0xA1};
  const auto parsed = ParseRsaPublicBlob(blob);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->exponent, Bytes{3});
  EXPECT_EQ(parsed->modulus, (Bytes{0x0C, 0xA1}));
}

TEST(RsaPublicBlobTest, DropsLeadingZeros) {
  const auto parsed = ParseRsaPublicBlob(Blob(kMagic, 12, 3, 4, {0, 0, 3, 0, 0, 0x0C, 0xA1}));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->exponent, Bytes{3});
  EXPECT_EQ(parsed->modulus, (Bytes{0x0C, 0xA1}));
}

TEST(RsaPublicBlobTest, RefusesEveryCutAndEveryByteTooMany) {
  const Bytes whole = fake::PublicBlob(fake::PublicHalf(fake::PooledRsa(1024, 0)));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseRsaPublicBlob(ByteView(whole).first(size))) << size;
  }
  Bytes longer = whole;
  longer.push_back(1);
  EXPECT_FALSE(ParseRsaPublicBlob(longer));
}

TEST(RsaPublicBlobTest, RefusesHostileHeaders) {
  const Bytes numbers = {3, 0x0C, 0xA1};
  EXPECT_TRUE(ParseRsaPublicBlob(Blob(kMagic, 12, 1, 2, numbers))) << "the sound one";
  EXPECT_FALSE(ParseRsaPublicBlob(Blob(0x32415352, 12, 1, 2, numbers))) << "a private key's magic";
  EXPECT_FALSE(ParseRsaPublicBlob(Blob(kMagic, 16, 1, 2, numbers))) << "another bit length";
  EXPECT_FALSE(ParseRsaPublicBlob(Blob(kMagic, 12, 2, 2, numbers)));
  EXPECT_FALSE(ParseRsaPublicBlob(Blob(kMagic, 12, 0xFFFFFFFF, 4, numbers))) << "lengths that wrap to 3";
  EXPECT_FALSE(ParseRsaPublicBlob(Blob(kMagic, 12, 4, 0xFFFFFFFF, numbers)));
  EXPECT_FALSE(ParseRsaPublicBlob(Blob(kMagic, 12, 0, 3, numbers))) << "no exponent";
  EXPECT_FALSE(ParseRsaPublicBlob(Blob(kMagic, 2, 3, 0, numbers))) << "no modulus";
  EXPECT_FALSE(ParseRsaPublicBlob(Blob(kMagic, 0, 0, 0, {})));
  EXPECT_FALSE(ParseRsaPublicBlob(Blob(kMagic, 12, 1, 2, {2, 0x0C, 0xA1}))) << "an even exponent";
  EXPECT_FALSE(ParseRsaPublicBlob(Blob(kMagic, 12, 1, 2, {3, 0x0C, 0xA0}))) << "an even modulus";
  EXPECT_FALSE(ParseRsaPublicBlob(Blob(kMagic, 0, 1, 2, {3, 0, 0}))) << "a modulus of zeros";
}

TEST(RsaPublicBlobTest, RefusesMoreThanAnyKeystoreMakes) {
  Bytes numbers(4097, 0xFF);
  EXPECT_FALSE(ParseRsaPublicBlob(Blob(kMagic, 8 * 4096, 1, 4096, numbers)));
}

// Each byte of a blob is changed in turn. The blob is rejected, or parsed as another key with valid numbers.
TEST(RsaPublicBlobTest, ATurnedByteNeverGivesTheSameKey) {
  const RsaPublicKey key = fake::PublicHalf(fake::PooledRsa(1024, 0));
  const Bytes whole = fake::PublicBlob(key);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (i >= 16 && i < 24) continue;  // the lengths of the primes, which a public blob does not have
    Bytes turned = whole;
    turned[i] ^= 0x81;
    const auto parsed = ParseRsaPublicBlob(turned);
    EXPECT_FALSE(parsed && *parsed == key) << i;
  }
}

}  // namespace
}  // namespace msiv2::cng
