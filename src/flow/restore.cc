// The certificate store around steps 3 to 6.
#include "base/ascii.h"
#include "flow/steps.h"

namespace msiv2::flow {

std::string StoreAlias(const Plan& plan) {
  const std::string identity = plan.identity.kind() == ManagedIdentityId::Kind::kSystemAssigned
                                   ? "system_assigned_managed_identity"
                                   : plan.identity.id();
  return identity + (plan.attested ? "#att=1" : "#att=0");
}

BindingPtr RestoreBinding(const StepContext& step, const PlatformMetadata& metadata, const KeyPtr& key) {
  if (step.ports.store == nullptr) return nullptr;
  for (const StoredCertificate& stored : step.ports.store->Load(StoreAlias(step.plan))) {
    if (!EqualsIgnoreCase(stored.tenant_id, metadata.tenant_id)) continue;
    auto binding = CheckBinding(step,
                                {.client_id = metadata.client_id,
                                 .tenant_id = metadata.tenant_id,
                                 .certificate_der = stored.leaf_der,
                                 .identity_type = "",
                                 .mtls_authentication_endpoint = stored.token_endpoint},
                                key);
    if (binding) return *std::move(binding);
  }
  return nullptr;
}

void StoreBinding(const StepContext& step, const Binding& binding) {
  if (step.ports.store == nullptr) return;
  step.ports.store->Save(StoreAlias(step.plan),
                         {binding.certificate->leaf_der(), binding.token_endpoint, binding.tenant_id});
}

void RemoveBinding(const StepContext& step, const Binding& binding) {
  if (step.ports.store == nullptr) return;
  step.ports.store->Remove(StoreAlias(step.plan), binding.certificate->leaf_der());
}

}  // namespace msiv2::flow
