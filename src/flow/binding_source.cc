#include "flow/binding_source.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/make_key.h"

namespace msiv2::flow {
namespace {

constexpr std::chrono::minutes kMetadataLife{5};
constexpr std::chrono::seconds kMetadataPatience{2};  // callers wait meanwhile, and what they have is good
constexpr std::chrono::seconds kMetadataRetry{30};
constexpr std::chrono::seconds kRestAfterFailure{30};

std::string IdentityText(const ManagedIdentityId& identity) {
  return std::to_string(static_cast<int>(identity.kind())) + identity.id();
}

std::string AllowListText(const EndpointRules& rules) {
  if (!rules.allowed_hosts) return "*";  // the key of no list
  std::string text;
  for (const std::string& host : *rules.allowed_hosts) text += MakeKey({host});
  return text;
}

// What IMDS calls the identity, for everything that BindingKey tells apart but the way it was asked for.
std::string IdentityKey(const Plan& plan, std::string_view client_id, std::string_view tenant_id) {
  return MakeKey({plan.imds_base, ToLower(client_id), ToLower(tenant_id), plan.attested ? "att=1" : "att=0",
                  AllowListText(plan.endpoint_rules)});
}

}  // namespace

std::string BindingKey(const Plan& plan) {
  return MakeKey({plan.imds_base, IdentityText(plan.identity), plan.attested ? "att=1" : "att=0",
                  AllowListText(plan.endpoint_rules)});
}

BindingPtr BindingSource::Cached(const Plan& plan, const std::string& key) const {
  if (IsNewChallenge(plan, key) && !bindings_.Rests(key, ports_.clock.MonotonicNow())) return nullptr;
  const auto cached = bindings_.Find(key, plan.key_policy.floor, ports_.clock.Now());
  return cached ? cached->binding : nullptr;
}

Result<BindingPtr> BindingSource::Get(const StepContext& step) {
  const std::string asked = BindingKey(step.plan);
  while (true) {
    const std::string key = aliases_.Resolve(asked);
    bool led = false;
    const auto lead = [&] {
      led = true;
      bool out_of_time = false;
      auto binding = Lead({step.plan, step.ports, step.trace, step.call, &out_of_time}, asked);
      if (!binding && out_of_time) binding.error().out_of_time = true;
      return binding;
    };
    auto binding = mints_.Run(key, step.call, Step::kCredential, "another caller's certificate", lead,
                              step.plan.secrets);
    if (led) return binding;
    // The caller that led may have asked for less, or for more than there is, or what it got may have been
    // given up since: no answer for this one then.
    if (!binding && binding.error().code != ErrorCode::kMinStrengthNotMet) return binding;
    const std::string now_key = aliases_.Resolve(asked);
    if (binding && (*binding)->certificate->strength() >= step.plan.key_policy.floor &&
        bindings_.IsCurrent(now_key, **binding) && !WantsAnother(step.plan, now_key, **binding)) {
      return binding;
    }
  }
}

void BindingSource::GiveUp(const StepContext& step, const std::string& key, const Binding& binding,
                           Reason reason) {
  switch (reason) {
    case Reason::kRefused:
      bindings_.Refuse(key, binding, ports_.clock.Now());
      break;
    case Reason::kSuspected:
      bindings_.Suspect(key, binding);
      break;
    case Reason::kDeadKey:
      bindings_.Drop(key, binding);
      break;
  }
  ForgetPrepared(key);  // it has the same key, and perhaps the same attestation
  RemoveBinding(step, binding);
  // A suspected one may come back, and its tokens are good then.
  if (reason != Reason::kSuspected) on_gone_(binding);
}

bool BindingSource::IsNewChallenge(const Plan& plan, const std::string& key) const {
  return !plan.challenge.empty() && !bindings_.ChallengeMet(key, plan.challenge);
}

bool BindingSource::WantsAnother(const Plan& plan, const std::string& key, const Binding& current) {
  if (bindings_.Rests(key, ports_.clock.MonotonicNow())) return false;
  return IsNewChallenge(plan, key) || ports_.keys.HasStronger(current.certificate->strength());
}

Result<BindingPtr> BindingSource::Lead(const StepContext& step, const std::string& asked) {
  while (true) {
    const std::string key = aliases_.Resolve(asked);
    const auto cached = bindings_.Find(key, step.plan.key_policy.floor, ports_.clock.Now());
    if (!cached) return MintNeeded(step, asked);
    if (!StillTheSameIdentity(step, asked, *cached)) continue;
    if (WantsAnother(step.plan, key, *cached->binding)) {
      if (BindingPtr minted = MintWanted(step, asked)) return minted;
    }
    // Another call may have given it up meanwhile.
    if (bindings_.IsCurrent(key, *cached->binding)) return cached->binding;
  }
}

Result<BindingPtr> BindingSource::MintNeeded(const StepContext& step, const std::string& asked) {
  const std::string key = aliases_.Resolve(asked);
  const bool challenged = IsNewChallenge(step.plan, key);
  auto binding =
      Mint(step, asked, challenged || bindings_.MustBypass(key) ? MintMode::kBypass : MintMode::kAny);
  if (binding && challenged) bindings_.NoteChallenge(aliases_.Resolve(asked), step.plan.challenge);
  return binding;
}

/// MintWanted returns null when there is no better binding for now.
BindingPtr BindingSource::MintWanted(const StepContext& step, const std::string& asked) {
  const auto now = ports_.clock.MonotonicNow();
  CallContext brief = step.call;
  if (brief.deadline > now) brief.deadline = now + (brief.deadline - now) / 2;
  const auto binding = MintNeeded({step.plan, step.ports, step.trace, brief}, asked);
  if (binding) return *binding;
  bindings_.Rest(aliases_.Resolve(asked), ports_.clock.MonotonicNow() + kRestAfterFailure);
  return nullptr;
}

Result<BindingPtr> BindingSource::Mint(const StepContext& step, const std::string& asked, MintMode mode) {
  const std::string key = aliases_.Resolve(asked);
  const auto read_at = ports_.clock.MonotonicNow();
  bool adopted = false;
  auto binding = MintBinding(step, mode, [&](const PlatformMetadata& metadata) {  // steps 1 to 6
    BindingPtr serving = Adopt(step, asked, metadata.client_id, metadata.tenant_id);
    adopted = serving != nullptr;
    return serving;
  });
  if (adopted) return binding;
  const auto refused = [&] {
    return binding && bindings_.IsRefused(key, (*binding)->certificate->x5t_s256());
  };
  if (refused() && mode != MintMode::kBypass) binding = MintBinding(step, MintMode::kBypass);
  if (refused()) {
    return Error(ErrorCode::kCredentialRequestFailed, Step::kCredential,
                 "IMDS handed out a certificate again that the token service has refused");
  }
  if (!binding) return binding;
  if (mode == MintMode::kAny) {  // two ids of one identity may have been minted for at the same time
    if (BindingPtr serving = Adopt(step, asked, (*binding)->client_id, (*binding)->tenant_id)) return serving;
  }
  Serve(step, asked, *binding, read_at);
  return binding;
}

/// Adopt returns what there is already for the identity that IMDS has named, else null: what a renewal has
/// prepared, or what serves under another id; then `asked` becomes an alias of the key that keeps it.
BindingPtr BindingSource::Adopt(const StepContext& step, const std::string& asked,
                                const std::string& client_id, const std::string& tenant_id) {
  const auto fits = [&](const BindingPtr& binding) {
    return binding && binding->certificate->strength() >= step.plan.key_policy.floor &&
           EqualsIgnoreCase(binding->client_id, client_id) && EqualsIgnoreCase(binding->tenant_id, tenant_id);
  };
  const std::string owner = aliases_.Owner(IdentityKey(step.plan, client_id, tenant_id));
  if (owner.empty()) return nullptr;
  const auto cached = bindings_.Find(owner, step.plan.key_policy.floor, ports_.clock.Now());
  if (cached && owner != asked && fits(cached->binding)) {
    aliases_.Join(asked, owner);
    return cached->binding;
  }
  BindingPtr prepared = Prepared(owner);
  if (cached || owner != asked || !fits(prepared)) return nullptr;
  ForgetPrepared(owner);
  Serve(step, asked, prepared, ports_.clock.MonotonicNow());
  return prepared;
}

void BindingSource::Serve(const StepContext& step, const std::string& asked, const BindingPtr& binding,
                          std::chrono::steady_clock::time_point metadata_read) {
  const std::string identity = IdentityKey(step.plan, binding->client_id, binding->tenant_id);
  std::string key = aliases_.Resolve(asked);
  if (key != asked && aliases_.Owner(identity) != key) {
    aliases_.Leave(
        asked);  // its id names another identity now; the one that it was an alias of stays as it is
    key = asked;
  }
  aliases_.Own(identity, key);
  StoreBinding(step, *binding);
  const BindingPtr before = bindings_.Put(key, {binding, metadata_read}, ports_.clock.Now());
  if (before) on_gone_(*before);
  if (bindings_.IsCurrent(key, *binding)) on_new_binding_(step.plan, key, binding);
}

Result<BindingPtr> BindingSource::Prepare(const StepContext& step, const std::string& key,
                                          const Binding& current) {
  if (BindingPtr kept = Prepared(key)) return kept;
  // Not in the flight of the calls: what they have is good, and they must not wait for a service that is
  // down.
  auto next = MintNext(step, key, current);
  if (!next || *next == nullptr || !bindings_.IsCurrent(key, current)) return next;
  std::lock_guard lock(mutex_);
  prepared_[key] = *next;
  return next;
}

/// MintNext returns null when there is no other certificate yet, and one of the same identity only.
Result<BindingPtr> BindingSource::MintNext(const StepContext& step, const std::string& key,
                                           const Binding& current) {
  auto next = MintBinding(step, MintMode::kRenewal);
  if (next && bindings_.IsRefused(key, (*next)->certificate->x5t_s256())) {
    next = MintBinding(step, MintMode::kBypass);
  }
  if (!next) return next;
  const std::string& thumbprint = (*next)->certificate->x5t_s256();
  const bool same_identity = EqualsIgnoreCase((*next)->client_id, current.client_id) &&
                             EqualsIgnoreCase((*next)->tenant_id, current.tenant_id);
  const bool is_other =
      thumbprint != current.certificate->x5t_s256() && !bindings_.IsRefused(key, thumbprint);
  return same_identity && is_other ? *std::move(next) : BindingPtr();
}

/// Prepared returns what a renewal has minted and not published yet, while it is fresh; else null.
BindingPtr BindingSource::Prepared(const std::string& key) const {
  std::lock_guard lock(mutex_);
  const auto kept = prepared_.find(key);
  return kept != prepared_.end() && kept->second->renew_at > ports_.clock.Now() ? kept->second : nullptr;
}

bool BindingSource::Publish(const StepContext& step, const std::string& key, const Binding& current,
                            const BindingPtr& next) {
  ForgetPrepared(key);
  if (!bindings_.Replace(key, current, {next, ports_.clock.MonotonicNow()})) return false;
  on_gone_(current);
  StoreBinding(step, *next);
  on_new_binding_(step.plan, key, next);
  return true;
}

void BindingSource::ForgetPrepared(const std::string& key) {
  std::lock_guard lock(mutex_);
  prepared_.erase(key);
}

bool BindingSource::StillTheSameIdentity(const StepContext& step, const std::string& asked,
                                         const cache::CachedBinding& cached) {
  const std::string key = aliases_.Resolve(asked);
  const auto now = ports_.clock.MonotonicNow();
  if (now < cached.metadata_read + kMetadataLife) return true;
  CallContext brief = step.call;
  brief.deadline = std::min(brief.deadline, now + kMetadataPatience);
  const auto metadata = ReadMetadata({step.plan, step.ports, step.trace, brief}, /*retries=*/false);
  if (!metadata) {
    // With IMDS down the certificate is still good: keep it, and ask again a little later.
    bindings_.MetadataRead(key, *cached.binding, now - kMetadataLife + kMetadataRetry);
    return true;
  }
  if (!EqualsIgnoreCase(metadata->client_id, cached.binding->client_id) ||
      !EqualsIgnoreCase(metadata->tenant_id, cached.binding->tenant_id)) {
    if (asked != key) {  // the binding may still be right for those who ask as before
      aliases_.Leave(asked);
      return false;
    }
    aliases_.Disown(key);
    bindings_.Drop(key, *cached.binding);
    ForgetPrepared(key);
    on_gone_(*cached.binding);
    return false;
  }
  bindings_.MetadataRead(key, *cached.binding, now);
  return true;
}

}  // namespace msiv2::flow
