// UnsetVariable: knows that a variable is not set without a search through the environment.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

namespace msiv2 {

/// UnsetVariable is an environment in which a variable was not set. setenv, putenv, unsetenv, clearenv and a
/// new `environ` change the pointers of the environment. While these are the same, the variable is still not
/// set. There is one exception: a text that was given to putenv, and then edited or freed. The new text at
/// its address may name another variable, even if the old variable was removed and put back meanwhile.
///
/// Threads: immutable. Like getenv, its members must not run while another thread changes the environment.
class UnsetVariable {
 public:
  /// Of returns the present environment if `name`, a static text, is not set there. It returns null if `name`
  /// is set, if the environment is empty, and on systems whose environment has no pointers.
  static std::shared_ptr<const UnsetVariable> Of(std::string_view name);

  /// IsStillUnset returns true if the environment has the same pointers still. It allocates nothing, and
  /// takes a few instructions for each variable.
  bool IsStillUnset() const noexcept;

 private:
  explicit UnsetVariable(std::string_view name) : name_(name), first_(name[0]) {}

  bool IsLastEntry() const noexcept;

  const std::string_view name_;
  const char first_;
  std::vector<const char*> entries_;  // never empty
};

}  // namespace msiv2
