// Where the certificate of a call comes from: the cache, the certificate store, or IMDS.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/single_flight.h"
#include "certificates/certificate_cache.h"
#include "flow/mint.h"
#include "flow/restore.h"

namespace msiv2::certificates {

using flow::AcquisitionContext;

/// CertificateChanges says which certificates became current in a call, and which are no longer used. The
/// caller acts on it: it schedules the renewal of the one, and drops the tokens of the other.
struct [[nodiscard]] CertificateChanges {
  BindingPtr current;               ///< null where no other became current
  std::vector<BindingPtr> retired;  ///< before they expired, and for good

  void Retire(BindingPtr binding) { retired.push_back(std::move(binding)); }
};

/// IssuedCertificate is what Get returns.
struct [[nodiscard]] IssuedCertificate {
  Result<BindingPtr> binding;
  CertificateChanges changes;  ///< also where `binding` is an error
};

/// CertificateSteps is what the service does with the world outside. A test puts its own functions here.
struct CertificateSteps {
  std::function<Result<BindingPtr>(const AcquisitionContext&, const flow::MintRequest&)> mint =
      flow::MintBinding;  ///< steps 1 to 6
  std::function<Result<PlatformMetadata>(const AcquisitionContext&, bool retries)> read_metadata =
      flow::ReadMetadata;
  std::function<void(const AcquisitionContext&, const Binding&)> store = flow::StoreBinding;
  std::function<void(const AcquisitionContext&, const Binding&)> remove = flow::RemoveBinding;
};

/// CertificateService returns the current binding of an identity, and mints one where there is none. One mint
/// runs at a time for an identity. Other callers wait for its answer, each within its own deadline; other
/// identities do not wait.
///
/// It returns what changed as a value, and never calls its caller.
///
/// Threads: all members may be called at the same time. `ports` must outlive it.
class CertificateService {
 public:
  explicit CertificateService(const flow::Ports& ports, CertificateSteps steps = {})
      : ports_(ports), steps_(std::move(steps)) {}

  /// Cached returns the binding that may be used for `plan` now, or null. It is null as well where the
  /// plan's claims challenge asks for a new certificate. It does no I/O.
  BindingPtr Cached(const flow::BoundTokenPlan& plan) const;

  /// Get returns a binding for the plan of `acquisition`: the current one if the metadata names the same
  /// identity, else a new one. The metadata is read every five minutes.
  ///
  /// Two things make it mint although the current one is usable: a stronger key that has become available,
  /// and a new claims challenge. It mints once for each challenge, with `bypass_cache`. Such a mint takes at
  /// most half of the call's time. If it fails, the current one is returned, and no other is tried for 30 s.
  IssuedCertificate Get(const AcquisitionContext& acquisition);

  /// Prepare mints the binding that is to follow `current`, and returns it without making it current. It
  /// returns null while IMDS still issues the current certificate. The binding is kept until it is published
  /// or due for renewal itself. The certificate store has it at once, so that other processes need not mint
  /// it too.
  ///
  /// If IMDS names another identity now, `current` is retired, what was minted is current at once, and
  /// `binding` is null.
  IssuedCertificate Prepare(const AcquisitionContext& acquisition, const BindingPtr& current);

  /// Published says whether Publish did anything.
  struct [[nodiscard]] Published {
    bool done = false;
    CertificateChanges changes;
  };
  /// Publish makes `next`, which was prepared, current in place of exactly `current`. If another one is
  /// current, it does nothing but forget `next`.
  Published Publish(const AcquisitionContext& acquisition, const BindingPtr& current, const BindingPtr& next);

  /// Fault says why a binding is retired.
  enum class Fault {
    kRefused,    ///< its certificate was refused: never used again, and IMDS is asked for another one
    kSuspected,  ///< it may have been refused: IMDS is asked for another one, and this one is used if there
                 ///< is none
    kDeadKey,    ///< its key no longer signs
  };
  /// Retire stops using exactly this binding.
  CertificateChanges Retire(const AcquisitionContext& acquisition, const BindingPtr& binding, Fault fault);

  /// NoteDoubt counts a failure that may be due to this binding. After three in a row, Get mints another one,
  /// with `bypass_cache` and never with a weaker key, at most once in ten minutes. It returns that one
  /// without making it current.
  void NoteDoubt(const AcquisitionContext& acquisition, const Binding& binding);
  /// NoteToken says that a token was issued for this binding: the doubts about it are over. If it is the one
  /// that Get minted because another was suspect, it takes the place of that one.
  CertificateChanges NoteToken(const AcquisitionContext& acquisition, const BindingPtr& binding);

  /// DropDeadKeys stops using the bindings whose keys were reported and do not sign any more. It costs one
  /// atomic load if no key was reported.
  CertificateChanges DropDeadKeys();

  /// IsCurrent returns true if this binding is the current one for `plan`.
  bool IsCurrent(const flow::BoundTokenPlan& plan, const Binding& binding) const {
    return cache_.IsCurrent(CertificateId(plan), binding);
  }
  /// IsNewChallenge returns true if the plan's claims challenge asks for a certificate that was not minted
  /// yet.
  bool IsNewChallenge(const flow::BoundTokenPlan& plan) const;
  /// SlotKey returns a text that is equal for all plans whose bindings are the same one.
  std::string SlotKey(const flow::BoundTokenPlan& plan) const { return cache_.SlotKey(CertificateId(plan)); }
  /// Generation grows whenever another binding, or none, may be the answer for some plan.
  std::uint64_t Generation() const noexcept { return cache_.Generation(); }

 private:
  class Issuance;

  bool WantsAnother(const flow::BoundTokenPlan& plan, const CertificateId& id, const Binding& current) const;
  Result<BindingPtr> MintNext(const AcquisitionContext& acquisition, const CertificateId& id,
                              const Binding& current, std::unique_ptr<MintLock>& lock);
  bool IsOther(const CertificateId& id, const Binding& minted, const Binding& current) const;
  void LeaveIdentity(const CertificateId& id, const BindingPtr& current, CertificateChanges& changes);
  void MakeCurrent(const AcquisitionContext& acquisition, const CertificateId& id, const CachedBinding& next,
                   CertificateChanges& changes);

  const flow::Ports& ports_;
  const CertificateSteps steps_;
  CertificateCache cache_;
  SingleFlight<BindingPtr> mints_;
};

}  // namespace msiv2::certificates
