#include "model/wipe_bytes.h"

#include <gtest/gtest.h>

#include <string>

namespace msiv2 {
namespace {

TEST(WipeBytes, OverwritesExactlyWhatItIsGiven) {
  for (std::size_t begin = 0; begin < 10; ++begin) {
    for (std::size_t size = 0; size < 100; ++size) {
      std::string text(120, 'x');
      WipeBytes(text.data() + begin, size);
      EXPECT_EQ(text,
                std::string(begin, 'x') + std::string(size, '\0') + std::string(120 - begin - size, 'x'));
    }
  }
}

TEST(WipeBytes, TakesNoMemoryAtAll) { WipeBytes(nullptr, 0); }

}  // namespace
}  // namespace msiv2
