#include "bindings/c/tables.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "base/foreign_text.h"
#include "bindings/c/boundary.h"
#include "msiv2/clock.h"
#include "msiv2/secret.h"

msiv2_reply::~msiv2_reply() { msiv2::SecureWipe(bytes); }

namespace msiv2::c {
namespace {

std::vector<std::uint8_t> WithoutLeadingZeros(const std::uint8_t* data, std::size_t size) {
  const std::uint8_t* const end = data + size;
  return {std::find_if(data, end, [](std::uint8_t byte) { return byte != 0; }), end};
}

}  // namespace

Error ReplyError(ErrorCode code, const char* fallback, const msiv2_reply& reply) {
  Error error(code, reply.message.empty() ? fallback : reply.message);
  error.native_code = reply.native_code;
  if (reply.retryable) error.retryable = *reply.retryable;
  return error;
}

TableKey::TableKey(const msiv2_key_table& table, RsaPublicKey public_key, void* context)
    : public_key_(std::move(public_key)),
      strength_(static_cast<KeyStrength>(table.strength)),
      origin_(table.origin == MSIV2_ORIGIN_EMULATED ? KeyOrigin::kEmulated : KeyOrigin::kPlatform),
      sign_(table.sign),
      owned_(context, table.release) {}

Result<std::vector<std::uint8_t>> TableKey::SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                                       std::span<const std::uint8_t> digest) const {
  if (digest.size() != DigestSize(algorithm)) {
    return Error(ErrorCode::kKeySignFailed, "the digest has not the size of its algorithm");
  }
  if (owned_.IsOfParent()) return UsedAfterFork("the key's table", Step::kCsr);
  msiv2_reply reply;
  try {
    const std::int32_t code =
        sign_(owned_.context(), padding == SignaturePadding::kPss ? MSIV2_PADDING_PSS : MSIV2_PADDING_PKCS1,
              static_cast<std::int32_t>(algorithm), digest.data(), digest.size(), &reply);
    if (code != MSIV2_OK)
      return ReplyError(ErrorCode::kKeySignFailed, "the key's table refused to sign", reply);
  } catch (...) {
    return Error(ErrorCode::kKeySignFailed, "the key's table threw an exception");
  }
  if (reply.bytes.size() != public_key_.modulus.size()) {
    return Error(ErrorCode::kKeySignFailed, "the key's table gave no signature as long as the modulus");
  }
  return std::vector<std::uint8_t>(reply.bytes.begin(), reply.bytes.end());
}

namespace {

// Whether the key is RSA with 2048 bits and may claim its strength is checked where the key is used.
Failure CheckTable(const msiv2_key_table& table) {
  if (table.sign == nullptr) return IsNull("sign");
  if (table.modulus == nullptr) return IsNull("modulus");
  if (table.exponent == nullptr) return IsNull("exponent");
  if (auto bad = OutOfRange("strength", table.strength, MSIV2_STRENGTH_SOFTWARE, MSIV2_STRENGTH_KEYGUARD))
    return bad;
  if (auto bad = OutOfRange("origin", table.origin, MSIV2_ORIGIN_PLATFORM, MSIV2_ORIGIN_EMULATED)) return bad;
  constexpr std::int64_t kMost = 1024;
  if (auto bad = OutOfRange("modulus_size", static_cast<std::int64_t>(table.modulus_size), 1, kMost))
    return bad;
  return OutOfRange("exponent_size", static_cast<std::int64_t>(table.exponent_size), 1, kMost);
}

}  // namespace
}  // namespace msiv2::c

using msiv2::c::Failure;
using msiv2::c::Guard;
using msiv2::c::IsNull;

extern "C" {

std::int32_t msiv2_reply_bytes(msiv2_reply* reply, const std::uint8_t* data, std::size_t size) {
  return Guard(nullptr, [&]() -> Failure {
    if (reply == nullptr) return IsNull("reply");
    if (data == nullptr && size != 0) return IsNull("data");
    msiv2::SecureWipe(reply->bytes);
    if (size != 0) reply->bytes.assign(reinterpret_cast<const char*>(data), size);
    return nullptr;
  });
}

std::int32_t msiv2_reply_error(msiv2_reply* reply, const char* message, std::int64_t native_code,
                               std::int32_t retryable) {
  return Guard(nullptr, [&]() -> Failure {
    if (reply == nullptr) return IsNull("reply");
    if (auto bad = msiv2::c::OutOfRange("retryable", retryable, 0, 1)) return bad;
    reply->message = message == nullptr ? "" : msiv2::ForeignText(message);
    reply->native_code = native_code;
    reply->retryable = retryable == 1;
    return nullptr;
  });
}

std::int32_t msiv2_reply_key(msiv2_reply* reply, const msiv2_key_table* table, void* context) {
  return Guard(nullptr, [&]() -> Failure {
    if (reply == nullptr) return IsNull("reply");
    if (table == nullptr) return IsNull("table");
    if (auto bad = msiv2::c::CheckTable(*table)) return bad;
    msiv2::RsaPublicKey public_key{msiv2::c::WithoutLeadingZeros(table->modulus, table->modulus_size),
                                   msiv2::c::WithoutLeadingZeros(table->exponent, table->exponent_size)};
    auto key = std::make_shared<msiv2::c::TableKey>(*table, std::move(public_key), context);
    key->Arm();
    reply->key = std::move(key);
    return nullptr;
  });
}

std::int32_t msiv2_call_is_canceled(const msiv2_call* call) {
  return call != nullptr && call->context->cancellation.IsCanceled() ? 1 : 0;
}

std::int64_t msiv2_call_milliseconds_left(const msiv2_call* call) {
  if (call == nullptr) return 0;
  const auto left = call->context->deadline - call->context->clock->MonotonicNow();
  return std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
}

}  // extern "C"
