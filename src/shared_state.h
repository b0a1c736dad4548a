// SharedState: everything that clients with equal configurations share.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "attestation/attestation_service.h"
#include "attestation/native_library/library_choice.h"
#include "base/executor.h"
#include "certificates/certificate_service.h"
#include "flow/host_probe.h"
#include "flow/imds_bases.h"
#include "flow/observer_hub.h"
#include "keys/key_chain.h"
#include "msiv2/options.h"
#include "msiv2/result.h"
#include "rotation/rotator.h"
#include "tokens/bearer_token_fetcher.h"
#include "tokens/certificate_rotation.h"
#include "tokens/token_service.h"

namespace msiv2 {

/// SharingKey distinguishes clients that must not share. Otherwise one client could receive what was obtained
/// with another's trust, keys or clock. User-supplied ports are compared by identity, built-in ports by what
/// configures them.
struct SharingKey {
  std::string trust_anchors;  ///< StampOfTrustAnchors; empty with a user-supplied transport
  HttpTransport* http = nullptr;
  std::vector<KeyProvider*> key_providers;
  Attestor* attestor = nullptr;
  attestation::LibraryChoice attestation_library;  ///< empty with a user-supplied attestor
  CertificateStore* certificate_store = nullptr;
  bool has_built_in_store = false;
  Clock* clock = nullptr;
  std::chrono::milliseconds attestation_timeout{0};

  friend bool operator==(const SharingKey&, const SharingKey&) = default;
};

/// SharingKeyOf returns the key of a client with these options, which must have an environment.
SharingKey SharingKeyOf(const ClientOptions& options);

/// IsBuiltInOnly returns true if the options name no port. Keeping the shared state then keeps no
/// user-supplied object alive.
bool IsBuiltInOnly(const ClientOptions& options);

/// SharedState is the flow with its ports. Threads: all members may be called at the same time. Lifetime:
/// shared by its clients; the destructor cancels and joins the background work.
class SharedState {
 public:
  /// Create creates the ports that `options` leave out, except `http`. `options` must have a clock and an
  /// environment. `bases` is what the scope has learnt of IMDS, never null. `idle` is how the rotator waits.
  /// Errors: `invalid_request` for an attestation library on a system that has none.
  static Result<std::shared_ptr<SharedState>> Create(const ClientOptions& options,
                                                     std::shared_ptr<HttpTransport> http,
                                                     std::shared_ptr<flow::ImdsBases> bases,
                                                     rotation::Idle idle = {});

  SharedState(const ClientOptions& options, std::shared_ptr<HttpTransport> http,
              std::shared_ptr<Attestor> attestor, std::shared_ptr<flow::ImdsBases> bases,
              rotation::Idle idle);
  SharedState(const SharedState&) = delete;
  SharedState& operator=(const SharedState&) = delete;
  ~SharedState() { rotator_.Stop(); }  // its jobs use everything below

  const flow::Ports& ports() const noexcept { return ports_; }
  /// StopWork permanently cancels and joins renewals and key creation.
  void StopWork() {
    rotator_.Stop();
    background_.Stop();
  }
  tokens::TokenService& tokens() noexcept { return tokens_; }
  /// FetcherFor returns the fetcher of a planned request. The plan outlives it.
  tokens::BoundTokenFetcher FetcherFor(const flow::BoundTokenPlan& plan) const {
    return rotation_.FetcherFor(plan);
  }
  tokens::BearerTokenFetcher FetcherFor(const flow::BearerTokenPlan& plan) const { return {ports_, plan}; }
  /// Generation grows whenever a request may get another answer from the caches.
  std::uint64_t Generation() const noexcept {
    return certificates_.Generation() + tokens_.Generation() + keys_.Reports();
  }
  flow::HostProbe& host_probe() noexcept { return host_probe_; }
  /// observers are notified of the background work.
  flow::ObserverHub& observers() noexcept { return observers_; }

 private:
  const std::shared_ptr<HttpTransport> http_;
  const std::shared_ptr<CertificateStore> store_;
  const std::shared_ptr<Clock> clock_;
  const EnvironmentReader environment_;
  flow::ObserverHub observers_;
  Executor background_{1};      // key creation: one at a time
  Executor attestor_queue_{1};  // calls into the attestor: one at a time
  KeyChain keys_;
  attestation::AttestationService attestation_;
  const std::shared_ptr<flow::ImdsBases> imds_bases_;
  const flow::Ports ports_;
  certificates::CertificateService certificates_{ports_};
  rotation::Rotator rotator_;
  tokens::TokenService tokens_{ports_, rotator_};
  tokens::CertificateRotation rotation_{ports_, certificates_, tokens_, rotator_};
  flow::HostProbe host_probe_;
};

}  // namespace msiv2
