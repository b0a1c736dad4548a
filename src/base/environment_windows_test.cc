#include <gtest/gtest.h>
#include <windows.h>

#include "base/environment.h"

namespace msiv2 {
namespace {

TEST(ProcessEnvironmentTest, ValuesAreUtf8WhateverTheCodePage) {
  SetEnvironmentVariableW(L"MSIV2_TEST_VALUE", L"C:\\M\u00fcller\\\u6771");
  EXPECT_EQ(ProcessEnvironment()("MSIV2_TEST_VALUE"), "C:\\M\xc3\xbcller\\\xe6\x9d\xb1");
  SetEnvironmentVariableW(L"MSIV2_TEST_VALUE", L"");
  EXPECT_EQ(ProcessEnvironment()("MSIV2_TEST_VALUE"), "");
  SetEnvironmentVariableW(L"MSIV2_TEST_VALUE", nullptr);
  EXPECT_EQ(ProcessEnvironment()("MSIV2_TEST_VALUE"), std::nullopt);
}

}  // namespace
}  // namespace msiv2
