#include "base/guid.h"

#include <gtest/gtest.h>

#include "base/uuid.h"

namespace msiv2 {
namespace {

TEST(Guid, IsFiveGroupsOfHexDigits) {
  EXPECT_TRUE(IsGuid("00000003-0000-0000-c000-000000000000"));
  EXPECT_TRUE(IsGuid("6F1D0A3C-1111-4222-8333-0123456789AB"));
  for (const char* text :
       {"", "00000003-0000-0000-c000-00000000000", "00000003-0000-0000-c000-0000000000000",
        "{0000003-0000-0000-c000-00000000000}", "00000003x0000-0000-c000-000000000000",
        "0000000-30000-0000-c000-000000000000", "00000003-0000-0000-c000-00000000000g",
        "000000030000-0000-c000-000000000000-", "urn:uuid:00000003-0000-0000-c000-000000000000",
        "00000003-0000-0000-c000-00000000000 ", "------------------------------------"}) {
    EXPECT_FALSE(IsGuid(text)) << text;
  }
}

TEST(Uuid, HasVersionFourAndTheVariantBits) {
  const auto fill = [](std::uint8_t value) {
    return [value](std::span<std::uint8_t> bytes) {
      for (auto& byte : bytes) byte = value;
    };
  };
  EXPECT_EQ(MakeUuid(fill(0x00)), "00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(MakeUuid(fill(0xff)), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  EXPECT_TRUE(IsGuid(MakeUuid(fill(0x5a))));
}

}  // namespace
}  // namespace msiv2
