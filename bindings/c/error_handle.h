// What an msiv2_error holds, and how the functions of this folder create one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bindings/c/msiv2.h"
#include "msiv2/capabilities.h"
#include "msiv2/error.h"

struct msiv2_error {
  std::int32_t code = MSIV2_OK;
  std::int64_t step = 0;
  std::int64_t retryable = 0;
  std::int64_t http_status = 0;
  std::int64_t native_code = 0;
  std::int64_t tls_alert = -1;
  std::int64_t attempts = 0;
  std::int64_t out_of_time = 0;
  std::int64_t retry_after = -1;
  std::vector<std::int64_t> aadsts{};
  std::string name{};
  std::string message{};
  std::string cure{};
  std::string line{};
  std::string step_name{};
  std::string kind{};
  std::string service_error{};
  std::string correlation_id{};
  std::string source{};
  std::int64_t about = MSIV2_ABOUT_NONE;
  /// The error of the library, whose texts may name options; nullopt for an error of the C interface itself.
  std::optional<msiv2::Error> error{};
  std::optional<msiv2::OptionText> own_cure{};  ///< in place of the cure of `error`
};

namespace msiv2::c {

/// Failure is the error of a function that failed; null on success.
using Failure = std::unique_ptr<msiv2_error>;

/// Fail creates a failure of the C interface itself, with a code below MSIV2_E_INVALID_REQUEST.
Failure Fail(std::int32_t code, std::string message);
/// Fail converts `error` into a failure.
Failure Fail(const Error& error);

/// FailOfReason converts a reason of capabilities into an error.
Failure FailOfReason(const CapabilityReason& reason);

/// TextIn returns the text `field` of `error` with options in `words`.
std::string TextIn(const msiv2_error& error, std::int32_t field, const OptionWords& words);

/// CodeOf returns the number of `code`, which never changes; MSIV2_E_OTHER if `code` has no number yet.
std::int32_t CodeOf(ErrorCode code) noexcept;

}  // namespace msiv2::c
