// BindingCertificate: the certificate that tokens are bound to, and how to use it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "msiv2/key.h"
#include "msiv2/result.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace msiv2 {

/// BindingCertificate is an issued certificate together with the key it belongs to. Immutable and shared: a
/// later rotation never changes a certificate that a caller holds. All members may be called from any thread.
///
/// Fork: a child can read a certificate of its parent, but the certificate's key signs in the parent only.
class BindingCertificate {
 public:
  using TimePoint = std::chrono::system_clock::time_point;

  /// Fields are the parts of a checked certificate; see `x5t_s256` and the other accessors below.
  struct Fields {
    std::vector<std::uint8_t> leaf_der;
    std::vector<std::vector<std::uint8_t>> chain_der;
    std::string x5t_s256;
    TimePoint not_before;
    TimePoint not_after;
    std::shared_ptr<const SigningKey> key;
    std::string why_not_stronger{};
  };
  /// BindingCertificate holds `fields`. The library creates it from a certificate that passed every check of
  /// step 6; tests may create it too. `fields.key` must not be null.
  explicit BindingCertificate(Fields fields);

  /// IsOfParent returns true in a forked child for a certificate that its parent obtained.
  bool IsOfParent() const noexcept;

  /// leaf_der returns the certificate, DER.
  const std::vector<std::uint8_t>& leaf_der() const noexcept { return fields_.leaf_der; }
  /// chain_der returns the intermediates to send after the leaf, DER, nearest first. IMDS currently sends
  /// none.
  const std::vector<std::vector<std::uint8_t>>& chain_der() const noexcept { return fields_.chain_der; }
  /// x5t_s256 returns base64url(SHA-256(leaf DER)) without padding (RFC 8705 section 3.1): the value that
  /// the token carries as `cnf["x5t#S256"]`.
  const std::string& x5t_s256() const noexcept { return fields_.x5t_s256; }
  /// not_before and not_after return the validity dates of the certificate. A date outside the years 1970 to
  /// 2100 is returned as the nearer limit.
  TimePoint not_before() const noexcept { return fields_.not_before; }
  TimePoint not_after() const noexcept { return fields_.not_after; }
  /// key returns the key; it signs and cannot be exported.
  const std::shared_ptr<const SigningKey>& key() const noexcept { return fields_.key; }
  /// strength returns the strength that the keystore reported for the key.
  KeyStrength strength() const { return fields_.key->Strength(); }
  /// origin returns whether that strength is real or emulated.
  KeyOrigin origin() const { return fields_.key->Origin(); }
  /// strength_label returns the strength for display, for example "keyguard (emulated)".
  std::string strength_label() const;
  /// why_not_stronger returns a human-readable list of the client's key providers that would have made a
  /// stronger key, each with its reason. Empty if the key is the strongest that the client's providers make.
  const std::string& why_not_stronger() const noexcept { return fields_.why_not_stronger; }
  /// leaf_pem returns the leaf as PEM, for files and tools.
  std::string leaf_pem() const;

 private:
  Fields fields_;
  std::uint64_t made_in_;  // the fork generation
};

/// UseBindingCertificate makes an OpenSSL SSL_CTX present `certificate` and sign with its key, so that a
/// caller's own TLS client can use a bound token. The key stays where it is: OpenSSL asks it to sign.
///
/// The SSL_CTX keeps the key alive. Works with TLS 1.2, including renegotiation, and with TLS 1.3, including
/// post-handshake authentication. Errors: `tls_failed` if OpenSSL refuses the certificate or the key;
/// `used_after_fork` for a certificate of the parent process. If the certificate was put into `context`
/// before the fork, handshakes of the child fail.
Result<void> UseBindingCertificate(ssl_ctx_st* context, const BindingCertificate& certificate);

}  // namespace msiv2
