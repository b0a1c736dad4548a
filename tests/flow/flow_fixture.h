// A real client against the in-process emulator: real keys, CSRs, certificates, TLS and tokens.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "cache_scope_registry.h"
#include "emulator/emulator.h"
#include "msiv2/client.h"
#include "msiv2/tools/diagnostics.h"
#include "tests/support/idle_on.h"
#include "tests/support/jumping_clock.h"

namespace msiv2 {

// The emulator's default user-assigned identity.
inline constexpr char kUserClientId[] = "88888888-7777-4666-8555-444444444444";
inline constexpr char kUserObjectId[] = "88888888-0000-4666-8555-444444444444";
inline constexpr char kUserResourceId[] =
    "/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/emulator/providers/"
    "Microsoft.ManagedIdentity/userAssignedIdentities/emulated";

/// RecordingObserver stores the text of every event.
class RecordingObserver final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    std::lock_guard lock(mutex_);
    text_ += std::string(Name(event.kind)) + " " + std::string(Name(event.step)) + " " +
             std::string(event.where) + " " + std::string(event.detail) + " " +
             std::string(event.identifiers) + " " +
             (event.error != nullptr ? event.error->ToString() : std::string()) + "\n";
    ++counts_[event.kind];
    if (event.kind == Event::Kind::kStepStarted) steps_.push_back(event.step);
  }
  int Count(Event::Kind kind) const {
    std::lock_guard lock(mutex_);
    const auto count = counts_.find(kind);
    return count == counts_.end() ? 0 : count->second;
  }
  /// CountText returns how often `words` occur in the text.
  int CountText(std::string_view words) const {
    const std::string text = Text();
    int count = 0;
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++count;
    return count;
  }
  std::string Text() const {
    std::lock_guard lock(mutex_);
    return text_;
  }
  std::vector<Step> Steps() const {
    std::lock_guard lock(mutex_);
    return steps_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
  std::vector<Step> steps_;
  std::map<Event::Kind, int> counts_;
};

/// FlowTest shares one emulator and one key of each kind among a suite, since creating RSA keys is slow.
/// Faults and log are cleared before each test. Back-off takes no time: clients get a clock that jumps.
class FlowTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = emulator::Emulator::Start();
    ASSERT_TRUE(started) << started.error().ToString();
    emulator_ = std::move(*started).release();
    software_ = new std::shared_ptr<KeyProvider>(BuiltInKeyProviders().back());
    keyguard_ = new std::shared_ptr<KeyProvider>(emulator::MakeEmulatedKeyGuardProvider());
  }
  static void TearDownTestSuite() {
    delete keyguard_;
    delete software_;
    delete emulator_;
    emulator_ = nullptr;
  }
  void SetUp() override {
    emulator_->ClearFaults();
    while (emulator_->Hanging() > 0) std::this_thread::yield();  // of the previous test
    emulator_->ClearLog();
    rules_.clear();
  }

  // Returns options for a client of the shared emulator, with the emulated KeyGuard provider and attestor.
  ClientOptions Options() {
    ClientOptions options;
    emulator::Use(emulator_->endpoints(), /*emulated_keyguard=*/true, options);
    options.key_providers = {*keyguard_, *software_};
    options.clock = clock_;
    options.cache_scope = MakeScope();
    options.observer = observer_;
    options.environment = [this](const char* name) -> std::optional<std::string> {
      const auto entry = environment_.find(name);
      if (entry == environment_.end()) return std::nullopt;
      return entry->second;
    };
    return options;
  }

  // Has the rotators of `scope` wait for `clock`.
  static void IdleOn(std::shared_ptr<testing::JumpingClock> clock, CacheScope& scope) {
    CacheScope::Registry::Of(scope).IdleWith(testing::IdleOn(std::move(clock)));
  }
  // Returns a new scope whose rotators wait for the clock of this test.
  std::shared_ptr<CacheScope> MakeScope() {
    auto scope = CacheScope::Private();
    IdleOn(clock_, *scope);
    return scope;
  }

  static ManagedIdentityClient MakeClient(ClientOptions options) {
    auto client = ManagedIdentityClient::Create(std::move(options));
    EXPECT_TRUE(client) << client.error().ToString();
    return *std::move(client);
  }

  static TokenRequest Attested(std::string resource = "https://vault.azure.net") {
    return TokenRequest::AttestedPop(std::move(resource));
  }
  static TokenRequest Unattested(std::string resource = "https://vault.azure.net") {
    return TokenRequest::UnattestedPop(std::move(resource));
  }

  static void Fault(const std::string& rule) {
    rules_.insert(rule);
    const auto added = emulator_->AddFault(rule);
    ASSERT_TRUE(added) << added.error().ToString();
  }

  // Returns how many requests whose path ends in `suffix` the emulator answered.
  static std::ptrdiff_t Requests(const std::string& server, const std::string& suffix = "") {
    const auto log = emulator_->Log();
    return std::count_if(log.begin(), log.end(), [&](const emulator::RequestLogEntry& entry) {
      return entry.server == server && entry.path.ends_with(suffix);
    });
  }

  // Returns once a fault has struck: a request hangs in the emulator, or a rule has answered one.
  static void AwaitFault() {
    const auto struck = [] {
      const auto log = emulator_->Log();
      return emulator_->Hanging() > 0 || std::any_of(log.begin(), log.end(), [](const auto& entry) {
               return rules_.contains(entry.fault);
             });
    };
    while (!struck()) std::this_thread::yield();
  }

  static emulator::Emulator* emulator_;
  static inline std::set<std::string> rules_;  // of this test; an entry of the previous test may come late
  static std::shared_ptr<KeyProvider>* software_;
  static std::shared_ptr<KeyProvider>* keyguard_;

  std::shared_ptr<testing::JumpingClock> clock_ = std::make_shared<testing::JumpingClock>();
  std::shared_ptr<RecordingObserver> observer_ = std::make_shared<RecordingObserver>();
  std::map<std::string, std::string> environment_;
};

inline emulator::Emulator* FlowTest::emulator_ = nullptr;
inline std::shared_ptr<KeyProvider>* FlowTest::software_ = nullptr;
inline std::shared_ptr<KeyProvider>* FlowTest::keyguard_ = nullptr;

}  // namespace msiv2
