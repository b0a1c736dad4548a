// The built-in adapters of this system. Only the other files in `src` itself, the doctor and the
// self-test name an adapter as well.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "keys/key_chain.h"
#include "keys/memory_protection.h"
#include "msiv2/binding.h"
#include "msiv2/certificate_store.h"
#include "msiv2/clock.h"
#include "msiv2/http.h"
#include "msiv2/key.h"
#include "msiv2/options.h"
#include "msiv2/result.h"

namespace msiv2 {

/// TransportOf returns `given`, the transport of a client's options. If `given` is null, it creates the
/// transport of this system with the trust anchors of `tls` and the proxies of `environment`. Errors:
/// `invalid_request` for unreadable trust anchors.
Result<std::shared_ptr<HttpTransport>> TransportOf(std::shared_ptr<HttpTransport> given,
                                                   const TlsOptions& tls,
                                                   const EnvironmentReader& environment);

/// StampOfTrustAnchors returns a text that changes when the transport of TransportOf would trust others. It
/// covers the options of `tls`, and the files that they and the system name. The root store of Windows has no
/// stamp.
std::string StampOfTrustAnchors(const TlsOptions& tls);

/// EnvironmentOf returns the environment reader of a client with these options: the given one, else that of
/// the process.
EnvironmentReader EnvironmentOf(const ClientOptions& options);

/// ClockOf returns the clock of a client with these options: the given one, else that of the system.
std::shared_ptr<Clock> ClockOf(const ClientOptions& options);

/// MakeBuiltInCertificateStore returns the certificate store of this system, or null on systems other than
/// Windows.
std::shared_ptr<CertificateStore> MakeBuiltInCertificateStore(std::shared_ptr<Clock> clock);

/// StartLibraries initialises the libraries that the adapters use. When the process exits, they are shut down
/// in the opposite order.
void StartLibraries();

/// DeviceRandom returns the random number source of this system, for ids and jitter. Keys come from OpenSSL.
RandomSource DeviceRandom();

/// FillFromSystem fills `bytes` with random numbers in one call of the system. It returns false if it did
/// not, because there are too many bytes or the system has no such call.
bool FillFromSystem(std::span<std::uint8_t> bytes);

/// KeyChainOf returns the key providers that a client with these options uses: the given ones, else those
/// of this system. No keystore is touched.
std::vector<KeyChainEntry> KeyChainOf(const ClientOptions& options);

/// AttestorOf returns the attestor of a client with these options: the given one, else that of the configured
/// attestation library, else null. No library is touched.
/// Errors: `invalid_request` for a library on a system that has none.
Result<std::shared_ptr<Attestor>> AttestorOf(const ClientOptions& options,
                                             const EnvironmentReader& environment);

/// BuiltInKeyMemory returns how the memory of the built-in in-memory keys is protected, or nullopt if the
/// options replace the built-in key providers. It sets up OpenSSL's secure heap.
std::optional<MemoryProtection> BuiltInKeyMemory(const ClientOptions& options);

/// TryInTls loads the certificate and its key into a TLS context, as each connection does. So what TLS cannot
/// use, for example a signature algorithm, is found before the certificate is. Errors: `invalid_certificate`.
Result<void> TryInTls(const BindingCertificate& certificate);

}  // namespace msiv2
