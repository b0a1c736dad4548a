// The return codes of AttestationClientLib.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace msiv2::attestation {

/// NativeCode is one return code of the attestation library.
struct NativeCode {
  int code;
  std::string_view name;  ///< the library's own, for example "ERRORATTESTATIONFAILED"
  std::string_view text;  ///< what it means
  std::string_view cure;  ///< what to do about it; may be empty
  bool retryable;         ///< the cause may pass by itself
};

/// kInvalidInput is the code that some versions return for a null client payload.
inline constexpr int kInvalidInput = -8;

/// NativeCodes returns all known codes, 0 first, then -1 and down. The rows are static.
std::span<const NativeCode> NativeCodes() noexcept;

/// FindNativeCode returns the row of `code`, or null for a code that is not known.
const NativeCode* FindNativeCode(int code) noexcept;

/// ExplainNativeCode returns name, meaning and cure of `code` in one line. It also has a text for an unknown
/// code.
std::string ExplainNativeCode(int code);

}  // namespace msiv2::attestation
