#include "attestation/native_library/native_code.h"

#include <gtest/gtest.h>

#include <climits>
#include <set>

namespace msiv2::attestation {
namespace {

TEST(NativeCodeTest, EachOfThe36HasItsOwnNameAndText) {
  std::set<std::string_view> names;
  std::set<std::string_view> texts;
  int expected = 0;
  for (const NativeCode& row : NativeCodes()) {
    EXPECT_EQ(row.code, expected--);
    EXPECT_TRUE(row.code == 0 || row.name.starts_with("ERROR")) << row.name;
    EXPECT_FALSE(row.text.empty());
    names.insert(row.name);
    texts.insert(row.text);
  }
  EXPECT_EQ(names.size(), 36U);
  EXPECT_EQ(texts.size(), 36U);
}

TEST(NativeCodeTest, TheCommonOnesHaveACure) {
  for (const int code : {-1, -3, -4, -5, -6, -7, -8, -12, -14, -18, -32, -34, -35}) {
    ASSERT_NE(FindNativeCode(code), nullptr) << code;
    EXPECT_FALSE(FindNativeCode(code)->cure.empty()) << code;
  }
}

TEST(NativeCodeTest, ARefusedMachineIsNotToldToTryAgain) {
  EXPECT_FALSE(FindNativeCode(-6)->retryable);
  EXPECT_FALSE(FindNativeCode(kInvalidInput)->retryable);
  EXPECT_TRUE(FindNativeCode(-5)->retryable);
}

TEST(NativeCodeTest, ACodeThatIsNotKnownIsExplainedToo) {
  for (const int code : {1, -36, INT_MAX, INT_MIN}) {
    EXPECT_EQ(FindNativeCode(code), nullptr);
    EXPECT_NE(ExplainNativeCode(code).find("not known"), std::string::npos);
  }
  EXPECT_EQ(ExplainNativeCode(-10), "ERRORFAILEDMEMORYALLOCATION: it got no memory");
}

}  // namespace
}  // namespace msiv2::attestation
