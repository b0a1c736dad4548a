#include "base/make_key.h"

#include <gtest/gtest.h>

namespace msiv2 {
namespace {

// A15.
TEST(MakeKeyTest, FieldsCannotRunIntoEachOther) {
  EXPECT_NE(MakeKey({"ab", "c"}), MakeKey({"a", "bc"}));
  EXPECT_NE(MakeKey({"a", ""}), MakeKey({"", "a"}));
  EXPECT_NE(MakeKey({"a"}), MakeKey({"a", ""}));
  EXPECT_NE(MakeKey({"1:a"}), MakeKey({"1", "a"}));
  EXPECT_NE(MakeKey({MakeKey({"a,b"})}), MakeKey({MakeKey({"a"}) + MakeKey({"b"})}));
  EXPECT_NE(MakeKey({MakeKey({"a"}), MakeKey({"b"})}), MakeKey({MakeKey({"a"}) + MakeKey({"b"})}));
  EXPECT_EQ(MakeKey({"a", "b"}), MakeKey({"a", "b"}));
}

}  // namespace
}  // namespace msiv2
