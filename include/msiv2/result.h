// Result<T>: a value or an error, with the member names of C++23's std::expected.
#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "msiv2/error.h"

namespace msiv2 {

/// Result holds either a `T` or an error of type `E` (an `msiv2::Error` unless said otherwise).
///
/// No public function of msiv2 throws. A caller that prefers exceptions calls `.value()`, which throws
/// the typed exception of the error (see `ThrowError`). Reading `*result` without a value, or `.error()`
/// without an error, is a programming error, as with std::expected.
///
/// Threads: as safe as `T` itself. There is no constructor that can fail.
template <typename T, typename E = Error>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit, as in std
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit, as in std

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }

  E& error() & { return *std::get_if<1>(&state_); }
  const E& error() const& { return *std::get_if<1>(&state_); }
  E&& error() && { return std::move(*std::get_if<1>(&state_)); }

  /// value returns the value, or throws the typed exception of the error.
  T& value() & {
    if (!has_value()) ThrowError(error());
    return **this;
  }
  const T& value() const& {
    if (!has_value()) ThrowError(error());
    return **this;
  }
  T&& value() && {
    if (!has_value()) ThrowError(error());
    return std::move(**this);
  }

  /// value_or returns the value, or `fallback` if there is an error.
  template <typename U>
  T value_or(U&& fallback) const& {
    return has_value() ? **this : static_cast<T>(std::forward<U>(fallback));
  }

 private:
  std::variant<T, E> state_;
};

/// Result<void, E> holds success or an error.
template <typename E>
class [[nodiscard]] Result<void, E> {
 public:
  using value_type = void;
  using error_type = E;

  Result() = default;
  Result(E error) : error_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit, as in std

  bool has_value() const noexcept { return error_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  E& error() & { return *std::get_if<1>(&error_); }
  const E& error() const& { return *std::get_if<1>(&error_); }
  E&& error() && { return std::move(*std::get_if<1>(&error_)); }

  void value() const {
    if (!has_value()) ThrowError(error());
  }

 private:
  std::variant<std::monostate, E> error_;
};

}  // namespace msiv2
