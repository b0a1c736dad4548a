#include "flow/binding_source.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "cache/cache_key.h"

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
  if (!rules.allowed_hosts) return "*";
  std::string text;
  for (const std::string& host : *rules.allowed_hosts) text += host + ",";
  return text;
}

// What IMDS calls the identity, for everything that BindingKey tells apart but the way it was asked for.
std::string IdentityKey(const Plan& plan, std::string_view client_id, std::string_view tenant_id) {
  return cache::MakeKey({plan.imds_base, ToLower(client_id), ToLower(tenant_id),
                         plan.attested ? "att=1" : "att=0", AllowListText(plan.endpoint_rules)});
}

}  // namespace

std::string BindingKey(const Plan& plan) {
  return cache::MakeKey({plan.imds_base, IdentityText(plan.identity), plan.attested ? "att=1" : "att=0",
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
    auto binding = mints_.Run(key, step.call, Step::kCredential, "another caller's certificate", lead);
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
    if (!cached) return MintNeeded(step, key);
    if (!StillTheSameIdentity(step, asked, *cached)) continue;
    if (WantsAnother(step.plan, key, *cached->binding)) {
      if (BindingPtr minted = MintWanted(step, key)) return minted;
    }
    // Another call may have given it up meanwhile.
    if (bindings_.IsCurrent(key, *cached->binding)) return cached->binding;
  }
}

Result<BindingPtr> BindingSource::MintNeeded(const StepContext& step, const std::string& key) {
  const bool challenged = IsNewChallenge(step.plan, key);
  auto binding =
      Mint(step, key, challenged || bindings_.MustBypass(key) ? MintMode::kBypass : MintMode::kAny);
  if (binding && challenged) bindings_.NoteChallenge(key, step.plan.challenge);
  return binding;
}

/// MintWanted returns null when there is no better binding for now.
BindingPtr BindingSource::MintWanted(const StepContext& step, const std::string& key) {
  const auto now = ports_.clock.MonotonicNow();
  CallContext brief = step.call;
  if (brief.deadline > now) brief.deadline = now + (brief.deadline - now) / 2;
  const auto binding = MintNeeded({step.plan, step.ports, step.trace, brief}, key);
  if (binding) return *binding;
  bindings_.Rest(key, ports_.clock.MonotonicNow() + kRestAfterFailure);
  return nullptr;
}

Result<BindingPtr> BindingSource::Mint(const StepContext& step, const std::string& key, MintMode mode) {
  const auto read_at = ports_.clock.MonotonicNow();
  if (mode == MintMode::kAny) {
    const BindingPtr prepared = Prepared(key);
    if (prepared && prepared->certificate->strength() >= step.plan.key_policy.floor) {
      Publish(step, key, prepared);
      return prepared;
    }
  }
  bool adopted = false;
  auto binding = MintBinding(step, mode, [&](const PlatformMetadata& metadata) {  // steps 1 to 6
    BindingPtr serving = Adopt(step.plan, key, metadata);
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
  Serve(step, key, *binding, read_at);
  return binding;
}

/// Adopt returns the binding that serves already for the identity that IMDS has named, and makes `key` an
/// alias of the key that keeps it; else null.
BindingPtr BindingSource::Adopt(const Plan& plan, const std::string& asked,
                                const PlatformMetadata& metadata) {
  const std::string owner = aliases_.Owner(IdentityKey(plan, metadata.client_id, metadata.tenant_id));
  if (owner.empty() || owner == asked) return nullptr;
  const auto cached = bindings_.Find(owner, plan.key_policy.floor, ports_.clock.Now());
  if (!cached) return nullptr;
  aliases_.Join(asked, owner);
  return cached->binding;
}

void BindingSource::Serve(const StepContext& step, const std::string& key, const BindingPtr& binding,
                          std::chrono::steady_clock::time_point metadata_read) {
  aliases_.Own(IdentityKey(step.plan, binding->client_id, binding->tenant_id), key);
  StoreBinding(step, *binding);
  bindings_.Put(key, {binding, metadata_read}, ports_.clock.Now());
  if (bindings_.IsCurrent(key, *binding)) on_new_binding_(step.plan, key, binding);
}

Result<BindingPtr> BindingSource::Prepare(const StepContext& step, const std::string& key,
                                          const Binding& current) {
  while (true) {
    if (BindingPtr kept = Prepared(key)) return kept;
    bool led = false;
    auto next = mints_.Run(key, step.call, Step::kCredential, "a caller's certificate", [&] {
      led = true;
      return MintBinding(step, MintMode::kRenewal);
    });
    if (!next) return next;
    if (!led && next->get() == &current) continue;  // a call looked whether it still serves
    if (!led) return BindingPtr();                  // a call minted it, and it serves already
    const std::string& thumbprint = (*next)->certificate->x5t_s256();
    if (thumbprint == current.certificate->x5t_s256() || bindings_.IsRefused(key, thumbprint)) {
      return BindingPtr();
    }
    std::lock_guard lock(mutex_);
    prepared_[key] = *next;
    return next;
  }
}

/// Prepared returns what a renewal has minted and not published yet, while it is fresh; else null.
BindingPtr BindingSource::Prepared(const std::string& key) const {
  std::lock_guard lock(mutex_);
  const auto kept = prepared_.find(key);
  return kept != prepared_.end() && kept->second->renew_at > ports_.clock.Now() ? kept->second : nullptr;
}

void BindingSource::Publish(const StepContext& step, const std::string& key, const BindingPtr& next) {
  Serve(step, key, next, ports_.clock.MonotonicNow());
  ForgetPrepared(key);
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
    return false;
  }
  bindings_.MetadataRead(key, *cached.binding, now);
  return true;
}

}  // namespace msiv2::flow
