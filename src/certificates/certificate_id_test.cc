#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "certificates/certificate_id.h"

namespace msiv2::certificates {
namespace {

using Hosts = std::optional<std::vector<std::string>>;

// A15. A binding that one list allowed must not be served under another.
TEST(CertificateId, TellsAllowListsApartWhateverTheirEntriesHold) {
  const Hosts lists[] = {std::nullopt,       Hosts(std::in_place), Hosts({""}),       Hosts({"", ""}),
                         Hosts({"*"}),       Hosts({"a,b"}),       Hosts({"a", "b"}), Hosts({"a", "b", ""}),
                         Hosts({"a,", "b"}), Hosts({"a", ",b"}),   Hosts({"1:a1:b"}), Hosts({"1:a", "b"})};
  std::set<CertificateId> keys;
  for (const Hosts& hosts : lists) {
    flow::BoundTokenPlan plan;
    plan.endpoint_rules.allowed_hosts = hosts;
    EXPECT_TRUE(keys.insert(CertificateId(plan)).second) << (hosts ? hosts->size() : 99);
  }
}

// A15.
TEST(CertificateId, TellsIdentitiesApartWhoseIdsLookAlike) {
  const ManagedIdentityId identities[] = {
      ManagedIdentityId::SystemAssigned(), ManagedIdentityId::ClientId("1"),
      ManagedIdentityId::ObjectId("1"),    ManagedIdentityId::ResourceId("1"),
      ManagedIdentityId::ClientId("11"),   ManagedIdentityId::ClientId("1,"),
      ManagedIdentityId::ClientId("att=1")};
  std::set<CertificateId> keys;
  for (const ManagedIdentityId& identity : identities) {
    for (const bool attested : {false, true}) {
      flow::BoundTokenPlan plan;
      plan.identity = identity;
      plan.attested = attested;
      EXPECT_TRUE(keys.insert(CertificateId(plan)).second) << identity.id();
    }
  }
}

// B9.
TEST(IssuedIdentity, HasBindingsOfTheSameClientAndTheSameTenantOnly) {
  const flow::BoundTokenPlan plan;
  const IssuedIdentity identity(plan, "client", "tenant");
  Binding binding;
  binding.client_id = "Client";
  binding.tenant_id = "Tenant";
  EXPECT_TRUE(identity.Has(binding)) << "letter case does not count";
  binding.tenant_id = "another";
  EXPECT_FALSE(identity.Has(binding)) << "tenant";
  binding.tenant_id = "tenant";
  binding.client_id = "another";
  EXPECT_FALSE(identity.Has(binding)) << "client";
}

// B9.
TEST(IssuedIdentity, IsToldApartByClientTenantAndPlan) {
  flow::BoundTokenPlan attested;
  attested.attested = true;
  const flow::BoundTokenPlan plan;
  std::set<IssuedIdentity> identities;
  EXPECT_TRUE(identities.insert({plan, "client", "tenant"}).second);
  EXPECT_FALSE(identities.insert({plan, "CLIENT", "TENANT"}).second) << "letter case does not count";
  EXPECT_TRUE(identities.insert({plan, "another", "tenant"}).second);
  EXPECT_TRUE(identities.insert({plan, "client", "another"}).second);
  EXPECT_TRUE(identities.insert({attested, "client", "tenant"}).second);
}

}  // namespace
}  // namespace msiv2::certificates
