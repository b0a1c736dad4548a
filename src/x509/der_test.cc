#include "x509/der.h"

#include <gtest/gtest.h>

namespace msiv2::x509 {
namespace {

TEST(Der, WritesTheShortestLength) {
  EXPECT_EQ(Der(DerTag::kSequence, {}), (Bytes{0x30, 0x00}));
  EXPECT_EQ(Der(DerTag::kUtf8String, {AsBytes("a"), AsBytes("b")}), (Bytes{0x0c, 0x02, 'a', 'b'}));
  const auto header = [](std::size_t content, std::size_t size) {
    const Bytes element = Der(DerTag::kSequence, {Bytes(content)});
    EXPECT_EQ(element.size(), content + size);
    return Bytes(element.begin(), element.begin() + static_cast<std::ptrdiff_t>(size));
  };
  EXPECT_EQ(header(0x7f, 2), (Bytes{0x30, 0x7f}));
  EXPECT_EQ(header(0x80, 3), (Bytes{0x30, 0x81, 0x80}));
  EXPECT_EQ(header(0xff, 3), (Bytes{0x30, 0x81, 0xff}));
  EXPECT_EQ(header(0x100, 4), (Bytes{0x30, 0x82, 0x01, 0x00}));
  EXPECT_EQ(header(0x10000, 5), (Bytes{0x30, 0x83, 0x01, 0x00, 0x00}));
}

TEST(DerUnsigned, WritesNumbersThatAreNotNegative) {
  EXPECT_EQ(DerUnsigned({}), (Bytes{0x02, 0x01, 0x00}));
  EXPECT_EQ(DerUnsigned(Bytes{0, 0}), (Bytes{0x02, 0x01, 0x00}));
  EXPECT_EQ(DerUnsigned(Bytes{0x7f}), (Bytes{0x02, 0x01, 0x7f}));
  EXPECT_EQ(DerUnsigned(Bytes{0x80}), (Bytes{0x02, 0x02, 0x00, 0x80}));
  EXPECT_EQ(DerUnsigned(Bytes{0, 0, 1, 0, 1}), (Bytes{0x02, 0x03, 1, 0, 1}));
}

TEST(DerWholeBytes, HasNoUnusedBits) {
  EXPECT_EQ(DerWholeBytes(Bytes{0xab}), (Bytes{0x03, 0x02, 0x00, 0xab}));
  EXPECT_EQ(DerWholeBytes({}), (Bytes{0x03, 0x01, 0x00}));
}

}  // namespace
}  // namespace msiv2::x509
