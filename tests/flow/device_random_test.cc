// The random numbers of this system, from which ids are made.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "builtin.h"

namespace msiv2 {
namespace {

// 256 bytes are the most that one call of the system gives.
TEST(DeviceRandom, FillsEveryByteOfEverySize) {
  const RandomSource random = DeviceRandom();
  for (const std::size_t size : {1U, 2U, 16U, 255U, 256U, 257U, 1000U}) {
    std::vector<bool> changed(size);
    for (int i = 0; i < 20; ++i) {
      std::vector<std::uint8_t> bytes(size);
      random(bytes);
      for (std::size_t at = 0; at < size; ++at) changed[at] = changed[at] || bytes[at] != 0;
    }
    EXPECT_EQ(std::count(changed.begin(), changed.end(), false), 0) << size;
  }
  random({});
}

TEST(DeviceRandom, DoesNotRepeatItself) {
  std::vector<std::uint8_t> first(16);
  std::vector<std::uint8_t> second(16);
  DeviceRandom()(first);
  DeviceRandom()(second);
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace msiv2
