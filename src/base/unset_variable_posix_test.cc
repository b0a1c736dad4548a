#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/unset_variable.h"

namespace msiv2 {
namespace {

constexpr char kName[] = "MSIV2_TEST_UNSET";

// Each test may change the environment: it has one of its own.
class UnsetVariableTest : public ::testing::Test {
 protected:
  ~UnsetVariableTest() override { environ = of_process_; }

  // Makes an environment of `count` variables, and uses it.
  void Use(std::size_t count) {
    texts_.clear();
    for (std::size_t i = 0; i < count; ++i) texts_.push_back("V" + std::to_string(i) + "=1");
    entries_.clear();
    for (std::string& text : texts_) entries_.push_back(text.data());
    entries_.push_back(nullptr);
    environ = entries_.data();
  }

  std::vector<std::string> texts_;
  std::vector<char*> entries_;
  char** const of_process_ = environ;
};

TEST_F(UnsetVariableTest, OnlyAVariableThatIsNotSetIsRemembered) {
  Use(5);
  EXPECT_TRUE(UnsetVariable::Of(kName));
  EXPECT_FALSE(UnsetVariable::Of("V0"));
  EXPECT_FALSE(UnsetVariable::Of("V4"));
  char longer[] = "MSIV2_TEST_UNSET_2=1";
  char shorter[] = "MSIV2_TEST_UNSE=1";
  char without_value[] = "MSIV2_TEST_UNSET";
  entries_[0] = longer;
  entries_[1] = shorter;
  entries_[2] = without_value;  // getenv does not find it either
  EXPECT_TRUE(UnsetVariable::Of(kName));
  char empty[] = "MSIV2_TEST_UNSET=";
  entries_[3] = empty;
  EXPECT_FALSE(UnsetVariable::Of(kName));
}

TEST_F(UnsetVariableTest, AnEmptyEnvironmentIsNotRemembered) {
  Use(0);
  EXPECT_FALSE(UnsetVariable::Of(kName));
  environ = nullptr;
  EXPECT_FALSE(UnsetVariable::Of(kName));
}

TEST_F(UnsetVariableTest, SettingTheVariableIsNoticedByEachWay) {
  Use(3);
  const auto unset = UnsetVariable::Of(kName);
  ASSERT_TRUE(unset->IsStillUnset());
  ASSERT_EQ(::setenv(kName, "1", 1), 0);
  EXPECT_FALSE(unset->IsStillUnset());
  ASSERT_EQ(::unsetenv(kName), 0);
  EXPECT_TRUE(unset->IsStillUnset()) << "as before";
  char text[] = "MSIV2_TEST_UNSET=1";
  ASSERT_EQ(::putenv(text), 0);
  EXPECT_FALSE(unset->IsStillUnset());
  ASSERT_EQ(::unsetenv(kName), 0);
  ASSERT_EQ(::setenv("V1", "another value", 1), 0);
  EXPECT_FALSE(unset->IsStillUnset()) << "another variable changed: only a search can tell";
  EXPECT_TRUE(UnsetVariable::Of(kName)->IsStillUnset());
}

TEST_F(UnsetVariableTest, ASetVariableInThePlaceOfAnotherIsNoticed) {
  Use(2);
  ASSERT_EQ(::setenv("LAST", "1", 1), 0);  // from now on the C library owns the array
  const auto unset = UnsetVariable::Of(kName);
  ASSERT_EQ(::unsetenv("LAST"), 0);
  EXPECT_FALSE(unset->IsStillUnset());
  ASSERT_EQ(::setenv(kName, "1", 1), 0);
  EXPECT_FALSE(unset->IsStillUnset());
}

// Some C libraries free the text of a variable that is removed. The next one may get the same address.
TEST_F(UnsetVariableTest, ASetVariableAtTheAddressOfTheLastOneIsNoticed) {
  Use(9);
  char text[32] = "SOMETHING_ELSE=1";
  entries_.insert(entries_.end() - 1, text);
  environ = entries_.data();
  const auto unset = UnsetVariable::Of(kName);
  ASSERT_TRUE(unset->IsStillUnset());
  std::strcpy(text, "MSIV2_TEST_UNSE=");
  EXPECT_TRUE(unset->IsStillUnset());
  std::strcpy(text, "MSIV2_TEST_UNSET=1");
  EXPECT_FALSE(unset->IsStillUnset());
}

TEST_F(UnsetVariableTest, AnotherPointerAtAnyPlaceIsNoticed) {
  char other[] = "MSIV2_TEST_UNSET=1";
  for (std::size_t count = 1; count <= 18; ++count) {
    Use(count);
    const auto unset = UnsetVariable::Of(kName);
    ASSERT_TRUE(unset->IsStillUnset()) << count;
    for (std::size_t i = 0; i < count; ++i) {
      char* const was = std::exchange(entries_[i], other);
      EXPECT_FALSE(unset->IsStillUnset()) << i << " of " << count;
      entries_[i] = was;
    }
    EXPECT_TRUE(unset->IsStillUnset()) << count;
  }
}

// Nothing behind the end of a shorter array is read: AddressSanitizer would tell.
TEST_F(UnsetVariableTest, AnotherLengthIsNoticed) {
  for (std::size_t count = 1; count <= 18; ++count) {
    Use(count);
    const auto unset = UnsetVariable::Of(kName);
    for (std::size_t length = 0; length < count; ++length) {
      std::vector<char*> shorter(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(length));
      shorter.push_back(nullptr);
      shorter.shrink_to_fit();
      environ = shorter.data();
      EXPECT_FALSE(unset->IsStillUnset()) << length << " of " << count;
    }
    char added[] = "MSIV2_TEST_UNSET=1";
    std::vector<char*> longer(entries_);
    longer.back() = added;
    longer.push_back(nullptr);
    environ = longer.data();
    EXPECT_FALSE(unset->IsStillUnset()) << count;
    environ = nullptr;
    EXPECT_FALSE(unset->IsStillUnset()) << count;
  }
}

TEST_F(UnsetVariableTest, ACopyOfTheEnvironmentIsTheSame) {
  Use(12);
  const auto unset = UnsetVariable::Of(kName);
  std::vector<char*> copy(entries_);
  environ = copy.data();
  EXPECT_TRUE(unset->IsStillUnset());
}

}  // namespace
}  // namespace msiv2
