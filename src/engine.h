// Engine: everything that clients with the same surroundings share.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "attestation/attestation_service.h"
#include "attestation/native_library/library_choice.h"
#include "base/executor.h"
#include "flow/acquire.h"
#include "flow/host_probe.h"
#include "flow/observer_hub.h"
#include "flow/v1_only_bases.h"
#include "keys/key_chain.h"
#include "msiv2/options.h"
#include "msiv2/result.h"

namespace msiv2 {

/// EngineKey tells apart clients that must not share: one could be served what was got with another's trust,
/// keys or clock. Ports that the user gave count as themselves, built-in ones as what they are made of.
struct EngineKey {
  std::string trust_anchors;  ///< key of text, file and its age; empty with a transport of the user's
  HttpTransport* http = nullptr;
  std::vector<KeyProvider*> key_providers;
  Attestor* attestor = nullptr;
  attestation::LibraryChoice attestation_library;  ///< empty with an attestor of the user's
  CertificateStore* certificate_store = nullptr;
  bool has_built_in_store = false;
  Clock* clock = nullptr;
  std::chrono::milliseconds attestation_timeout{0};

  friend bool operator==(const EngineKey&, const EngineKey&) = default;
};

/// KeyOfEngine returns the key of a client with these options, which need an environment.
EngineKey KeyOfEngine(const ClientOptions& options);

/// IsBuiltInOnly tells whether the options name no port: then nothing of the user's is kept alive by keeping
/// the engine.
bool IsBuiltInOnly(const ClientOptions& options);

/// Engine is the flow with its ports. Threads: all members may be called at the same time.
/// Lifetime: shared by its clients; the destructor cancels and joins the work in the background.
class Engine {
 public:
  /// Create makes the ports that `options` leave out. `options` need a clock and an environment.
  /// Errors: `invalid_request` for unreadable trust anchors, or an attestation library where there is none.
  static Result<std::shared_ptr<Engine>> Create(const ClientOptions& options);

  Engine(const ClientOptions& options, std::shared_ptr<HttpTransport> http,
         std::shared_ptr<Attestor> attestor);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() = default;

  KeyChain& keys() noexcept { return keys_; }
  bool HasAttestor() const noexcept { return attestation_.HasAttestor(); }
  /// StopWork cancels and joins renewals and the creation of keys, for good.
  void StopWork() {
    acquirer_.StopRenewing();
    background_.Stop();
  }
  flow::Acquirer& acquirer() noexcept { return acquirer_; }
  const flow::V1OnlyBases& v1_only() const noexcept { return v1_only_; }
  flow::HostProbe& host_probe() noexcept { return host_probe_; }
  /// observers hear of the work in the background.
  flow::ObserverHub& observers() noexcept { return observers_; }

 private:
  const std::shared_ptr<HttpTransport> http_;
  const std::shared_ptr<CertificateStore> store_;
  const std::shared_ptr<Clock> clock_;
  const EnvironmentReader environment_;
  flow::ObserverHub observers_;
  Executor background_{1};     // key creation: one at a time
  Executor attestor_line_{1};  // calls into the attestor: one at a time
  KeyChain keys_;
  attestation::AttestationService attestation_;
  flow::V1OnlyBases v1_only_;
  flow::Acquirer acquirer_;
  flow::HostProbe host_probe_;
};

}  // namespace msiv2
