// The keys under which tokens are cached and fetched: whatever tells two tokens apart is part of them.
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "flow/testing/fake_ports.h"
#include "tests/support/fake_binding.h"
#include "tests/support/silent_observer.h"
#include "tokens/bearer_token_fetcher.h"
#include "tokens/bound_token_fetcher.h"

namespace msiv2::tokens {
namespace {

using flow::BearerTokenPlan;
using flow::BoundTokenPlan;

BindingPtr MakeBinding(const std::string& x5t_s256, const std::string& tenant_id) {
  Binding binding = msiv2::testing::FakeBinding({}, {}, KeyStrength::kSoftware, x5t_s256);
  binding.tenant_id = tenant_id;
  return std::make_shared<const Binding>(std::move(binding));
}

// Each changes one thing that the token depends on.
const std::vector<std::function<void(BoundTokenPlan&)>> kBoundChanges = {
    [](BoundTokenPlan& plan) { plan.type = TokenType::kBearer; },
    [](BoundTokenPlan& plan) { plan.resource = "another"; },
    [](BoundTokenPlan& plan) { plan.key_policy.minimum = KeyStrength::kKeyGuard; },
    [](BoundTokenPlan& plan) { plan.claims = R"({"a":1})"; },
    [](BoundTokenPlan& plan) { plan.claims = R"({"access_token":{"xms_cc":{"values":["cp1"]}}})"; },
};

// B9.
TEST(TokenKeys, ABoundTokenIsCachedByAllThatItDependsOn) {
  const BindingPtr binding = MakeBinding("x5t", "tenant");
  const BoundTokenPlan plan;
  std::set<std::string> keys = {SlotOf(plan, binding, "c").key};
  for (std::size_t i = 0; i < kBoundChanges.size(); ++i) {
    BoundTokenPlan other;
    kBoundChanges[i](other);
    EXPECT_TRUE(keys.insert(SlotOf(other, binding, "c").key).second) << i;
  }
  BoundTokenPlan attested;
  attested.attested = true;
  EXPECT_TRUE(keys.insert(SlotOf(attested, binding, "c").key).second) << "attestation";
  EXPECT_TRUE(keys.insert(SlotOf(plan, MakeBinding("another", "tenant"), "c").key).second) << "certificate";
  EXPECT_TRUE(keys.insert(SlotOf(plan, MakeBinding("x5t", "another"), "c").key).second) << "tenant";
  EXPECT_FALSE(keys.insert(SlotOf(plan, MakeBinding("x5t", "tenant"), "c").key).second) << "the same";
}

TEST(TokenKeys, ARotationIsOfOneCertificate) {
  EXPECT_EQ(SlotOf({}, MakeBinding("x5t", "tenant"), "c").rotation_job, RotationJob("c"));
  EXPECT_NE(RotationJob("c"), RotationJob("another"));
}

// B9.
TEST(TokenKeys, ABoundTokenIsRefreshedByAllThatItDependsOn) {
  const BindingPtr binding = MakeBinding("x5t", "tenant");
  std::set<std::string> jobs = {SlotOf({}, binding, "c").refresh_job};
  EXPECT_TRUE(jobs.insert(SlotOf({}, binding, "another").refresh_job).second);
  for (std::size_t i = 0; i < kBoundChanges.size(); ++i) {
    BoundTokenPlan other;
    kBoundChanges[i](other);
    EXPECT_TRUE(jobs.insert(SlotOf(other, binding, "c").refresh_job).second) << i;
  }
}

// B9.
TEST(TokenKeys, CallersOfDifferentBoundTokensShareNoFetch) {
  flow::testing::FakePorts ports;
  certificates::CertificateService certificates(*ports);
  const OnCertificateChanges on_changes = [](const auto&, const auto&) {};
  const auto flight = [&](const BoundTokenPlan& plan) {
    return BoundTokenFetcher(*ports, certificates, on_changes, plan).FlightKey();
  };
  std::set<std::string> flights = {flight({})};
  for (std::size_t i = 0; i < kBoundChanges.size(); ++i) {
    BoundTokenPlan other;
    kBoundChanges[i](other);
    EXPECT_TRUE(flights.insert(flight(other)).second) << i;
  }
  BoundTokenPlan attested;
  attested.attested = true;
  EXPECT_TRUE(flights.insert(flight(attested)).second) << "attestation";
  EXPECT_FALSE(flights.insert(flight({})).second) << "the same";
}

// B9.
TEST(TokenKeys, ABearerTokenIsCachedAndFetchedByAllThatItsSourceIsTold) {
  const std::vector<std::function<void(BearerTokenPlan&)>> changes = {
      [](BearerTokenPlan&) {},
      [](BearerTokenPlan& plan) { plan.source = &v1::SourceOf(IdentitySource::kAppService); },
      [](BearerTokenPlan& plan) { plan.target.endpoint = "http://another"; },
      [](BearerTokenPlan& plan) { plan.target.server_pin = "pin"; },
      [](BearerTokenPlan& plan) { plan.target.tenant_id = "tenant"; },
      [](BearerTokenPlan& plan) { plan.target.client_id = "client"; },
      [](BearerTokenPlan& plan) { plan.target.file = "file"; },
      [](BearerTokenPlan& plan) { plan.identity = ManagedIdentityId::ClientId("1"); },
      [](BearerTokenPlan& plan) { plan.identity = ManagedIdentityId::ObjectId("1"); },
      [](BearerTokenPlan& plan) { plan.identity = ManagedIdentityId::ResourceId("1"); },
      [](BearerTokenPlan& plan) { plan.resource = "another"; },
      [](BearerTokenPlan& plan) { plan.claims = R"({"a":1})"; },
      [](BearerTokenPlan& plan) { plan.challenge = R"({"a":1})"; },
  };
  flow::testing::FakePorts ports;
  std::set<std::string> keys;
  std::set<std::string> flights;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    BearerTokenPlan plan;
    plan.source = &v1::SourceOf(IdentitySource::kImds);
    changes[i](plan);
    const BearerTokenFetcher fetcher(*ports, plan);
    EXPECT_TRUE(keys.insert(fetcher.Known().slot->key).second) << i;
    EXPECT_TRUE(flights.insert(fetcher.FlightKey()).second) << i;
  }
}

TEST(BearerFetcher, AChallengedTokenFollowsTheOneWithoutClaimsWhoseRefreshServesBoth) {
  const std::string capabilities = R"({"access_token":{"xms_cc":{"values":["cp1"]}}})";
  flow::testing::FakePorts ports;
  BearerTokenPlan plan;
  plan.source = &v1::SourceOf(IdentitySource::kImds);
  plan.capabilities = {"cp1"};
  plan.claims = capabilities;
  BearerTokenPlan challenged = plan;
  challenged.challenge = R"({"a":1})";
  challenged.claims = R"({"a":1,"access_token":{"xms_cc":{"values":["cp1"]}}})";
  const KnownSlot plain = BearerTokenFetcher(*ports, plan).Known();
  const BearerTokenFetcher fetcher(*ports, challenged);
  const KnownSlot known = fetcher.Known();
  EXPECT_EQ(plain.slot->renewed_key, plain.slot->key);
  EXPECT_FALSE(plain.slot->follows_renewed);
  EXPECT_EQ(plain.if_absent, MissReason::kAbsent);
  EXPECT_NE(known.slot->key, plain.slot->key);
  EXPECT_EQ(known.slot->renewed_key, plain.slot->key);
  EXPECT_TRUE(known.slot->follows_renewed);
  EXPECT_EQ(known.slot->refresh_job, plain.slot->refresh_job);
  EXPECT_EQ(known.if_absent, MissReason::kClaims);
  EXPECT_EQ(fetcher.Spec().claims, capabilities);
  EXPECT_EQ(fetcher.ForRefresh(nullptr)->FlightKey(), plain.slot->key);
  challenged.source = &v1::SourceOf(IdentitySource::kWorkloadIdentity);
  EXPECT_FALSE(BearerTokenFetcher(*ports, challenged).Known().slot->follows_renewed)
      << "it answers the claims themselves";
}

void ExpectForTheBackground(const TokenFetcher& fetcher) {
  testing::SilentObserver observer;
  const auto refresh = fetcher.ForRefresh(&observer);
  const TokenTraits traits = refresh->Traits();
  EXPECT_TRUE(traits.force_refresh);
  EXPECT_TRUE(traits.in_background);
  EXPECT_EQ(traits.rejected_token_sha256, "");
  EXPECT_EQ(traits.observer, &observer);
}

TEST(BearerFetcher, ARefreshIsARequestForTheBackground) {
  flow::testing::FakePorts ports;
  BearerTokenPlan plan;
  plan.source = &v1::SourceOf(IdentitySource::kImds);
  plan.rejected_token_sha256 = "digest";
  ExpectForTheBackground(BearerTokenFetcher(*ports, plan));
}

TEST(BearerFetcher, AnErrorIsThatOfTheSource) {
  flow::testing::FakePorts ports;
  BearerTokenPlan plan;
  plan.source = &v1::SourceOf(IdentitySource::kImds);
  const BearerTokenFetcher fetcher(*ports, plan);
  Error error(ErrorCode::kTimeout, "x");
  error.kind = ErrorKind::kMsiV2;
  EXPECT_EQ(fetcher.Explain(error).source, Name(IdentitySource::kImds));
  EXPECT_EQ(fetcher.Explain(error).kind, ErrorKind::kService);
  error.source = "another";
  EXPECT_EQ(fetcher.Explain(error).source, "another");
}

TEST(BoundFetcher, ARefreshIsARequestForTheBackground) {
  flow::testing::FakePorts ports;
  certificates::CertificateService certificates(*ports);
  const OnCertificateChanges on_changes = [](const auto&, const auto&) {};
  BoundTokenPlan plan;
  plan.rejected_token_sha256 = "digest";
  ExpectForTheBackground(BoundTokenFetcher(*ports, certificates, on_changes, plan));
}

}  // namespace
}  // namespace msiv2::tokens
