#include "certificates/certificate_id.h"

#include "base/ascii.h"
#include "base/make_key.h"

namespace msiv2::certificates {
namespace {

std::string IdentityText(const ManagedIdentityId& identity) {
  return std::to_string(static_cast<int>(identity.kind())) + identity.id();
}

std::string AllowListText(const EndpointRules& rules) {
  if (!rules.allowed_hosts) return "*";  // a list, even an empty one, never gives this text
  std::string text;
  for (const std::string& host : *rules.allowed_hosts) text += MakeKey({host});
  return text;
}

std::string_view AttestationText(const flow::BoundTokenPlan& plan) {
  return plan.attested ? "att=1" : "att=0";
}

}  // namespace

CertificateId::CertificateId(const flow::BoundTokenPlan& plan)
    : text_(MakeKey({plan.imds_base, IdentityText(plan.identity), AttestationText(plan),
                     AllowListText(plan.endpoint_rules)})) {}

IssuedIdentity::IssuedIdentity(const flow::BoundTokenPlan& plan, std::string_view client_id,
                               std::string_view tenant_id)
    : client_id_(ToLower(client_id)),
      tenant_id_(ToLower(tenant_id)),
      rest_(MakeKey({plan.imds_base, AttestationText(plan), AllowListText(plan.endpoint_rules)})) {}

bool IssuedIdentity::Has(const Binding& binding) const {
  return ToLower(binding.client_id) == client_id_ && ToLower(binding.tenant_id) == tenant_id_;
}

}  // namespace msiv2::certificates
