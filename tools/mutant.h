// The functions that a file with mutants calls (tools/mutants.py). The mutant whose number is in the
// environment variable MUTANT is in force. With MUTANT_LOG, each number that a test reaches is written to
// stdout.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace testing {  // of GoogleTest, which is linked

class TestInfo;
class UnitTest {
 public:
  static UnitTest* GetInstance();
  const TestInfo* current_test_info() const;
};

}  // namespace testing

namespace mutate {

inline void Log(int number) {
  static const char kBeforeAnyTest = 0;
  static std::atomic<const void*> reached_by[100000];
  const void* test = ::testing::UnitTest::GetInstance()->current_test_info();
  if (test == nullptr) test = &kBeforeAnyTest;
  if (reached_by[number].exchange(test) == test) return;
  char line[32];
  const int size = std::snprintf(line, sizeof line, "\n@mutant %d\n", number);
  if (write(STDOUT_FILENO, line, static_cast<std::size_t>(size)) < 0) std::abort();
}

/// On returns true if mutant `number` is in force.
inline bool On(int number) {
  static const bool logs = std::getenv("MUTANT_LOG") != nullptr;
  static const int chosen = std::getenv("MUTANT") != nullptr ? std::atoi(std::getenv("MUTANT")) : 0;
  if (logs) Log(number);
  return number == chosen;
}

template <typename A, typename B>
bool Less(int number, const A& a, const B& b) {
  return On(number) ? a <= b : a < b;
}

template <typename A, typename B>
bool LessOrEqual(int number, const A& a, const B& b) {
  return On(number) ? a < b : a <= b;
}

template <typename A, typename B>
bool Greater(int number, const A& a, const B& b) {
  return On(number) ? a >= b : a > b;
}

template <typename A, typename B>
bool GreaterOrEqual(int number, const A& a, const B& b) {
  return On(number) ? a > b : a >= b;
}

template <typename A, typename B>
auto Plus(int number, const A& a, const B& b) {
  return On(number) ? a - b : a + b;
}

template <typename A, typename B>
auto Minus(int number, const A& a, const B& b) {
  return On(number) ? a + b : a - b;
}

}  // namespace mutate
