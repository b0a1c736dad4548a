// Caller-supplied tables as ports of the library.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bindings/c/error_handle.h"
#include "model/process_mark.h"
#include "msiv2/call.h"
#include "msiv2/key.h"

namespace msiv2::c {
class TableKey;
}  // namespace msiv2::c

/// msiv2_reply is the answer of a callback. It may hold a JWT, so its bytes are wiped.
struct msiv2_reply {
  std::string bytes{};
  std::shared_ptr<msiv2::c::TableKey> key{};
  std::string message{};
  std::int64_t native_code = 0;
  std::optional<bool> retryable{};  ///< nullopt: the callback did not say

  msiv2_reply() = default;
  msiv2_reply(const msiv2_reply&) = delete;
  msiv2_reply& operator=(const msiv2_reply&) = delete;
  ~msiv2_reply();
};

struct msiv2_call {
  const msiv2::CallContext* context = nullptr;
};

namespace msiv2::c {

/// Owned holds a caller's context and releases it once, when nothing in the library uses it any more. In a
/// forked child it releases nothing, because the context is the parent's.
class Owned {
 public:
  Owned(void* context, void (*release)(void*)) : context_(context), release_(release) {}
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (!armed_ || release_ == nullptr || IsOfParent()) return;
    try {
      release_(context_);
    } catch (...) {  // a callback that throws breaks its contract; there is no caller to report it to
    }
  }
  void* context() const { return context_; }
  bool IsOfParent() const noexcept { return made_in_.IsOfParent(); }
  /// Arm records that the call which gave the context has succeeded. From now on, Owned releases the context.
  void Arm() { armed_ = true; }

 private:
  void* context_;
  void (*release_)(void*);
  ProcessMark made_in_;
  bool armed_ = false;
};

/// ReplyError returns the error of a failed callback, with the callback's own message if it gave one.
Error ReplyError(ErrorCode code, const char* fallback, const msiv2_reply& reply);

/// TableKey is the key of a table that was checked.
class TableKey final : public SigningKey {
 public:
  TableKey(const msiv2_key_table& table, RsaPublicKey public_key, void* context);
  const RsaPublicKey& PublicKey() const override { return public_key_; }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                               std::span<const std::uint8_t> digest) const override;
  KeyStrength Strength() const override { return strength_; }
  KeyOrigin Origin() const override { return origin_; }
  void* context() const { return owned_.context(); }
  void Arm() { owned_.Arm(); }
  /// SetMaker records which provider created this key, before any other code sees the key. Only that provider
  /// receives the key in Discard, because only that provider knows what the key's context points to.
  void SetMaker(const KeyProvider* maker) { maker_ = maker; }
  const KeyProvider* maker() const { return maker_; }

 private:
  const KeyProvider* maker_ = nullptr;
  const RsaPublicKey public_key_;
  const KeyStrength strength_;
  const KeyOrigin origin_;
  decltype(msiv2_key_table::sign) const sign_;
  Owned owned_;
};

}  // namespace msiv2::c
