// What every function of the C interface does at its boundary: it clears outputs, stops exceptions, checks
// arguments and shows bytes to views.
#pragma once

#include <cstdint>
#include <limits>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "bindings/c/error_handle.h"
#include "model/process_mark.h"
#include "msiv2/call.h"

struct msiv2_cancellation {
  msiv2::ProcessMark made_in{};
  msiv2::CancellationSource source{};
};

namespace msiv2::c {

/// FailQuietly creates a failure where memory may be short. Returns null if there is not enough memory.
Failure FailQuietly(std::int32_t code, const char* message) noexcept;

/// Guard runs `body`, which returns a Failure, and reports it as msiv2.h describes: by a code and an error.
template <typename Body>
std::int32_t Guard(msiv2_error** error, Body&& body) noexcept {
  if (error != nullptr) *error = nullptr;
  Failure failure;
  std::int32_t code = MSIV2_OK;
  try {
    failure = body();
    if (failure) code = failure->code;
  } catch (const std::bad_alloc&) {
    code = MSIV2_E_OUT_OF_MEMORY;
    failure = FailQuietly(code, "there is not enough memory");
  } catch (const std::length_error&) {
    code = MSIV2_E_BAD_ARGUMENT;
    failure = FailQuietly(code, "a size is larger than memory can be");
  } catch (const std::system_error& refused) {
    const bool no_thread = refused.code() == std::errc::resource_unavailable_try_again;
    code = no_thread ? MSIV2_E_OUT_OF_MEMORY : MSIV2_E_UNEXPECTED;
    failure =
        FailQuietly(code, no_thread ? "the system refused a thread" : "the system refused a lock or a file");
  } catch (...) {
    code = MSIV2_E_UNEXPECTED;
    failure = FailQuietly(code, "an exception that msiv2 does not expect");
  }
  if (error != nullptr) *error = failure.release();
  return code;
}

/// IsNull returns the failure for an argument that may not be NULL.
inline Failure IsNull(const char* argument) {
  return Fail(MSIV2_E_BAD_ARGUMENT, std::string(argument) + " is NULL");
}
/// OfParent returns the failure for a handle that a parent process created; null for any other handle. Call
/// it before anything of the handle is used.
template <typename Handle>
Failure OfParent(const char* argument, const Handle* handle) {
  if (handle == nullptr || !handle->made_in.IsOfParent()) return nullptr;
  return Fail(UsedAfterFork(argument));
}
/// Unusable returns the failure for a handle that is NULL or belongs to a parent process; null for any other
/// handle.
template <typename Handle>
Failure Unusable(const char* argument, const Handle* handle) {
  return handle == nullptr ? IsNull(argument) : OfParent(argument, handle);
}
/// UnknownField returns the failure for a field that a function does not know, such as one of another kind.
inline Failure UnknownField(std::int32_t field) {
  return Fail(MSIV2_E_BAD_ARGUMENT, "this function knows no field " + std::to_string(field) +
                                        " (texts are from 1, numbers from 101, bytes from 201)");
}
/// Absent returns the failure for something that does not exist.
inline Failure Absent(std::string message) { return Fail(MSIV2_E_ABSENT, std::move(message)); }

/// OutOfRange returns a failure unless `value` is in [low, high].
inline Failure OutOfRange(const char* argument, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return nullptr;
  return Fail(MSIV2_E_BAD_ARGUMENT, std::string(argument) + " is " + std::to_string(value) + ", not from " +
                                        std::to_string(low) + " to " + std::to_string(high));
}

/// SetFlag sets `flag` to a `value` of 0 or 1.
inline Failure SetFlag(bool& flag, std::int64_t value) {
  if (auto bad = OutOfRange("a flag", value, 0, 1)) return bad;
  flag = value == 1;
  return nullptr;
}

/// Show passes bytes to a view.
Failure Show(msiv2_view view, void* context, const void* data, std::size_t size);
inline Failure Show(msiv2_view view, void* context, std::string_view text) {
  return Show(view, context, text.data(), text.size());
}
template <typename Bytes>
Failure ShowBytes(msiv2_view view, void* context, const Bytes& bytes) {
  return Show(view, context, bytes.data(), bytes.size());
}

/// Bounds converts the limits of a call into `call`, which is set only if there is no failure.
Failure Bounds(std::int64_t timeout_ms, const msiv2_cancellation* cancellation, CallOptions& call);

/// kLongest is the longest time that a caller may pass, in milliseconds: 24 days.
inline constexpr std::int64_t kLongest = std::numeric_limits<std::int32_t>::max();

}  // namespace msiv2::c
