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

}  // namespace
}  // namespace msiv2::certificates
