#include "builtin.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <random>
#include <utility>

#include "attestation/native_library/built_in_attestor.h"
#include "base/environment.h"
#include "base/file_stamp.h"
#include "base/make_key.h"
#include "crypto/handles.h"
#include "http/curl/curl_transport.h"
#include "keys/memory/memory_key_provider.h"
#include "msiv2/tools/diagnostics.h"
#include "tls/openssl/system_anchors.h"

namespace msiv2 {

Result<std::shared_ptr<HttpTransport>> TransportOf(std::shared_ptr<HttpTransport> given,
                                                   const TlsOptions& tls,
                                                   const EnvironmentReader& environment) {
  if (given) return given;
  return curl::MakeCurlTransport({.trust_anchors_pem = tls.trust_anchors_pem,
                                  .trust_anchors_file = tls.trust_anchors_file,
                                  .environment = environment});
}

std::string StampOfTrustAnchors(const TlsOptions& tls) {
  return MakeKey({tls.trust_anchors_pem, tls.trust_anchors_file, FileStamp(tls.trust_anchors_file),
                  tls::StampOfSystemAnchors()});
}

EnvironmentReader EnvironmentOf(const ClientOptions& options) {
  return options.environment ? options.environment : ProcessEnvironment();
}

std::shared_ptr<Clock> ClockOf(const ClientOptions& options) {
  return options.clock ? options.clock : SystemClock();
}

void StartLibraries() { curl::StartCurl(); }

RandomSource DeviceRandom() {
  return [](std::span<std::uint8_t> bytes) {
    // std::random_device asks the processor for each number. In a virtual machine that takes microseconds.
    if (FillFromSystem(bytes)) return;
    std::random_device device;
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(device());
  };
}

std::vector<KeyChainEntry> KeyChainOf(const ClientOptions& options) {
  std::vector<KeyChainEntry> entries;
  for (const auto& provider : options.key_providers) {
    if (provider) entries.push_back({provider, /*built_in=*/false});
  }
  if (!entries.empty()) return entries;
  for (auto& provider : BuiltInKeyProviders()) entries.push_back({std::move(provider), /*built_in=*/true});
  return entries;
}

Result<std::shared_ptr<Attestor>> AttestorOf(const ClientOptions& options,
                                             const EnvironmentReader& environment) {
  if (options.attestor) return options.attestor;
  return attestation::MakeBuiltInAttestor(options.attestation_library, environment,
                                          options.timeouts.attestation);
}

std::optional<MemoryProtection> BuiltInKeyMemory(const ClientOptions& options) {
  const auto entries = KeyChainOf(options);
  const bool built_in =
      std::any_of(entries.begin(), entries.end(), [](const KeyChainEntry& entry) { return entry.built_in; });
  if (!built_in) return std::nullopt;
  return KeyMemoryProtection();
}

Result<void> TryInTls(const BindingCertificate& certificate) {
  const crypto::Handle<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return {};  // a want of memory says nothing of the certificate
  const auto used = UseBindingCertificate(context.get(), certificate);
  if (used) return {};
  return Error(ErrorCode::kInvalidCertificate, Step::kCertificate,
               "TLS cannot use the certificate: " + used.error().message);
}

}  // namespace msiv2
