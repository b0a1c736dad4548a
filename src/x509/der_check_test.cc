#include "x509/der_check.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "x509/der.h"

namespace msiv2::x509 {
namespace {

// Decodes hex digits; spaces only help the reader.
Bytes Hex(std::string_view digits) {
  Bytes bytes;
  std::string pair;
  for (const char digit : digits) {
    if (digit == ' ') continue;
    pair += digit;
    if (pair.size() < 2) continue;
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(pair, nullptr, 16)));
    pair.clear();
  }
  return bytes;
}

// A11.
TEST(IsDer, TakesTheOnlyFormOfEachElement) {
  for (const char* der : {"01 01 ff",
                          "01 01 00",
                          "02 01 00",
                          "02 01 7f",
                          "02 02 0080",
                          "02 01 ff",
                          "02 02 ff7f",
                          "03 01 00",
                          "03 02 0580",
                          "04 00",
                          "05 00",
                          "06 02 2a03",
                          "06 03 883703",
                          "0a 01 01",
                          "0c 01 61",
                          "30 00",
                          "30 03 020101",
                          "31 06 020101 020102",
                          "31 06 020101 020101",
                          "a0 03 020102",
                          "81 01 05",
                          "bf1f 00",
                          "9f8a7f 00"}) {
    EXPECT_TRUE(IsDer(Hex(der))) << der;
  }
  EXPECT_TRUE(IsDer(Der(DerTag::kSequence, {Der(DerTag::kUtf8String, {Bytes(300, 'x')})})));
}

// A11.
TEST(IsDer, RefusesOtherFormsOfTheSame) {
  for (const char* ber : {
           "",
           "01",
           "02 01",
           "30 05 020101",  // cut short
           "02 01 00 00",   // something follows
           "00 00",
           "30 02 0000",         // end of contents
           "30 80 020101 0000",  // an indefinite length
           "02 8101 05",
           "30 8103 020101",
           "04 820080",  // longer lengths than necessary
           "9f05 00",
           "9f801f 00",
           "bf8080801f 00",  // longer tags than necessary
           "01 01 01",
           "01 00",
           "01 02 ffff",  // BOOLEAN
           "02 00",
           "02 02 0001",
           "02 02 ffff",
           "0a 02 0001",  // INTEGER, ENUMERATED
           "03 00",
           "03 01 01",
           "03 02 0801",
           "03 02 01ff",  // BIT STRING
           "05 01 00",    // NULL
           "06 00",
           "06 02 2a80",
           "06 03 2a8001",  // OBJECT IDENTIFIER
           "24 04 04020000",
           "23 05 0303000000",
           "2c 03 0c0161",  // a string in pieces
           "10 00",
           "11 00",                // SEQUENCE and SET that are not constructed
           "31 06 020102 020101",  // a set out of order
           "30 05 0203000001",
           "a0 03 010101",  // inside a constructed element
       }) {
    EXPECT_FALSE(IsDer(Hex(ber))) << ber;
  }
}

TEST(IsDer, StopsInTheDepth) {
  Bytes nested = Der(DerTag::kSequence, {});
  for (int depth = 1; depth < 32; ++depth) nested = Der(DerTag::kSequence, {nested});
  EXPECT_TRUE(IsDer(nested));
  EXPECT_FALSE(IsDer(Der(DerTag::kSequence, {nested})));
  EXPECT_FALSE(IsDer(Bytes(1000000, 0x30)));
}

}  // namespace
}  // namespace msiv2::x509
