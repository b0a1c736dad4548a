#include "certificates/certificate_service.h"

#include <utility>

#include "certificates/issuance.h"
#include "keys/watched_key.h"

namespace msiv2::certificates {

BindingPtr CertificateService::Cached(const flow::BoundTokenPlan& plan) const {
  const CertificateId id(plan);
  if (IsNewChallenge(plan) && !cache_.IsBackingOff(id, ports_.clock.MonotonicNow())) return nullptr;
  const auto cached = cache_.Find(id, plan.key_policy.minimum, ports_.clock.Now());
  return cached ? cached->binding : nullptr;
}

bool CertificateService::IsNewChallenge(const flow::BoundTokenPlan& plan) const {
  return !plan.challenge.empty() && !cache_.IsChallengeMet(CertificateId(plan), plan.challenge);
}

bool CertificateService::WantsAnother(const flow::BoundTokenPlan& plan, const CertificateId& id,
                                      const Binding& current) const {
  if (cache_.IsBackingOff(id, ports_.clock.MonotonicNow())) return false;
  return IsNewChallenge(plan) || ports_.keys.HasStronger(current.certificate->strength());
}

IssuedCertificate CertificateService::Get(const AcquisitionContext& acquisition) {
  Issuance issuance(*this, acquisition);
  const CertificateId& id = issuance.id();
  while (true) {
    bool led = false;
    auto binding = mints_.Run(
        cache_.SlotKey(id), acquisition.call, Step::kCredential, "another caller's certificate",
        [&] {
          led = true;
          return issuance.Run();
        },
        acquisition.plan.secrets);
    if (led) return {std::move(binding), issuance.TakeChanges()};
    // The caller that led may have asked for less, or for more than there is, or what it got may have been
    // retired since. Then its answer is not one for this call.
    if (!binding && binding.error().code != ErrorCode::kMinStrengthNotMet) return {std::move(binding), {}};
    const auto current = cache_.Find(id, acquisition.plan.key_policy.minimum, ports_.clock.Now());
    if (binding && current && current->binding == *binding &&
        !WantsAnother(acquisition.plan, id, **binding)) {
      return {std::move(binding), {}};
    }
  }
}

IssuedCertificate CertificateService::Prepare(const AcquisitionContext& acquisition,
                                              const BindingPtr& current) {
  const CertificateId id(acquisition.plan);
  if (BindingPtr prepared = cache_.Prepared(id, ports_.clock.Now())) return {std::move(prepared), {}};
  // Not in the flight of the calls: their binding is usable, and they must not wait for a service that is
  // down.
  std::unique_ptr<MintLock> lock;  // until the store has what was minted
  auto next = MintNext(acquisition, id, *current, lock);
  if (!next || *next == nullptr || !cache_.IsCurrent(id, *current)) return {std::move(next), {}};
  if (!IssuedIdentity(acquisition.plan, *current).Has(**next)) {
    CertificateChanges changes;
    LeaveIdentity(id, current, changes);
    MakeCurrent(acquisition, id, {*next, ports_.clock.MonotonicNow()}, changes);
    return {BindingPtr(), std::move(changes)};
  }
  steps_.store(acquisition, **next);
  cache_.SetPrepared(id, *next);
  return {std::move(next), {}};
}

/// LeaveIdentity notes that `id` names another identity than `current` does.
void CertificateService::LeaveIdentity(const CertificateId& id, const BindingPtr& current,
                                       CertificateChanges& changes) {
  if (cache_.Separate(id, *current)) changes.Retire(current);
}

/// MakeCurrent makes `next` the answer for `id`, unless a stronger binding stays in use.
void CertificateService::MakeCurrent(const AcquisitionContext& acquisition, const CertificateId& id,
                                     const CachedBinding& next, CertificateChanges& changes) {
  steps_.store(acquisition, *next.binding);
  const IssuedIdentity identity(acquisition.plan, *next.binding);
  const auto put = cache_.Put(id, identity, next, ports_.clock.Now());
  if (put.replaced) changes.Retire(put.replaced);
  if (put.is_current) changes.current = next.binding;
}

/// IsOther returns true if `minted` may take the place of `current`: IMDS may issue the same one again, or
/// one that was refused.
bool CertificateService::IsOther(const CertificateId& id, const Binding& minted,
                                 const Binding& current) const {
  const std::string& thumbprint = minted.certificate->x5t_s256();
  return thumbprint != current.certificate->x5t_s256() && !cache_.IsRefused(id, thumbprint);
}

/// MintNext returns null where there is no other certificate yet.
Result<BindingPtr> CertificateService::MintNext(const AcquisitionContext& acquisition,
                                                const CertificateId& id, const Binding& current,
                                                std::unique_ptr<MintLock>& lock) {
  using flow::MintMode;
  auto next =
      cache_.MustBypass(id)
          ? steps_.mint(acquisition, {.mode = MintMode::kBypass, .lock = lock})
          : steps_.mint(acquisition, {.mode = MintMode::kRenewal, .lock = lock, .replaces = &current});
  if (next && cache_.IsRefused(id, (*next)->certificate->x5t_s256())) {
    next = steps_.mint(acquisition, {.mode = MintMode::kBypass, .lock = lock});
  }
  if (!next) return next;
  return IsOther(id, **next, current) ? *std::move(next) : BindingPtr();
}

CertificateService::Published CertificateService::Publish(const AcquisitionContext& acquisition,
                                                          const BindingPtr& current, const BindingPtr& next) {
  const CertificateId id(acquisition.plan);
  cache_.DropPrepared(id);
  Published published;
  published.done = cache_.Replace(id, *current, {next, ports_.clock.MonotonicNow()});
  if (!published.done) return published;
  published.changes.Retire(current);
  published.changes.current = next;
  return published;
}

void CertificateService::NoteDoubt(const AcquisitionContext& acquisition, const Binding& binding) {
  // Other processes would take what was prepared out of the store.
  if (cache_.Doubt(CertificateId(acquisition.plan), binding)) steps_.remove(acquisition, binding);
}

CertificateChanges CertificateService::NoteToken(const AcquisitionContext& acquisition,
                                                 const BindingPtr& binding) {
  const CertificateId id(acquisition.plan);
  CertificateChanges changes;
  const BindingPtr suspect = cache_.AdoptTrial(id, binding, ports_.clock.MonotonicNow());
  if (suspect == nullptr) {
    cache_.Trust(id, *binding);
    return changes;
  }
  cache_.Refuse(id, *suspect, ports_.clock.Now());  // IMDS may still cache it
  steps_.remove(acquisition, *suspect);
  steps_.store(acquisition, *binding);
  changes.Retire(suspect);
  changes.current = binding;
  return changes;
}

CertificateChanges CertificateService::DropDeadKeys() {
  CertificateChanges changes;
  for (const auto& key : ports_.keys.ForgetDead()) {
    for (BindingPtr& binding : cache_.DropOfKey(*key)) changes.Retire(std::move(binding));
  }
  return changes;
}

CertificateChanges CertificateService::Retire(const AcquisitionContext& acquisition,
                                              const BindingPtr& binding, Fault fault) {
  const CertificateId id(acquisition.plan);
  CertificateChanges changes;
  switch (fault) {
    case Fault::kRefused:
      cache_.Refuse(id, *binding, ports_.clock.Now());
      break;
    case Fault::kSuspected:
      cache_.Suspect(id, *binding);
      break;
    case Fault::kDeadKey:  // its other certificates are of no use either
      for (BindingPtr& other : cache_.DropOfKey(*Unwatched(binding->certificate->key()))) {
        if (other != binding) changes.Retire(std::move(other));
      }
      break;
  }
  const BindingPtr prepared =
      cache_.DropPrepared(id);  // it has the same key, and perhaps the same attestation
  if (prepared && prepared != binding) steps_.remove(acquisition, *prepared);
  steps_.remove(acquisition, *binding);
  // A suspected one may become current again, and then its tokens are good.
  if (fault != Fault::kSuspected) changes.Retire(binding);
  return changes;
}

}  // namespace msiv2::certificates
