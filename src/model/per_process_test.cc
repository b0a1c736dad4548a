#include "model/per_process.h"

#include <gtest/gtest.h>

#include <mutex>

#include "tests/support/in_child.h"

namespace msiv2 {
namespace {

using testing::Unless;
using testing::WrongInChild;

// F6.
TEST(PerProcessTest, AChildHasItsOwnAndTheParentKeepsItsOwn) {
  PerProcess<int> number;
  number.Get() = 7;
  const auto wrong = WrongInChild([&] {
    std::string found = Unless(number.IfMade() == nullptr, "made before the child asked");
    found += Unless(number.Get() == 0, "not a new one");
    number.Get() = 8;
    return found + Unless(*number.IfMade() == 8, "not kept");
  });
  EXPECT_EQ(wrong, "");
  EXPECT_EQ(number.Get(), 7);
}

// F6.
TEST(PerProcessTest, WhatTheParentLockedDoesNotHoldUpAChild) {
  PerProcess<std::mutex> mutex;
  const std::lock_guard held(mutex.Get());
  const auto wrong = WrongInChild([&] {
    const std::lock_guard own(mutex.Get());
    return std::string();
  });
  EXPECT_EQ(wrong, "");
}

}  // namespace
}  // namespace msiv2
