// What clients share, and what they never share.
#include <atomic>
#include <cstdlib>
#include <thread>

#include "base/environment.h"
#include "cache_scope_registry.h"
#include "emulator/identities.h"
#include "shared_state.h"
#include "tests/flow/flow_fixture.h"

namespace msiv2 {
namespace {

class SharingTest : public FlowTest {
 protected:
  // Returns options of clients that share: the process's environment, and one scope for each test.
  ClientOptions Shared() {
    if (!shared_) {
      shared_ = Options();
      shared_->environment = nullptr;
      shared_->cache_scope = MakeScope();
      shared_->key_providers = {emulator::MakeEmulatedKeyGuardProvider()};
    }
    return *shared_;
  }
  static std::ptrdiff_t Mints() { return Requests("imds", "/issuecredential"); }
  static std::ptrdiff_t Fetches() { return Requests("entra", "/token"); }

 private:
  std::optional<ClientOptions> shared_;
};

// G-15.
TEST_F(SharingTest, TwoClientsForOneIdentityDoOneMintAndOneFetch) {
  auto one = MakeClient(Shared());
  auto other = MakeClient(Shared());
  const auto token = one.AcquireToken(Attested());
  ASSERT_TRUE(token) << token.error().ToString();
  const auto same = other.AcquireToken(Attested());
  ASSERT_TRUE(same);
  EXPECT_EQ(same->token, token->token);
  EXPECT_TRUE(same->from_cache);
  EXPECT_EQ(Mints(), 1);
  EXPECT_EQ(Fetches(), 1);
}

TEST_F(SharingTest, ANewClientOfBuiltInPortsFindsTheTokensOfAnEarlierOne) {
  ClientOptions options;
  emulator::Use(emulator_->endpoints(), /*emulated_keyguard=*/false, options);
  options.cache_scope = CacheScope::Private();
  const auto first = MakeClient(options).AcquireToken(Unattested());
  ASSERT_TRUE(first) << first.error().ToString();
  const auto second = MakeClient(options).AcquireToken(Unattested());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->token, first->token);
  EXPECT_EQ(Mints(), 1);
}

TEST_F(SharingTest, UserSuppliedPortsAreReleasedWithTheLastClient) {
  auto options = Shared();
  const auto count = clock_.use_count();
  {
    auto one = MakeClient(options);
    auto other = MakeClient(options);
    EXPECT_TRUE(one.AcquireToken(Attested()));
    EXPECT_GT(clock_.use_count(), count);
  }
  EXPECT_EQ(clock_.use_count(), count);
}

TEST_F(SharingTest, ClientsWithDifferentEnvironmentsShareNothing) {
  auto one = MakeClient(Shared());
  ASSERT_TRUE(one.AcquireToken(Attested()));
  std::vector<ClientOptions> others(6, Shared());
  others[0].cache_scope = CacheScope::Private();
  others[1].key_providers = {emulator::MakeEmulatedKeyGuardProvider()};
  others[2].clock = std::make_shared<testing::JumpingClock>();
  others[3].tls.trust_anchors_pem += "\n";
  others[4].attestor = emulator::MakeEmulatedAttestor(emulator_->endpoints());
  others[5].environment = [](const char*) { return std::nullopt; };
  std::ptrdiff_t mints = 1;
  for (std::size_t i = 0; i < others.size(); ++i) {
    auto other = MakeClient(others[i]);
    const auto token = other.AcquireToken(Attested());
    ASSERT_TRUE(token) << i << token.error().ToString();
    EXPECT_FALSE(token->from_cache) << i;
    EXPECT_EQ(Mints(), ++mints) << i;
  }
}

TEST_F(SharingTest, ClientsOfOneScopeWithOtherRulesShareTheKeyButNoCertificate) {
  auto one = MakeClient(Shared());
  const auto token = one.AcquireToken(Attested());
  ASSERT_TRUE(token);
  auto options = Shared();
  options.allowed_hosts = {"127.0.0.1", "*.attest.azure.net"};
  auto strict = MakeClient(options);
  const auto strict_token = strict.AcquireToken(Attested());
  ASSERT_TRUE(strict_token) << strict_token.error().ToString();
  EXPECT_EQ((*strict_token)->binding->key(), (*token)->binding->key());
  EXPECT_EQ(Mints(), 2);
}

TEST_F(SharingTest, ClientsOfOneScopeThatTrustTheSameServersShareTheirConnections) {
  auto options = Shared();
  options.clock = clock_;
  options.environment = ProcessEnvironment();
  auto& scope = CacheScope::Registry::Of(*options.cache_scope);
  const auto one = scope.Get(options, /*shares=*/true);
  options.timeouts.attestation += std::chrono::seconds(1);
  const auto other = scope.Get(options, /*shares=*/true);
  ASSERT_TRUE(one && other);
  EXPECT_NE(*one, *other);
  EXPECT_EQ(&(*one)->ports().http, &(*other)->ports().http);

  const auto with_own_environment = scope.Get(options, /*shares=*/false);
  EXPECT_NE(&(*one)->ports().http, &(*with_own_environment)->ports().http);
  const auto private_scope = MakeScope();
  const auto apart = CacheScope::Registry::Of(*private_scope).Get(options, true);
  EXPECT_NE(&(*one)->ports().http, &(*apart)->ports().http);
  options.tls.trust_anchors_pem += "\n";
  EXPECT_NE(&(*one)->ports().http, &(*scope.Get(options, true))->ports().http);
}

// A15. A text may contain the very words that would name a file.
TEST_F(SharingTest, TrustAnchorsThatReadAlikeAreToldApart) {
  auto with_file = Shared();
  with_file.clock = clock_;
  with_file.environment = ProcessEnvironment();
  with_file.tls.trust_anchors_pem = "a";
  with_file.tls.trust_anchors_file = "/missing/b";
  auto other_split = with_file;
  other_split.tls.trust_anchors_pem = "a\n/missing";
  other_split.tls.trust_anchors_file = "b";
  auto text_alone = with_file;
  text_alone.tls.trust_anchors_pem = SharingKeyOf(with_file).trust_anchors;
  text_alone.tls.trust_anchors_file = "";
  EXPECT_EQ(SharingKeyOf(with_file).trust_anchors, SharingKeyOf(with_file).trust_anchors);
  EXPECT_NE(SharingKeyOf(with_file).trust_anchors, SharingKeyOf(other_split).trust_anchors);
  EXPECT_NE(SharingKeyOf(with_file).trust_anchors, SharingKeyOf(text_alone).trust_anchors);
}

TEST_F(SharingTest, EventsOfACallGoToItsOwnClientAndThoseOfTheBackgroundToAll) {
  auto options = Shared();
  const auto own = std::make_shared<RecordingObserver>();
  options.observer = own;
  auto one = MakeClient(options);
  auto other = MakeClient(Shared());
  const auto token = one.AcquireToken(Attested());
  ASSERT_TRUE(token);
  EXPECT_EQ(own->Count(Event::Kind::kStepStarted), 7);
  EXPECT_EQ(observer_->Count(Event::Kind::kStepStarted), 0);

  auto third = MakeClient(options);  // has the same observer as the first
  clock_->Advance(*(*token)->refresh_on - clock_->Now());
  while (observer_->Count(Event::Kind::kRenewalEnded) == 0) std::this_thread::yield();
  clock_->AwaitIdlers(1);
  EXPECT_EQ(observer_->Count(Event::Kind::kRenewalStarted), 1);
  EXPECT_EQ(own->Count(Event::Kind::kRenewalStarted), 1) << "once, though two clients have it";
}

TEST_F(SharingTest, AnObserverHearsNothingAfterItsClientIsGone) {
  auto options = Shared();
  const auto own = std::make_shared<RecordingObserver>();
  options.observer = own;
  auto stays = MakeClient(Shared());
  std::optional<Result<TokenResult>> token;
  {
    auto leaves = MakeClient(options);
    token = leaves.AcquireToken(Attested());
    ASSERT_TRUE(*token);
  }
  const std::string heard = own->Text();
  clock_->Advance(*(**token)->refresh_on - clock_->Now());
  while (observer_->Count(Event::Kind::kRenewalEnded) == 0) std::this_thread::yield();
  EXPECT_EQ(own->Text(), heard);
}

TEST_F(SharingTest, TheLeastRecentlyUsedSharedStateIsEvicted) {
  ClientOptions options;
  emulator::Use(emulator_->endpoints(), /*emulated_keyguard=*/false, options);
  options.cache_scope = CacheScope::Private();
  const auto serve = [&](int anchors) {  // a client with its own trust anchors
    ClientOptions own = options;
    own.tls.trust_anchors_pem += std::string(static_cast<std::size_t>(anchors), '\n');
    const auto token = MakeClient(own).AcquireToken(Unattested());
    EXPECT_TRUE(token) << token.error().ToString();
    return token->from_cache;
  };
  for (int anchors = 0; anchors < 8; ++anchors) EXPECT_FALSE(serve(anchors));
  EXPECT_TRUE(serve(0));
  EXPECT_FALSE(serve(8));
  EXPECT_TRUE(serve(0)) << "asked for lately";
  EXPECT_FALSE(serve(1)) << "eight others were asked for since";
}

// The services know one identity, whichever of its ids the client uses.
// G-36.
TEST_F(SharingTest, AnIdentityAddressedInThreeWaysHasOneCertificateAndOneToken) {
  const ManagedIdentityId ways[] = {ManagedIdentityId::ClientId(kUserClientId),
                                    ManagedIdentityId::ObjectId(kUserObjectId),
                                    ManagedIdentityId::ResourceId(kUserResourceId)};
  std::vector<ManagedIdentityClient> clients;
  std::vector<TokenResult> tokens;
  for (const auto& way : ways) {
    auto options = Shared();
    options.identity = way;
    clients.push_back(MakeClient(std::move(options)));
    const auto token = clients.back().AcquireToken(Attested());
    ASSERT_TRUE(token) << token.error().ToString();
    tokens.push_back(*token);
  }
  EXPECT_EQ(tokens[1].token, tokens[0].token);
  EXPECT_EQ(tokens[2].token, tokens[0].token);
  EXPECT_EQ(Mints(), 1);
  EXPECT_EQ(Fetches(), 1);
  EXPECT_EQ(Requests("imds", "/getplatformmetadata"), 3) << "only IMDS can say who an id is";
}

// A client that names it by its resource id means the new identity, and detects the change when metadata is
// read again.
TEST_F(SharingTest, AnIdentityThatIsCreatedAgainUnderItsNameIsNotTheOneOfItsOldId) {
  auto options = Shared();
  options.identity = ManagedIdentityId::ClientId(kUserClientId);
  auto by_id = MakeClient(options);
  options.identity = ManagedIdentityId::ResourceId(kUserResourceId);
  auto by_name = MakeClient(options);
  const auto old = by_id.AcquireToken(Attested());
  const auto same = by_name.AcquireToken(Attested());
  ASSERT_TRUE(old && same);
  EXPECT_EQ(same->token, old->token);

  constexpr char kNewClientId[] = "77777777-7777-4666-8555-444444444444";
  ASSERT_TRUE(emulator_->SetIdentities({{false, kNewClientId, kNewClientId, kUserResourceId}}));
  clock_->Advance(std::chrono::minutes(6));
  const auto fresh = by_name.AcquireToken(Attested("https://storage.azure.com"));
  const auto renewed = by_name.AcquireToken(Attested());
  const auto kept = by_id.AcquireToken(Attested());
  ASSERT_TRUE(emulator_->SetIdentities(emulator::DefaultIdentities()));
  ASSERT_TRUE(fresh) << fresh.error().ToString();
  ASSERT_TRUE(renewed) << renewed.error().ToString();
  ASSERT_TRUE(kept) << kept.error().ToString();
  EXPECT_NE((*fresh)->binding->x5t_s256(), (*old)->binding->x5t_s256());
  EXPECT_EQ((*renewed)->binding, (*fresh)->binding);
  EXPECT_NE(renewed->token, old->token) << "a token of the identity that was";
  EXPECT_EQ(kept->token, old->token) << "good as long as it lasts";
  EXPECT_EQ(Mints(), 2);
}

// G-04.
TEST_F(SharingTest, ARefusedCertificateIsGoneForEveryWayToAddressIt) {
  auto options = Shared();
  options.identity = ManagedIdentityId::ClientId(kUserClientId);
  auto by_client_id = MakeClient(options);
  options.identity = ManagedIdentityId::ObjectId(kUserObjectId);
  auto by_object_id = MakeClient(options);
  const auto first = by_client_id.AcquireToken(Attested());
  ASSERT_TRUE(first && by_object_id.AcquireToken(Attested()));
  Fault("entra.token answer=invalid-client count=1");
  const auto renewed = by_object_id.AcquireToken(Attested("https://storage.azure.com"));
  ASSERT_TRUE(renewed) << renewed.error().ToString();
  const auto after = by_client_id.AcquireToken(Attested());
  ASSERT_TRUE(after);
  EXPECT_EQ((*after)->binding, (*renewed)->binding);
  EXPECT_NE((*after)->binding, (*first)->binding);
  EXPECT_EQ(Mints(), 2);
}

TEST_F(SharingTest, AThousandThreadsOnEightColdIdentitiesMintEightTimes) {
  emulator::EmulatorOptions emulated;
  for (int i = 0; i < 8; ++i) {
    const std::string digit = std::to_string(i);
    emulated.identities.push_back({.system_assigned = false,
                                   .client_id = "00000000-0000-4000-8000-00000000000" + digit,
                                   .object_id = "00000000-0000-4000-9000-00000000000" + digit,
                                   .resource_id = "/subscriptions/s/identity" + digit});
  }
  const auto emulator = emulator::Emulator::Start(emulated).value();
  auto options = Shared();
  options.imds_base_url = emulator->endpoints().imds;
  options.tls.trust_anchors_pem = emulator->endpoints().ca_pem;
  options.attestor = emulator::MakeEmulatedAttestor(emulator->endpoints());
  std::vector<ManagedIdentityClient> clients;
  for (const auto& identity : emulated.identities) {
    options.identity = ManagedIdentityId::ClientId(identity.client_id);
    clients.push_back(MakeClient(options));
  }
  std::atomic<int> served{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 1000; ++i) {
    threads.emplace_back([&, i] {
      if (clients[i % clients.size()].AcquireToken(Attested())) ++served;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(served, 1000);
  const auto log = emulator->Log();
  const auto count = [&](std::string_view suffix) {
    return std::count_if(log.begin(), log.end(),
                         [&](const auto& entry) { return entry.path.ends_with(suffix); });
  };
  EXPECT_EQ(count("/issuecredential"), 8);
  EXPECT_EQ(count("/oauth2/v2.0/token"), 8);
}

}  // namespace
}  // namespace msiv2
