#include "shared_state.h"

#include <utility>

#include "base/environment.h"
#include "builtin.h"

namespace msiv2 {
namespace {

// The variable is read when a shared state is created, so it must be part of the shared state's key.
bool HasBuiltInStore(const ClientOptions& options) {
  return !options.certificate_store && !CertificateStoreDisabled(options.environment);
}

std::shared_ptr<CertificateStore> StoreOf(const ClientOptions& options) {
  return HasBuiltInStore(options) ? MakeBuiltInCertificateStore(options.clock) : options.certificate_store;
}

}  // namespace

SharingKey SharingKeyOf(const ClientOptions& options) {
  SharingKey key;
  if (!options.http) key.trust_anchors = StampOfTrustAnchors(options.tls);
  key.http = options.http.get();
  for (const auto& provider : options.key_providers) {
    if (provider) key.key_providers.push_back(provider.get());
  }
  key.attestor = options.attestor.get();
  if (!options.attestor) {
    key.attestation_library = attestation::ChooseLibrary(options.attestation_library, options.environment);
  }
  key.certificate_store = options.certificate_store.get();
  key.has_built_in_store = HasBuiltInStore(options);
  key.clock = options.clock.get();
  key.attestation_timeout = options.timeouts.attestation;
  return key;
}

bool IsBuiltInOnly(const ClientOptions& options) {
  return !options.http && options.key_providers.empty() && !options.attestor && !options.certificate_store &&
         options.clock == SystemClock();
}

Result<std::shared_ptr<SharedState>> SharedState::Create(const ClientOptions& options,
                                                         std::shared_ptr<HttpTransport> http,
                                                         std::shared_ptr<flow::ImdsBases> bases,
                                                         rotation::Idle idle) {
  auto attestor = AttestorOf(options, options.environment);
  if (!attestor) return std::move(attestor).error();
  return std::make_shared<SharedState>(options, std::move(http), *std::move(attestor), std::move(bases),
                                       std::move(idle));
}

SharedState::SharedState(const ClientOptions& options, std::shared_ptr<HttpTransport> http,
                         std::shared_ptr<Attestor> attestor, std::shared_ptr<flow::ImdsBases> bases,
                         rotation::Idle idle)
    : http_(std::move(http)),
      store_(StoreOf(options)),
      clock_(options.clock),
      environment_(options.environment),
      keys_(KeyChainOf(options), background_, clock_.get()),
      attestation_(std::move(attestor), attestor_queue_, options.timeouts.attestation),
      imds_bases_(std::move(bases)),
      ports_{*http_,         keys_,        attestation_,
             store_.get(),   &observers_,  *clock_,
             DeviceRandom(), *imds_bases_, [this] { return ImdsV2Disabled(environment_); },
             TryInTls},
      rotator_(
          *clock_,
          [this](Step step, std::optional<RenewalOutcome> outcome) {
            flow::Trace(&observers_, *clock_, "").Renewal(step, outcome);
          },
          std::move(idle)),
      host_probe_(*http_, *clock_, DeviceRandom(), *imds_bases_) {}

}  // namespace msiv2
