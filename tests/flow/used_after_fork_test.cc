// What a forked child can do with its parent's objects: read results and destroy them. Every other function
// returns used_after_fork at once. Unix only: Windows has no fork.
#include <openssl/ssl.h>

#include <atomic>
#include <thread>

#include "msiv2/observers/log.h"
#include "msiv2/resource_client.h"
#include "msiv2/tools/doctor.h"
#include "msiv2/tools/selftest.h"
#include "tests/flow/flow_fixture.h"
#include "tests/support/evp_signing_key.h"
#include "tests/support/in_child.h"

namespace msiv2 {
namespace {

using testing::Unless;
using testing::WrongInChild;

template <typename T>
std::string Refused(const char* entry, const Result<T>& answer) {
  if (!answer && answer.error().code == ErrorCode::kUsedAfterFork) return "";
  return std::string(entry) + ": " + (answer ? "an answer" : answer.error().ToString()) + "\n";
}

// Always returns the same key, which counts its signatures: a connection with a client certificate makes one.
class OneKeyProvider final : public KeyProvider {
 public:
  explicit OneKeyProvider(std::shared_ptr<const SigningKey> key) : key_(std::move(key)) {}
  std::string_view ProviderName() const override { return "one-key"; }
  KeyStrength BestStrength() const override { return KeyStrength::kSoftware; }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override { return key_; }

 private:
  const std::shared_ptr<const SigningKey> key_;
};

class UsedAfterForkTest : public FlowTest {
 protected:
  // Returns options with the built-in in-memory keys, in their own scope.
  static ClientOptions Software() {
    ClientOptions options;
    emulator::Use(emulator_->endpoints(), /*emulated_keyguard=*/false, options);
    options.key_providers = {*software_};
    options.cache_scope = CacheScope::Private();
    return options;
  }
  static ResourceClient Resource() {
    ResourceClientOptions options;
    emulator::Use(emulator_->endpoints(), options);
    return *ResourceClient::Create(options);
  }
  static std::string Url() { return emulator_->endpoints().resource + "/secrets"; }
};

// F6.
TEST_F(UsedAfterForkTest, EveryEntryOfAParentsClientAnswersAtOnceAndTheParentGoesOn) {
  auto client = MakeClient(Software());
  const TokenRequest request = Unattested();
  ASSERT_TRUE(client.AcquireToken(request));
  const auto wrong = WrongInChild([&] {
    TokenRequest fresh = request;
    fresh.force_refresh = true;
    std::string found = Refused("AcquireToken, cached", client.AcquireToken(request));
    found += Refused("AcquireToken, fresh", client.AcquireToken(fresh));
    found += Refused("AcquireToken, refused", client.AcquireToken({}));
    found += Refused("AcquireToken, MSI v1", client.AcquireToken({.resource = "https://a.example"}));
    auto future = client.AcquireTokenAsync(request);
    if (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return found + "async waits";
    found += Refused("AcquireTokenAsync", future.get());
    found += Refused("GetCapabilities", client.GetCapabilities());
    ManagedIdentityClient moved = std::move(client);
    found += Refused("AcquireToken of a moved client", moved.AcquireToken(request));
    return found;
  });
  EXPECT_EQ(wrong, "");
  EXPECT_TRUE(client.AcquireToken(request).value().from_cache);
}

// F6.
TEST_F(UsedAfterForkTest, WhatAParentMadeServesNoClientOfTheChild) {
  const ClientOptions of_parent = Software();
  const auto client = MakeClient(of_parent);
  const CancellationSource cancellation;
  const auto wrong = WrongInChild([&] {
    ClientOptions scope = of_parent;
    std::string found = Refused("a scope", ManagedIdentityClient::Create(scope));
    found += Refused("a scope, TryCreate", ManagedIdentityClient::TryCreate(scope));
    ClientOptions own = of_parent;
    own.cache_scope = nullptr;
    auto with_parents_provider = ManagedIdentityClient::Create(own);
    if (!with_parents_provider) return found + with_parents_provider.error().ToString();
    found += Refused("a key provider", with_parents_provider->AcquireToken(Unattested()));
    const CallOptions call{{}, cancellation.token()};
    found += Refused("a cancellation", with_parents_provider->AcquireToken(Unattested(), call));
    found +=
        Refused("a cancellation, async", with_parents_provider->AcquireTokenAsync(Unattested(), call).get());
    found += Refused("a cancellation, GetCapabilities", with_parents_provider->GetCapabilities(call));
    found += Refused("a cancellation, CreateKey", CreateKey(own, KeyStrength::kSoftware, call));
    found += Refused("a cancellation, AttestKey", AttestKey(own, "", "", nullptr, call));
    found += Refused("a cancellation, Diagnose", Diagnose({own, ""}, call));
    return found + Refused("a cancellation, RunSelfTest", RunSelfTest({}, call));
  });
  EXPECT_EQ(wrong, "");
}

// F6, A7.
TEST_F(UsedAfterForkTest, TokenAndCertificateOfAParentCanBeReadAndDoNotSign) {
  auto client = MakeClient(Software());
  const auto token = client.AcquireToken(Unattested(emulator_->endpoints().resource)).value();
  auto resource = Resource();
  const std::string secret(token->secret.Reveal());
  const BindingCertificate& certificate = *token->binding;
  const std::string pem = certificate.leaf_pem();
  const auto wrong = WrongInChild([&] {
    std::string found = Unless(token->secret.Reveal() == secret, "another token") +
                        Unless(certificate.leaf_pem() == pem, "another certificate") +
                        Unless(certificate.strength_label() == "software", "another strength");
    const std::vector<std::uint8_t> digest(32, 1);
    found += Refused("SignDigest",
                     certificate.key()->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest));
    const CsrInput csr{token->client_id, token->tenant_id, "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", ""};
    found += Refused("BuildCsrDer", BuildCsrDer(csr, *certificate.key()));
    found += Refused("Send of the parent's client", resource.Send(*token, {.url = Url()}));
    auto own = Resource();
    found += Refused("Send of the parent's token", own.Send(*token, {.url = Url()}));
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    found += Refused("UseBindingCertificate", UseBindingCertificate(context, certificate));
    SSL_CTX_free(context);
    return found;
  });
  EXPECT_EQ(wrong, "");
  EXPECT_EQ(resource.Send(*token, {.url = Url()}).value().status, 200);
}

// F6. A close_notify from the child would end the parent's connection, and the next call would sign again.
TEST_F(UsedAfterForkTest, AChildThatDestroysEverythingClosesNoConnectionOfItsParent) {
  const auto key = testing::EvpSigningKey::Make();
  ClientOptions options = Software();
  options.key_providers = {std::make_shared<OneKeyProvider>(key)};
  std::optional<ManagedIdentityClient> client = MakeClient(options);
  std::optional<ResourceClient> resource = Resource();
  TokenRequest request = Unattested(emulator_->endpoints().resource);
  request.force_refresh = true;
  auto token = client->AcquireToken(request).value().token;
  ASSERT_EQ(resource->Send(*token, {.url = Url()}).value().status, 200);
  const int signatures = key->signatures();
  for (int round = 0; round < 3; ++round) {
    const auto wrong = WrongInChild([&] {
      resource.reset();
      client.reset();
      token.reset();
      options = {};
      return std::string();
    });
    EXPECT_EQ(wrong, "");
    EXPECT_EQ(resource->Send(*token, {.url = Url()}).value().status, 200);
    EXPECT_TRUE(client->AcquireToken(request));
  }
  EXPECT_EQ(key->signatures(), signatures) << "a connection was made anew";
}

// Stays in the first renewal until it is released, while the shared state's lock on its observers is held.
class StayingObserver final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    if (event.kind != Event::Kind::kRenewalStarted) return;
    inside_ = true;
    while (!may_go_) std::this_thread::yield();
  }
  void AwaitInside() const {
    while (!inside_) std::this_thread::yield();
  }
  void LetGo() { may_go_ = true; }

