#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "base/unset_variable.h"

namespace msiv2 {
namespace {

// Each pointer is read once: a thread that sets a variable meanwhile, which POSIX forbids, must not make it
// two.
const char* EntryOf(char* const* environment, std::size_t index) noexcept {
  return __atomic_load_n(environment + index, __ATOMIC_RELAXED);
}

bool IsOf(const char* entry, std::string_view name) noexcept {
  return std::strncmp(entry, name.data(), name.size()) == 0 && entry[name.size()] == '=';
}

}  // namespace

std::shared_ptr<const UnsetVariable> UnsetVariable::Of(std::string_view name) {
  char* const* const environment = environ;
  if (environment == nullptr || *environment == nullptr) return nullptr;
  std::shared_ptr<UnsetVariable> unset(new UnsetVariable(name));
  for (std::size_t i = 0; const char* entry = EntryOf(environment, i); ++i) {
    if (IsOf(entry, name)) return nullptr;
    unset->entries_.push_back(entry);
  }
  return unset;
}

// An entry is read only if all before it are the same: the array may have become shorter. Every hit is here.
bool UnsetVariable::IsStillUnset() const noexcept {
  char* const* environment = environ;
  if (environment == nullptr) return false;
  const char* const* known = entries_.data();
  const std::size_t count = entries_.size();
  const auto is_same = [&](std::size_t i) { return EntryOf(environment, i) == known[i]; };
  for (std::size_t left = count / 8; left > 0; --left, environment += 8, known += 8) {
    const bool same = is_same(0) && is_same(1) && is_same(2) && is_same(3) && is_same(4) && is_same(5) &&
                      is_same(6) && is_same(7);
    if (!same) return false;
  }
  for (std::size_t left = count % 8; left > 0; --left, ++environment, ++known) {
    if (!is_same(0)) return false;
  }
  if (EntryOf(environment, 0) != nullptr) return false;
  return *known[-1] != first_ || !IsLastEntry();
}

// A new variable comes last. Its text may have the address of the last one that was removed and freed.
bool UnsetVariable::IsLastEntry() const noexcept { return IsOf(entries_.back(), name_); }

}  // namespace msiv2
