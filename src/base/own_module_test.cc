#include "base/own_module.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

TEST(OwnModule, AProgramDestroysItsStaticObjectsWhileItsThreadsLive) {
  StayLoaded();
  EXPECT_TRUE(ThreadsLiveAtExit());
}

}  // namespace
}  // namespace msiv2
