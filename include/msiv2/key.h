// The key ports: SigningKey, and KeyProvider, which creates one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "msiv2/result.h"

namespace msiv2 {

/// KeyStrength says how well a key is protected, weakest first. It is read back from the key's provider after
/// creation, never inferred from what was asked for.
enum class KeyStrength {
  kNone = 0,      ///< as a minimum: any key is accepted
  kSoftware = 1,  ///< in process memory
  kHardware = 2,  ///< in a TPM or another hardware module
  kKeyGuard = 3,  ///< isolated by virtualization-based security (VBS)
};

/// Name returns "none", "software", "hardware" or "keyguard". The view is static.
std::string_view Name(KeyStrength strength) noexcept;

/// KeyOrigin says whether the protection is real.
enum class KeyOrigin {
  kPlatform,  ///< created by a keystore of this host
  kEmulated,  ///< created by an emulator; the strength is simulated, not real
};

/// Name returns "platform" or "emulated". The view is static.
std::string_view Name(KeyOrigin origin) noexcept;

/// RsaPublicKey is an RSA public key: both numbers big-endian, without leading zero bytes.
struct RsaPublicKey {
  std::vector<std::uint8_t> modulus;
  std::vector<std::uint8_t> exponent;

  friend bool operator==(const RsaPublicKey&, const RsaPublicKey&) = default;
};

enum class SignaturePadding {
  kPss,    ///< RSASSA-PSS, MGF1 with the same digest, salt as long as the digest (RFC 8017 section 8.1)
  kPkcs1,  ///< RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2), which TLS 1.2 may ask for
};

enum class DigestAlgorithm { kSha256, kSha384, kSha512 };

/// DigestSize returns the digest's length in bytes: 32, 48 or 64.
constexpr std::size_t DigestSize(DigestAlgorithm algorithm) noexcept {
  return algorithm == DigestAlgorithm::kSha256 ? 32 : algorithm == DigestAlgorithm::kSha384 ? 48 : 64;
}

/// KeyContainer says where a keystore stores a persisted key. A certificate store needs it to link
/// certificate and key.
struct KeyContainer {
  std::string provider;  ///< the keystore's own name, for example "Microsoft Software Key Storage Provider"
  std::string name;      ///< the key's name in that keystore

  friend bool operator==(const KeyContainer&, const KeyContainer&) = default;
};

/// SigningKey is an RSA-2048 key that signs and never leaves its keystore: no member returns or serialises
/// private material.
///
/// Threads: all members may be called at the same time from several threads.
/// Lifetime: shared; the keystore's handle is released with the last owner, never during a signature.
/// Fork: the library's own keys return `used_after_fork` in a child of the process that created them. In the
/// child, a key in memory has been wiped.
class SigningKey {
 public:
  virtual ~SigningKey() = default;

  /// PublicKey returns the public half. The reference lives as long as the key.
  virtual const RsaPublicKey& PublicKey() const = 0;

  /// SignDigest signs a digest that the caller has computed.
  ///
  /// `digest` has exactly `DigestSize(algorithm)` bytes, else the error is `key_sign_failed`. The signature
  /// is as long as the modulus. If the keystore refuses, the error is `key_sign_failed` with its status in
  /// `native_code`.
  virtual Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                                       std::span<const std::uint8_t> digest) const = 0;

  /// Strength returns the protection that the keystore reports for this key.
  virtual KeyStrength Strength() const = 0;

  /// Origin returns whether the key is from a real keystore or emulated.
  virtual KeyOrigin Origin() const = 0;

  /// NativeHandle returns the keystore's own handle (an NCRYPT_KEY_HANDLE on Windows) for attestation and for
  /// a caller's own Schannel code, or 0 if there is none. It lives as long as the key.
  virtual std::uintptr_t NativeHandle() const { return 0; }

  /// Container returns where the keystore persists this key, or nullopt for a key that exists only as long as
  /// the process. It is fixed for the life of the key.
  virtual std::optional<KeyContainer> Container() const { return std::nullopt; }
};

/// StoredKeyState is the state of the key that is stored under a provider's key name.
enum class StoredKeyState {
  kUsable,    ///< a key that meets the requirements and has just signed
  kMissing,   ///< no key: the first request creates it
  kUnusable,  ///< a key that is stale or does not meet the requirements: the next request replaces it
  kUnknown,   ///< the keystore could not be examined
};

/// StoredKey is what a provider reports about its stored key without creating one.
struct StoredKey {
  StoredKeyState state = StoredKeyState::kUnknown;
  std::string reason;            ///< why the key is not usable; empty for a usable key
  std::int64_t native_code = 0;  ///< the keystore's status; 0 if none
};

/// KeyProvider gets or creates the binding key in one keystore.
///
/// Threads: GetOrCreateKey runs on a background thread, one call at a time for all clients that share state
/// (CacheScope). It may block. CreateKey makes calls of its own.
class KeyProvider {
 public:
  virtual ~KeyProvider() = default;

  /// ProviderName returns a short name for messages, for example "in-memory". The view is static.
  virtual std::string_view ProviderName() const = 0;

  /// BestStrength returns the strength of the keys that this provider creates when it succeeds. It must not
  /// touch the keystore: the library orders the providers by it before any I/O.
  virtual KeyStrength BestStrength() const = 0;

  /// GetOrCreateKey returns the existing key, or creates one: RSA, 2048 bits, not exportable.
  ///
  /// Errors: `key_creation_failed`. `retryable` says that the cause may pass, for example a busy TPM. A
  /// weaker key is then used only until this provider succeeds, not for the life of the process.
  virtual Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() = 0;

  /// InspectStoredKey checks whether the key that GetOrCreateKey would find exists and can sign. It creates,
  /// changes and replaces nothing. Diagnose (tools/doctor.h) calls it, on the thread of its caller. Returns
  /// nullopt if the provider stores no key under a name.
  virtual std::optional<StoredKey> InspectStoredKey() { return std::nullopt; }

  /// Discard receives a key that stopped signing. The next GetOrCreateKey must not return that key, unless
  /// the provider has seen it sign again. A provider that asks its keystore each time needs to do nothing.
  /// May be called from any thread, also with a key of another provider.
  virtual void Discard(const SigningKey& key) { static_cast<void>(key); }
};

}  // namespace msiv2
