// Options of a client: plain structs with their defaults in place.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "msiv2/attestor.h"
#include "msiv2/cache_scope.h"
#include "msiv2/certificate_store.h"
#include "msiv2/clock.h"
#include "msiv2/http.h"
#include "msiv2/identity.h"
#include "msiv2/key.h"
#include "msiv2/observer.h"
#include "msiv2/source.h"

namespace msiv2 {

/// Timeouts limit the parts of an acquisition. All lie within the caller's own deadline.
struct Timeouts {
  std::chrono::milliseconds imds_connect{1000};
  std::chrono::milliseconds connect{5000};   ///< token and resource legs
  std::chrono::milliseconds attempt{30000};  ///< one HTTP exchange
  std::chrono::milliseconds attestation{60000};
  std::chrono::milliseconds acquisition{120000};  ///< a whole AcquireToken call
};

/// TlsOptions set the trust anchors and TLS versions. Used by the token and resource legs.
struct TlsOptions {
  /// PEM certificates, as text, that are trusted in addition to the system's.
  std::string trust_anchors_pem{};
  /// A file of PEM certificates that are trusted in addition to the system's: a regular file of at most 16
  /// MiB. It is read once, when the client is created.
  std::string trust_anchors_file{};
  /// Highest TLS version of the token leg. TLS 1.2 by default: the service does not ask for the client
  /// certificate under TLS 1.3.
  TlsVersion token_leg_max = TlsVersion::kTls12;
  /// Highest TLS version of calls to resources. TLS 1.2 by default: Key Vault asks for the certificate in a
  /// TLS 1.2 renegotiation.
  TlsVersion resource_leg_max = TlsVersion::kTls12;
};

/// EnvironmentReader returns an environment variable's value, or nullopt if it is not set. Calls of any
/// thread may read at the same time.
using EnvironmentReader = std::function<std::optional<std::string>(const char* name)>;

/// ClientOptions configure a client. Precedence: request, these options, environment, default.
struct ClientOptions {
  ManagedIdentityId identity{};

  /// Where bearer tokens (MSI v1) come from. If unset: the first source that this host has, else IMDS. Proof
  /// of possession is refused with any source other than IMDS.
  std::optional<IdentitySource> source{};
  /// Look for a Kubernetes workload identity first. This never happens by default: a pod's variables name an
  /// application, which may not be the host's managed identity. If AZURE_FEDERATED_TOKEN_FILE is set without
  /// the other variables, every request fails, because no other identity takes its place.
  bool allow_workload_identity = false;

  /// Base URL of IMDS. If empty: AZURE_POD_IDENTITY_AUTHORITY_HOST, else `http://169.254.169.254`.
  std::string imds_base_url{};
  /// Allow plain http to an IMDS base that is neither link-local nor loopback. The CSR and the attestation
  /// JWT then cross a network in clear text.
  bool allow_insecure_imds_base = false;

  /// Client capabilities, sent as the `xms_cc` claim, for example "cp1".
  std::vector<std::string> client_capabilities{};

  /// Hosts that IMDS may name for the token and attestation endpoints, exact or `*.suffix`. If set, no other
  /// host is allowed. If unset: MSAL_MI_IMDSV2_ALLOWED_HOSTS, else the built-in rules.
  std::optional<std::vector<std::string>> allowed_hosts{};

  TlsOptions tls{};
  Timeouts timeouts{};
  bool retries = true;  ///< false: exactly one attempt on every leg, and no remedy
  /// How many certificates one call may replace by new ones. It replaces one that was refused or whose key
  /// stopped signing.
  int remediations = 4;
  /// If false, no token is cached. Each call then fetches a token, or shares the result of a call for the
  /// same token that is under way. The certificate is still cached.
  bool token_cache = true;

  /// Maximum number of AcquireTokenAsync calls under way at once; further calls fail with `busy`.
  std::size_t max_pending_calls = 256;

  /// The native library that attests KeyGuard keys; Windows only. Ignored if `attestor` is set.
  AttestationLibrary attestation_library{};

  /// Which clients share key, certificates and tokens with this one. Null: CacheScope::Process().
  std::shared_ptr<CacheScope> cache_scope{};

  // The ports. Null or empty: the built-in one.
  std::shared_ptr<HttpTransport> http{};
  /// Tried strongest first. If set, they replace the built-in chain. A key from here that claims KeyGuard
  /// must say that it is emulated; a real KeyGuard key comes from the built-in provider only.
  std::vector<std::shared_ptr<KeyProvider>> key_providers{};
  std::shared_ptr<Attestor> attestor{};
  /// The built-in one is the user's certificate store on Windows, unless
  /// MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE is set to 1 or true. Other systems have none.
  std::shared_ptr<CertificateStore> certificate_store{};
  std::shared_ptr<Clock> clock{};
  std::shared_ptr<Observer> observer{};

  /// Reads the environment; if empty, that of the process. Every MSI v2 call reads MSAL_MI_DISABLE_IMDS_V2,
  /// even on a cache hit. A change by setenv, putenv or unsetenv takes effect at the next call. On POSIX
  /// systems, a hit compares the pointers of `environ` and does not search them again while they are the
  /// same. So the switch must not be set by an edit of a text that putenv was given for another variable. A
  /// reader of the caller's own is called by every such hit. The other variables are read when the client is
  /// created, and by calls that are not answered from memory at once. Proxy variables are read at each
  /// request. SSL_CERT_FILE and SSL_CERT_DIR do not come through this reader: they are read from the process.
  /// A client that is created after the system's certificates changed uses the new ones. There are two
  /// exceptions, while another client of the scope lives. One is the root store of Windows. The other is a
  /// file under a hashed name that was overwritten in place, with no change to its directory.
  EnvironmentReader environment{};
};

}  // namespace msiv2
