#include "v1/smbios.h"

#include <gtest/gtest.h>

#include <vector>

namespace msiv2::v1 {
namespace {

using Strings = std::vector<std::string>;

constexpr char kAzure[] = "7783-7084-3265-9085-8269-3286-77";

// A structure with `size` bytes of fields; byte `at` of them is `value`.
std::string Structure(unsigned type, std::size_t size, const Strings& strings, std::size_t at = 0,
                      unsigned value = 0) {
  std::string fields(size, '\0');
  fields[0] = static_cast<char>(type);
  fields[1] = static_cast<char>(size);
  if (at != 0) fields[at] = static_cast<char>(value);
  for (const std::string& text : strings) fields += text + '\0';
  return fields + (strings.empty() ? std::string(2, '\0') : std::string(1, '\0'));
}

std::string Table(const std::string& structures) {
  std::string header = {0, 3, 1, 0};
  for (unsigned shift = 0; shift < 32; shift += 8) {
    header += static_cast<char>(structures.size() >> shift & 0xffU);
  }
  return header + structures;
}

std::string Chassis(unsigned tag, const Strings& strings) { return Structure(3, 22, strings, 8, tag); }

TEST(ChassisAssetTag, IsTheStringThatTheChassisNames) {
  const std::string bios = Structure(0, 24, {"vendor", "version"});
  const std::string system = Structure(1, 27, {});
  const std::string end = Structure(127, 4, {});
  const Strings strings = {"Microsoft Corporation", "7.0", "0000-1", kAzure};
  EXPECT_EQ(ChassisAssetTag(Table(bios + system + Chassis(4, strings) + end)), kAzure);
  EXPECT_EQ(ChassisAssetTag(Table(Chassis(1, strings) + end)), "Microsoft Corporation");
  EXPECT_EQ(ChassisAssetTag(Table(Chassis(4, strings) + Chassis(1, {"another"}))), kAzure) << "the first";
}

TEST(ChassisAssetTag, AChassisWithoutATagHasAnEmptyOne) {
  EXPECT_EQ(ChassisAssetTag(Table(Chassis(0, {"maker"}))), "");
  EXPECT_EQ(ChassisAssetTag(Table(Chassis(2, {"maker"}))), "") << "a string that is not there";
  EXPECT_EQ(ChassisAssetTag(Table(Chassis(255, {}))), "");
}

TEST(ChassisAssetTag, ATableWithoutAChassisHasNone) {
  EXPECT_EQ(ChassisAssetTag(""), std::nullopt);
  EXPECT_EQ(ChassisAssetTag("1234567"), std::nullopt);
  EXPECT_EQ(ChassisAssetTag(Table("")), std::nullopt);
  EXPECT_EQ(ChassisAssetTag(Table(Structure(0, 24, {"vendor"}))), std::nullopt);
  EXPECT_EQ(ChassisAssetTag(Table(Structure(127, 4, {}) + Chassis(1, {kAzure}))), std::nullopt)
      << "behind the end";
  EXPECT_EQ(ChassisAssetTag(Table(Structure(3, 8, {kAzure}))), std::nullopt) << "too old to have a tag";
}

// Read under AddressSanitizer, which sees a read behind the end.
TEST(ChassisAssetTag, NoDamagedTableIsReadBeyondItsEnd) {
  const std::string whole = Table(Structure(0, 24, {"vendor"}) + Chassis(1, {kAzure}));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);
    EXPECT_NE(ChassisAssetTag(cut), kAzure) << size;
  }
  for (std::size_t at = 4; at < whole.size(); ++at) {
    for (const char value : {'\0', '\x01', '\x7f', '\xff'}) {
      std::string changed = whole;
      changed[at] = value;
      static_cast<void>(ChassisAssetTag(changed));
    }
  }
}

}  // namespace
}  // namespace msiv2::v1
