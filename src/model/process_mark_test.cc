#include "model/process_mark.h"

#include <gtest/gtest.h>

#include "tests/support/in_child.h"

namespace msiv2 {
namespace {

using testing::Unless;
using testing::WrongInChild;

// F6.
TEST(ProcessMarkTest, AMarkIsOfTheParentInAChildOnly) {
  const ProcessMark mark;
  const auto wrong = WrongInChild([&] {
    const ProcessMark own;
    const ProcessMark copy = mark;
    return Unless(mark.IsOfParent(), "the parent's") + Unless(copy.IsOfParent(), "a copy of the parent's") +
           Unless(!own.IsOfParent(), "the child's own");
  });
  EXPECT_EQ(wrong, "");
  EXPECT_FALSE(mark.IsOfParent());
}

// F6. A grandchild may get the process id that its grandparent had.
TEST(ProcessMarkTest, AGrandchildIsNeitherItsParentNorItsGrandparent) {
  const ProcessMark mark;
  const auto wrong = WrongInChild([&] {
    const ProcessMark of_child;
    return WrongInChild([&] {
      return Unless(mark.IsOfParent(), "the grandparent's") + Unless(of_child.IsOfParent(), "the parent's") +
             Unless(!ProcessMark().IsOfParent(), "its own");
    });
  });
  EXPECT_EQ(wrong, "");
}

// F6.
TEST(ProcessMarkTest, TheErrorSaysWhatAndThatARetryCannotHelp) {
  const Error error = UsedAfterFork("the client");
  EXPECT_EQ(Name(error.code), "used_after_fork");
  EXPECT_EQ(error.message.find("the client was made by the parent process"), 0u) << error.message;
  EXPECT_FALSE(error.retryable);
  EXPECT_NE(error.Cure().find("in the child"), std::string_view::npos);
}

}  // namespace
}  // namespace msiv2
