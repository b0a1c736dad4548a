#include "msiv2/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace msiv2 {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) return Error(ErrorCode::kInvalidRequest, "odd");
  return number / 2;
}

TEST(Result, HoldsAValueOrAnError) {
  const auto four = Half(8);
  ASSERT_TRUE(four);
  EXPECT_TRUE(four.has_value());
  EXPECT_EQ(*four, 4);
  EXPECT_EQ(four.value(), 4);
  EXPECT_EQ(four.value_or(1), 4);
  const auto odd = Half(7);
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().message, "odd");
  EXPECT_EQ(odd.value_or(1), 1);
}

TEST(Result, ThrowsTheTypedExceptionWhenAsked) {
  EXPECT_THROW(Half(7).value(), ClientException);
  const auto odd = Half(7);
  EXPECT_THROW(odd.value(), ClientException);
  EXPECT_THROW(Result<void>(Error(ErrorCode::kImdsUnreachable, "x")).value(), MsiV2Exception);
}

TEST(Result, HoldsWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  ASSERT_TRUE(result);
  EXPECT_EQ(**result, 5);
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 5);
}

TEST(Result, MayHaveValueAndErrorOfTheSameShape) {
  Result<std::string, const char*> text = std::string("value");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->size(), 5u);
}

TEST(Result, AVoidResultIsSuccessUnlessItHoldsAnError) {
  Result<void> done;
  EXPECT_TRUE(done);
  EXPECT_NO_THROW(done.value());
  Result<void> failed = Error(ErrorCode::kTimeout, "late");
  EXPECT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "late");
}

}  // namespace
}  // namespace msiv2
