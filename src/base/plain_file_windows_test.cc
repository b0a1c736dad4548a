#include <gtest/gtest.h>

#include "base/plain_file.h"

namespace msiv2 {
namespace {

// A13.
TEST(PlainFileTrap, ADeviceIsRefused) {
  EXPECT_EQ(ReadPlainFile("NUL", 10).cause, "it is not a regular file");
  EXPECT_EQ(ReadPlainFile("\\\\.\\NUL", 10).cause, "it is not a regular file");
}

}  // namespace
}  // namespace msiv2
