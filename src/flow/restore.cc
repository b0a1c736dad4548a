#include "flow/restore.h"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "rotation/schedule.h"
#include "x509/certificate_parse.h"

namespace msiv2::flow {
namespace {

// An emulated key is never linked to a keystore of this host, whatever it says.
std::optional<KeyContainer> ContainerOf(const SigningKey& key) {
  return key.Origin() == KeyOrigin::kEmulated ? std::nullopt : key.Container();
}

// Returns true if the certificate's key is gone for good: its container holds another one now. This is so
// after a reboot when the key lived for one boot only.
bool IsOrphan(const StoredCertificate& stored, const SigningKey& key) {
  if (!stored.container || stored.container != ContainerOf(key)) return false;
  const auto certificate = x509::ParseCertificate(stored.leaf_der);
  return certificate && certificate->public_key && *certificate->public_key != key.PublicKey();
}

// Returns true if `candidate` may take the place of `replaces`, which may be null.
bool IsLater(const Binding& candidate, const Binding* replaces, std::chrono::system_clock::time_point now) {
  if (replaces == nullptr) return true;
  const BindingCertificate& its = *candidate.certificate;
  // Seen from its own beginning, since no renewal of what becomes current now is due at once.
  const auto due = rotation::RenewAt(its.not_before(), its.not_after(), its.not_before(), its.x5t_s256());
  return its.not_after() > replaces->certificate->not_after() && due > now;
}

}  // namespace

std::string StoreAlias(const BoundTokenPlan& plan) {
  const std::string identity = plan.identity.kind() == ManagedIdentityId::Kind::kSystemAssigned
                                   ? "system_assigned_managed_identity"
                                   : plan.identity.id();
  return identity + (plan.attested ? "#att=1" : "#att=0");
}

BindingPtr RestoreBinding(const AcquisitionContext& acquisition, const PlatformMetadata& metadata,
                          const KeyPtr& key, const Binding* replaces) {
  if (acquisition.ports.store == nullptr) return nullptr;
  const std::string alias = StoreAlias(acquisition.plan);
  for (const StoredCertificate& stored : acquisition.ports.store->Load(alias)) {
    if (IsOrphan(stored, *key)) {
      acquisition.ports.store->Remove(alias, stored.leaf_der);
      continue;
    }
    if (!EqualsIgnoreCase(stored.tenant_id, metadata.tenant_id)) continue;
    auto binding = CheckBinding(acquisition,
                                {.client_id = metadata.client_id,
                                 .tenant_id = metadata.tenant_id,
                                 .certificate_der = stored.leaf_der,
                                 .identity_type = "",
                                 .mtls_authentication_endpoint = stored.token_endpoint},
                                key);
    if (!binding || !IsLater(**binding, replaces, acquisition.ports.clock.Now())) continue;
    Binding restored = **binding;
    restored.restored = true;
    return std::make_shared<const Binding>(std::move(restored));
  }
  return nullptr;
}

std::unique_ptr<MintLock> LockMint(const AcquisitionContext& acquisition, const SigningKey& key, bool waits) {
  const auto container = ContainerOf(key);
  if (acquisition.ports.store == nullptr || !container) return nullptr;
  CallContext call = acquisition.call;
  if (!waits) call.deadline = acquisition.ports.clock.MonotonicNow();
  return acquisition.ports.store->LockMint(StoreAlias(acquisition.plan), *container, call);
}

void StoreBinding(const AcquisitionContext& acquisition, const Binding& binding) {
  if (acquisition.ports.store == nullptr || binding.restored) return;
  acquisition.ports.store->Save(binding.store_alias, {.leaf_der = binding.certificate->leaf_der(),
                                                      .token_endpoint = binding.token_endpoint,
                                                      .tenant_id = binding.tenant_id,
                                                      .container = ContainerOf(*binding.certificate->key())});
}

void RemoveBinding(const AcquisitionContext& acquisition, const Binding& binding) {
  if (acquisition.ports.store == nullptr) return;
  acquisition.ports.store->Remove(binding.store_alias, binding.certificate->leaf_der());
}

}  // namespace msiv2::flow
