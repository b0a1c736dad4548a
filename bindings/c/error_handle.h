// What an msiv2_error holds, and how the functions of this folder create one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bindings/c/msiv2.h"
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
};

namespace msiv2::c {

/// Failure is the error of a function that failed; null on success.
using Failure = std::unique_ptr<msiv2_error>;

/// Fail creates a failure of the C interface itself, with a code below MSIV2_E_INVALID_REQUEST.
Failure Fail(std::int32_t code, std::string message);
/// Fail converts `error` into a failure.
Failure Fail(const Error& error);

/// CodeOf returns the number of `code`, which never changes; MSIV2_E_OTHER if `code` has no number yet.
std::int32_t CodeOf(ErrorCode code) noexcept;

}  // namespace msiv2::c
