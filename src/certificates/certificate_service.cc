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
  auto next = MintNext(acquisition, id, *current);
  if (!next || *next == nullptr || !cache_.IsCurrent(id, *current)) return {std::move(next), {}};
  if (!IssuedIdentity(acquisition.plan, current->client_id, current->tenant_id).Has(**next)) {
    return {BindingPtr(), Move(acquisition, id, current, *next)};
  }
  cache_.SetPrepared(id, *next);
  return {std::move(next), {}};
}

/// Move makes `next`, of another identity than `current`, the answer for `id`.
CertificateChanges CertificateService::Move(const AcquisitionContext& acquisition, const CertificateId& id,
                                            const BindingPtr& current, const BindingPtr& next) {
  CertificateChanges changes;
  if (cache_.Separate(id, *current)) changes.Retire(current);
  steps_.store(acquisition, *next);
  const IssuedIdentity identity(acquisition.plan, next->client_id, next->tenant_id);
  const auto put = cache_.Put(id, identity, {next, ports_.clock.MonotonicNow()}, ports_.clock.Now());
  if (put.replaced) changes.Retire(put.replaced);
  if (put.is_current) changes.current = next;
  return changes;
}

/// MintNext returns null where there is no other certificate yet.
Result<BindingPtr> CertificateService::MintNext(const AcquisitionContext& acquisition,
                                                const CertificateId& id, const Binding& current) {
  const auto mode = cache_.MustBypass(id) ? flow::MintMode::kBypass : flow::MintMode::kRenewal;
  auto next = steps_.mint(acquisition, mode, {});
  if (next && cache_.IsRefused(id, (*next)->certificate->x5t_s256())) {
    next = steps_.mint(acquisition, flow::MintMode::kBypass, {});
  }
  if (!next) return next;
  const std::string& thumbprint = (*next)->certificate->x5t_s256();
  const bool is_other = thumbprint != current.certificate->x5t_s256() && !cache_.IsRefused(id, thumbprint);
  return is_other ? *std::move(next) : BindingPtr();
}

CertificateService::Published CertificateService::Publish(const AcquisitionContext& acquisition,
                                                          const BindingPtr& current, const BindingPtr& next) {
  const CertificateId id(acquisition.plan);
  cache_.DropPrepared(id);
  Published published;
  published.done = cache_.Replace(id, *current, {next, ports_.clock.MonotonicNow()});
  if (!published.done) return published;
  steps_.store(acquisition, *next);
  published.changes.Retire(current);
  published.changes.current = next;
  return published;
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
  cache_.DropPrepared(id);  // it has the same key, and perhaps the same attestation
  steps_.remove(acquisition, *binding);
  // A suspected one may become current again, and then its tokens are good.
  if (fault != Fault::kSuspected) changes.Retire(binding);
  return changes;
}

}  // namespace msiv2::certificates
