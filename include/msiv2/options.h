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

/// Timeouts bound the parts of an acquisition. All lie within the caller's own deadline.
struct Timeouts {
  std::chrono::milliseconds imds_connect{1000};
  std::chrono::milliseconds connect{5000};   ///< token and resource legs
  std::chrono::milliseconds attempt{30000};  ///< one HTTP exchange
  std::chrono::milliseconds attestation{60000};
  std::chrono::milliseconds acquisition{120000};  ///< a whole AcquireToken call
};

/// TlsOptions say whom to trust and how. Used by the token and resource legs.
struct TlsOptions {
  /// PEM certificates trusted beside the system's, as text.
  std::string trust_anchors_pem{};
  /// A file of PEM certificates trusted beside the system's: a regular file of at most 16 MiB. Read once,
  /// when the client is created.
  std::string trust_anchors_file{};
  /// Ceiling of the token leg. TLS 1.2 by default: the service does not ask for the client certificate
  /// under 1.3.
  TlsVersion token_leg_max = TlsVersion::kTls12;
  /// Ceiling of calls to resources. TLS 1.2 by default: Key Vault asks in a TLS 1.2 renegotiation.
  TlsVersion resource_leg_max = TlsVersion::kTls12;
};

/// EnvironmentReader returns an environment variable's value, or nothing when it is not set.
using EnvironmentReader = std::function<std::optional<std::string>(const char* name)>;

/// ClientOptions configure a client. Precedence: request, these options, environment, default.
struct ClientOptions {
  ManagedIdentityId identity{};

  /// Where bearer tokens (MSI v1) come from. Unset: the first source that this host has, else IMDS. Proof of
  /// possession is refused with any source but IMDS.
  std::optional<MsiSource> source{};
  /// Look for a Kubernetes workload identity first. Never by itself: a pod's variables name an application,
  /// which may be another than the host's managed identity.
  bool allow_workload_identity = false;

  /// Base URL of IMDS. Empty: AZURE_POD_IDENTITY_AUTHORITY_HOST, else `http://169.254.169.254`.
  std::string imds_base_url{};
  /// Allow plain http to an IMDS base that is neither link-local nor loopback. CSR and attestation JWT
  /// would then cross a network in the clear.
  bool allow_insecure_imds_base = false;

  /// Client capabilities, sent as the `xms_cc` claim, for example "cp1".
  std::vector<std::string> client_capabilities{};

  /// Hosts that IMDS may name for the token and attestation endpoints, exact or `*.suffix`. Closed when
  /// set. Unset: MSAL_MI_IMDSV2_ALLOWED_HOSTS, else the built-in rules.
  std::optional<std::vector<std::string>> allowed_hosts{};

  TlsOptions tls{};
  Timeouts timeouts{};
  bool retries = true;  ///< false: exactly one attempt on every leg, and no remedy
  /// How many new certificates one call may mint because the one before was refused or its key died.
  int remediations = 4;
  /// False: no token is kept, and each call fetches one, or shares that of a call for the same token under
  /// way. The certificate is still kept.
  bool token_cache = true;

  /// Most AcquireTokenAsync calls under way at once; one more answers `busy`.
  std::size_t max_pending_calls = 256;

  /// The native library that attests KeyGuard keys; Windows only. Not looked at where `attestor` is given.
  AttestationLibrary attestation_library{};

  /// Which clients share key, certificates and tokens with this one. Null: CacheScope::Process().
  std::shared_ptr<CacheScope> cache_scope{};

  // The ports. Null or empty: the built-in one.
  std::shared_ptr<HttpTransport> http{};
  /// Tried strongest first. Given providers replace the built-in chain. A key from here that claims
  /// KeyGuard must say that it is emulated; a real KeyGuard key comes from the built-in provider only.
  std::vector<std::shared_ptr<KeyProvider>> key_providers{};
  std::shared_ptr<Attestor> attestor{};
  /// The built-in one is the user's certificate store on Windows, unless
  /// MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE is set to 1 or true; elsewhere there is none.
  std::shared_ptr<CertificateStore> certificate_store{};
  std::shared_ptr<Clock> clock{};
  std::shared_ptr<Observer> observer{};

  /// Reads the environment; empty: the process's own. Each call reads MSAL_MI_DISABLE_IMDS_V2, even when it
  /// is answered from memory; the other variables are read when the client is made and by calls that memory
  /// does not answer at once, those of proxies at each request. SSL_CERT_FILE and SSL_CERT_DIR do not come
  /// through here: they are read from the process.
  EnvironmentReader environment{};
};

}  // namespace msiv2