 private:
  std::atomic<bool> inside_{false};
  std::atomic<bool> may_go_{false};
};

// F6.
TEST_F(UsedAfterForkTest, AChildDoesNotWaitForWhatThreadsOfItsParentHold) {
  const auto clock = std::make_shared<testing::JumpingClock>();
  const auto observer = std::make_shared<StayingObserver>();
  ClientOptions options = Software();
  options.clock = clock;
  IdleOn(clock, *options.cache_scope);
  options.observer = observer;
  std::optional<ManagedIdentityClient> client = MakeClient(options);
  std::optional<ManagedIdentityClient> other = MakeClient(Software());  // on the machine's clock
  const auto token = client->AcquireToken(Unattested()).value();
  ASSERT_TRUE(other->AcquireToken(Unattested()));
  Fault("entra.token hang=request");
  auto hanging = other->AcquireTokenAsync(Unattested("https://storage.azure.com"));
  while (emulator_->Hanging() == 0) std::this_thread::yield();
  clock->Advance(*token->refresh_on - clock->Now());
  observer->AwaitInside();
  const auto wrong = WrongInChild([&] {
    std::string found = Refused("AcquireToken", client->AcquireToken(Unattested()));
    found += Refused("the flight", other->AcquireToken(Unattested("https://storage.azure.com")));
    found += Unless(hanging.wait_for(std::chrono::seconds(0)) != std::future_status::ready, "it is ready");
    client.reset();
    other.reset();
    options = {};
    hanging = {};
    return found;
  });
  observer->LetGo();
  emulator_->ClearFaults();
  EXPECT_EQ(wrong, "");
  EXPECT_TRUE(hanging.get()) << "the parent's call ends as if nothing had been";
}

// F6. A log that a thread of the parent writes at the time of the fork still works in the child.
TEST_F(UsedAfterForkTest, AChildWritesToALogWhoseLockItsParentHolds) {
  std::atomic<bool> inside{false};
  std::atomic<bool> may_go{false};
  std::atomic<int> lines{0};
  LogObserver log([&](std::string_view) {
    ++lines;
    inside = true;
    while (!may_go) std::this_thread::yield();
  });
  std::thread writer([&] { log.OnEvent({.kind = Event::Kind::kNotice}); });
  while (!inside) std::this_thread::yield();
  const auto wrong = WrongInChild([&] {
    may_go = true;
    log.OnEvent({.kind = Event::Kind::kNotice});
    return Unless(lines == 2, "no line");
  });
  may_go = true;
  writer.join();
  EXPECT_EQ(wrong, "");
  EXPECT_EQ(lines, 1);
}

}  // namespace
}  // namespace msiv2
