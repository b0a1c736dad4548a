#include "certificates/issuance.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace msiv2::certificates {
namespace {

using flow::MintMode;

constexpr std::chrono::minutes kMetadataLife{5};
constexpr std::chrono::seconds kMetadataTimeout{2};  // callers wait meanwhile, and the binding is usable
constexpr std::chrono::seconds kMetadataRetry{30};
constexpr std::chrono::seconds kBackOffAfterFailure{30};

}  // namespace

Result<BindingPtr> CertificateService::Issuance::Run() {
  CertificateCache& cache = service_.cache_;
  while (true) {
    const auto cached = cache.Find(id_, acquisition_.plan.key_policy.minimum, acquisition_.ports.clock.Now());
    if (!cached) return MintNeeded(acquisition_);
    if (!IsSameIdentity(*cached)) continue;
    if (service_.WantsAnother(acquisition_.plan, id_, *cached->binding)) {
      if (BindingPtr minted = MintWanted()) return minted;
    }
    if (cache.BeginTrial(id_, *cached->binding, acquisition_.ports.clock.MonotonicNow())) {
      if (BindingPtr trial = MintTrial(*cached->binding)) return trial;
    }
    // Another call may have retired it meanwhile.
    if (cache.IsCurrent(id_, *cached->binding)) return cached->binding;
  }
}

/// IsSameIdentity reads the metadata again where five minutes have passed. False: the id names another
/// identity now, and the cached binding does not belong to it.
bool CertificateService::Issuance::IsSameIdentity(const CachedBinding& cached) {
  CertificateCache& cache = service_.cache_;
  const auto now = acquisition_.ports.clock.MonotonicNow();
  if (now < cached.metadata_read + kMetadataLife) return true;
  CallContext brief = acquisition_.call;
  brief.deadline = std::min(brief.deadline, now + kMetadataTimeout);
  const auto metadata = service_.steps_.read_metadata(
      {acquisition_.plan, acquisition_.ports, acquisition_.trace, brief, acquisition_.stats},
      /*retries=*/false);
  if (!metadata) {
    // The certificate is usable while IMDS is down: use it, and ask again a little later.
    cache.MetadataRead(id_, *cached.binding, now - kMetadataLife + kMetadataRetry);
    return true;
  }
  if (IssuedIdentity(acquisition_.plan, metadata->client_id, metadata->tenant_id).Has(*cached.binding)) {
    cache.MetadataRead(id_, *cached.binding, now);
    return true;
  }
  service_.LeaveIdentity(id_, cached.binding, changes_);
  return false;
}

Result<BindingPtr> CertificateService::Issuance::MintNeeded(const AcquisitionContext& acquisition) {
  CertificateCache& cache = service_.cache_;
  const bool challenged = service_.IsNewChallenge(acquisition.plan);
  auto binding = Mint(acquisition, challenged || cache.MustBypass(id_) ? MintMode::kBypass : MintMode::kAny);
  if (binding && challenged) cache.NoteChallenge(id_, acquisition.plan.challenge);
  return binding;
}

/// MintWanted returns null where there is no better binding for now.
BindingPtr CertificateService::Issuance::MintWanted() {
  const CallContext brief = HalfOfTheCall();
  const auto binding =
      MintNeeded({acquisition_.plan, acquisition_.ports, acquisition_.trace, brief, acquisition_.stats});
  if (binding) return *binding;
  service_.cache_.BackOff(id_, acquisition_.ports.clock.MonotonicNow() + kBackOffAfterFailure);
  return nullptr;
}

/// MintTrial returns another binding for the identity of `suspect`, with a key as strong, or null where there
/// is none. The suspect one stays current until the other works.
BindingPtr CertificateService::Issuance::MintTrial(const Binding& suspect) {
  flow::BoundTokenPlan plan = acquisition_.plan;
  plan.key_policy.minimum = std::max(plan.key_policy.minimum, suspect.certificate->strength());
  const CallContext brief = HalfOfTheCall();
  std::unique_ptr<MintLock> lock;  // the store does not get what was minted before it works
  const auto minted =
      service_.steps_.mint({plan, acquisition_.ports, acquisition_.trace, brief, acquisition_.stats},
                           {.mode = MintMode::kBypass, .lock = lock});
  if (!minted) return nullptr;
  const bool fits = service_.IsOther(id_, **minted, suspect) && IssuedIdentity(plan, suspect).Has(**minted);
  if (!fits) return nullptr;
  service_.cache_.SetTrial(id_, *minted);
  return *minted;
}

/// HalfOfTheCall leaves the other half of the call's time for the binding that is usable already.
CallContext CertificateService::Issuance::HalfOfTheCall() const {
  const auto now = acquisition_.ports.clock.MonotonicNow();
  CallContext brief = acquisition_.call;
  if (brief.deadline > now) brief.deadline = now + (brief.deadline - now) / 2;
  return brief;
}

Result<BindingPtr> CertificateService::Issuance::Mint(const AcquisitionContext& acquisition, MintMode mode) {
  const auto& mint = service_.steps_.mint;
  const auto read_at = acquisition.ports.clock.MonotonicNow();
  bool adopted = false;
  std::unique_ptr<MintLock> lock;  // until the store has what was minted
  auto binding =
      mint(acquisition, {.mode = mode, .lock = lock, .adopt = [&](const PlatformMetadata& metadata) {
                           BindingPtr current = Adopt(metadata.client_id, metadata.tenant_id);
                           adopted = current != nullptr;
                           return current;
                         }});
  if (adopted) return binding;
  const auto refused = [&] {
    return binding && service_.cache_.IsRefused(id_, (*binding)->certificate->x5t_s256());
  };
  if (refused() && mode != MintMode::kBypass) {
    binding = mint(acquisition, {.mode = MintMode::kBypass, .lock = lock});
  }
  if (refused()) {
    return Error(ErrorCode::kCredentialRequestFailed, Step::kCredential,
                 "IMDS issued a certificate again that the token service has refused");
  }
  if (!binding) return binding;
  if (mode == MintMode::kAny) {  // two ids of one identity may have been minted for at the same time
    if (BindingPtr current = Adopt((*binding)->client_id, (*binding)->tenant_id)) return current;
  }
  MakeCurrent({*binding, read_at});
  return binding;
}

/// Adopt returns what there is already for the identity that IMDS named, else null. This is the binding that
/// is current under another id, or what a renewal prepared.
BindingPtr CertificateService::Issuance::Adopt(const std::string& client_id, const std::string& tenant_id) {
  const IssuedIdentity identity(acquisition_.plan, client_id, tenant_id);
  const KeyStrength minimum = acquisition_.plan.key_policy.minimum;
  const auto now = acquisition_.ports.clock.Now();
  if (BindingPtr shared = service_.cache_.Share(id_, identity, minimum, now)) return shared;
  BindingPtr prepared = service_.cache_.TakePrepared(id_, identity, minimum, now);
  if (prepared) MakeCurrent({prepared, acquisition_.ports.clock.MonotonicNow()});
  return prepared;
}

void CertificateService::Issuance::MakeCurrent(const CachedBinding& next) {
  service_.MakeCurrent(acquisition_, id_, next, changes_);
}

}  // namespace msiv2::certificates
