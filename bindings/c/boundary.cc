#include "bindings/c/boundary.h"

#include <chrono>
#include <cstring>

namespace msiv2::c {

Failure FailQuietly(std::int32_t code, const char* message) noexcept {
  try {
    return Fail(code, message);
  } catch (...) {
    return nullptr;
  }
}

Failure Show(msiv2_view view, void* context, const void* data, std::size_t size) {
  if (view == nullptr) return IsNull("view");
  static constexpr std::uint8_t kNothing = 0;  // for no bytes, a view still gets a pointer that is not NULL
  const std::int32_t code =
      view(context, size == 0 ? &kNothing : static_cast<const std::uint8_t*>(data), size);
  if (code == MSIV2_OK) return nullptr;
  return Fail(code, "the view refused " + std::to_string(size) + " bytes");
}

Failure Bounds(std::int64_t timeout_ms, const msiv2_cancellation* cancellation, CallOptions& call) {
  if (auto bad = OutOfRange("timeout_ms", timeout_ms, 0, kLongest)) return bad;
  if (auto bad = OfParent("cancellation", cancellation)) return bad;
  if (timeout_ms > 0) call.timeout = std::chrono::milliseconds(timeout_ms);
  if (cancellation != nullptr) call.cancellation = cancellation->source.token();
  return nullptr;
}

}  // namespace msiv2::c

using msiv2::c::Failure;
using msiv2::c::Guard;
using msiv2::c::IsNull;

extern "C" {

std::int32_t msiv2_copy(void* buffer, const std::uint8_t* data, std::size_t size) {
  auto* to = static_cast<msiv2_buffer*>(buffer);
  if (to == nullptr || (data == nullptr && size != 0)) return MSIV2_E_BAD_ARGUMENT;
  to->size = size;
  if (to->data == nullptr || to->capacity == 0) return MSIV2_E_BUFFER_TOO_SMALL;
  to->data[0] = '\0';
  if (size >= to->capacity) return MSIV2_E_BUFFER_TOO_SMALL;
  if (size != 0) std::memcpy(to->data, data, size);
  to->data[size] = '\0';
  return MSIV2_OK;
}

std::int32_t msiv2_cancellation_new(msiv2_cancellation** cancellation, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (cancellation == nullptr) return IsNull("cancellation");
    *cancellation = nullptr;
    *cancellation = new msiv2_cancellation();
    return nullptr;
  });
}

std::int32_t msiv2_cancellation_cancel(msiv2_cancellation* cancellation, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("cancellation", cancellation)) return bad;
    cancellation->source.Cancel();
    return nullptr;
  });
}

std::int32_t msiv2_cancellation_is_canceled(const msiv2_cancellation* cancellation) {
  return cancellation != nullptr && cancellation->source.token().IsCanceled() ? 1 : 0;
}

void msiv2_cancellation_free(msiv2_cancellation* cancellation) { delete cancellation; }

}  // extern "C"
