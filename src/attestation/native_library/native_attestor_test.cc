#include "attestation/native_library/native_attestor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "attestation/attestation_status.h"
#include "attestation/native_library/fake_library_test_support.h"
#include "attestation/native_library/native_code.h"
#include "base/executor.h"
#include "msiv2/testing/fake_clock.h"

namespace msiv2::attestation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr char kJwt[] = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.c2ln";

class NativeAttestorTest : public ::testing::Test {
 protected:
  // No call may still run: it would use members that are about to be destroyed.
  ~NativeAttestorTest() override { EXPECT_EQ(exports_.Outstanding(), 0U); }

  Result<SecretString> Attest(std::shared_ptr<const SigningKey> key = std::make_shared<KeyWithHandle>()) {
    return attestor_->Attest({"https://weu.attest.azure.net", "client", std::move(key)}, Context());
  }
  CallContext Context() { return {&clock_, clock_.MonotonicNow() + minutes(2), cancel_.token()}; }
  // Attests and expects a failure with this status. Every buffer must have been freed once, and wiped.
  Error Failure(AttestationStatus status, std::int64_t native = 0) {
    const auto token = Attest();
    EXPECT_FALSE(token);
    ExpectBuffersFreed();
    if (token) return Error(ErrorCode::kMsiV2Error, "attested");
    const std::string start = "Status: " + std::string(Name(status)) +
                              ", NativeErrorCode: " + std::to_string(native) + ", Reason: ";
    EXPECT_TRUE(token.error().message.starts_with(start)) << token.error().message;
    EXPECT_EQ(token.error().native_code, native);
    return token.error();
  }
  void ExpectBuffersFreed() {
    EXPECT_EQ(exports_.frees, exports_.gave);
    EXPECT_EQ(exports_.wrong_frees, 0);
    EXPECT_EQ(exports_.not_wiped, 0);
    EXPECT_EQ(exports_.Outstanding(), 0U);
  }

  testing::FakeClock clock_;
  CancellationSource cancel_;
  FakeExports exports_;
  FakeWindows windows_;
  std::shared_ptr<NativeRuntime> runtime_ = std::make_shared<NativeRuntime>(windows_);
  LibraryChoice choice_{"C:\\lib\\AttestationClientLib.dll", ""};
  std::shared_ptr<Attestor> attestor_ = MakeNativeAttestor(runtime_, choice_, minutes(1));
};

TEST_F(NativeAttestorTest, TheLibraryIsCalledAsItsContractSays) {
  std::string payload = "not null";
  std::uintptr_t handle = 0;
  exports_.on_attest = [&](const char* given, std::uintptr_t key, char** token) {
    payload = given == nullptr ? "null" : given;
    handle = key;
    *token = exports_.Give(kJwt);
    return 0;
  };
  EXPECT_EQ(Attest().value().Reveal(), kJwt);
  EXPECT_EQ(exports_.endpoint, "https://weu.attest.azure.net");
  EXPECT_EQ(exports_.client_id, "client");
  EXPECT_FALSE(exports_.had_auth_token);
  EXPECT_EQ(payload, "null");
  EXPECT_EQ(handle, 77U);
  EXPECT_FALSE(attestor_->AcceptsEmulatedKeys());
  ExpectBuffersFreed();
}

TEST_F(NativeAttestorTest, NothingIsTouchedBeforeAKeyIsToBeAttested) { EXPECT_EQ(windows_.steps, ""); }

// G-38.
TEST_F(NativeAttestorTest, ItIsLoadedAndInitialisedOnceForManyCallsAndClients) {
  const auto another = MakeNativeAttestor(runtime_, choice_, minutes(1));
  const auto other_spelling =
      MakeNativeAttestor(runtime_, {"c:/LIB/AttestationClientLib.dll", ""}, minutes(1));
  for (int i = 0; i < 3; ++i) {
    for (const auto& attestor : {attestor_, another, other_spelling}) {
      EXPECT_TRUE(attestor->Attest({"https://e", "c", std::make_shared<KeyWithHandle>()}, Context()));
    }
  }
  EXPECT_EQ(exports_.inits, 1);
  EXPECT_EQ(windows_.loads, 2);  // one for each spelling of the path
  EXPECT_EQ(exports_.attests, 9);
  ExpectBuffersFreed();
}

TEST_F(NativeAttestorTest, AnotherPinOfALoadedLibraryIsCheckedAnew) {
  ASSERT_TRUE(Attest());
  const auto wrong = MakeNativeAttestor(runtime_, {choice_.path, std::string(64, '0')}, minutes(1));
  const auto token = wrong->Attest({"https://e", "c", std::make_shared<KeyWithHandle>()}, Context());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kAttestationLibraryUntrusted);
  EXPECT_EQ(exports_.attests, 1);
}

TEST_F(NativeAttestorTest, EachNativeCodeIsItsOwnErrorAndItsBufferIsFreed) {
  std::set<std::string> messages;
  for (const NativeCode& row : NativeCodes()) {
    if (row.code == 0) continue;
    exports_.on_attest = [&](const char*, std::uintptr_t, char** token) {
      *token = exports_.Give(kJwt);
      return row.code;
    };
    const Error error = Failure(AttestationStatus::kNativeError, row.code);
    EXPECT_EQ(error.code, ErrorCode::kAttestationFailed);
    EXPECT_EQ(error.retryable, row.retryable);
    EXPECT_NE(error.message.find(std::string(row.name) + ":"), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find("eyJ"), std::string::npos);
    messages.insert(error.message);
  }
  EXPECT_EQ(messages.size(), 35U);
  exports_.on_attest = [](const char*, std::uintptr_t, char**) { return -99; };
  Failure(AttestationStatus::kNativeError, -99);
}

TEST_F(NativeAttestorTest, ARefusedNullPayloadIsTriedOnceMoreWithAnEmptyObject) {
  std::vector<std::string> payloads;
  exports_.on_attest = [&](const char* payload, std::uintptr_t, char** token) {
    payloads.emplace_back(payload == nullptr ? "null" : payload);
    *token = exports_.Give(kJwt);
    return payload == nullptr ? kInvalidInput : 0;
  };
  EXPECT_TRUE(Attest());
  EXPECT_EQ(payloads, (std::vector<std::string>{"null", "{}"}));
  ExpectBuffersFreed();
  exports_.on_attest = [&](const char* payload, std::uintptr_t, char**) {
    payloads.emplace_back(payload == nullptr ? "null" : payload);
    return kInvalidInput;
  };
  Failure(AttestationStatus::kNativeError, kInvalidInput);
  EXPECT_EQ(payloads.size(), 4U);
}

TEST_F(NativeAttestorTest, SuccessWithoutATokenIsEmpty) {
  exports_.on_attest = [](const char*, std::uintptr_t, char**) { return 0; };
  Failure(AttestationStatus::kTokenEmpty);
  exports_.on_attest = [&](const char*, std::uintptr_t, char** token) {
    *token = exports_.Give("");
    return 0;
  };
  Failure(AttestationStatus::kTokenEmpty);
}

TEST_F(NativeAttestorTest, AnEndlessTokenIsRefused) {
  exports_.on_attest = [&](const char*, std::uintptr_t, char** token) {
    *token = exports_.Give(std::string((std::size_t{64} << 10) + 1, 'e'));
    return 0;
  };
  Failure(AttestationStatus::kTokenMalformed);
  exports_.on_attest = [&](const char*, std::uintptr_t, char** token) {
    *token = exports_.Give(std::string(std::size_t{64} << 10, 'e'));
    return 0;
  };
  EXPECT_TRUE(Attest());
}

TEST_F(NativeAttestorTest, WhatTheLibraryThrowsIsAnErrorAndItsBufferIsFreed) {
  exports_.on_attest = [&](const char*, std::uintptr_t, char** token) -> int {
    *token = exports_.Give(kJwt);
    throw std::runtime_error(std::string("with ") + kJwt);
  };
  const Error error = Failure(AttestationStatus::kException);
  EXPECT_EQ(error.message.find("eyJ"), std::string::npos);
  exports_.on_attest = [](const char*, std::uintptr_t, char**) -> int { throw 1; };
  Failure(AttestationStatus::kException);
}

TEST_F(NativeAttestorTest, AFailedInitIsTriedAgainByTheNextCall) {
  exports_.on_init = [&] {
    exports_.Log(0, "no room for the log");
    return -35;
  };
  const Error error = Failure(AttestationStatus::kNotInitialized, -35);
  EXPECT_NE(error.message.find("it logged: [lib] Attest:42 no room for the log"), std::string::npos);
  EXPECT_EQ(exports_.attests, 0);
  exports_.on_init = []() -> int { throw 1; };
  Failure(AttestationStatus::kException);
  exports_.on_init = [] { return 0; };
  EXPECT_TRUE(Attest());
  EXPECT_TRUE(Attest());
  EXPECT_EQ(exports_.inits, 3);
  EXPECT_EQ(windows_.loads, 1);
}

TEST_F(NativeAttestorTest, AFailedLoadIsTriedAgainByTheNextCall) {
  windows_.open_failure = SystemFailure{2, "not found"};
  Failure(AttestationStatus::kLibraryMissing, 2);
  windows_.open_failure.reset();
  EXPECT_TRUE(Attest());
}

TEST_F(NativeAttestorTest, TheLibrarysLastErrorHelpsButGivesNothingAway) {
  exports_.on_attest = [&](const char*, std::uintptr_t, char**) {
    exports_.Log(0, (std::string("Authorization: Bearer ") + kJwt).c_str());
    exports_.Log(0, "PolicyEvaluationError dbxvalidated=false");
    exports_.Log(1, kJwt);
    exports_.Log(2, kJwt);
    exports_.Log(0, nullptr);
    exports_.Log(0, (std::string("status 403 for vm 11111111-2222-4333-8444-555555555555")).c_str());
    return -6;
  };
  const Error error = Failure(AttestationStatus::kNativeError, -6);
  EXPECT_TRUE(error.message.ends_with("it logged: [lib] Attest:42 status 403 for vm [left out]"))
      << error.message;
  exports_.on_attest = [](const char*, std::uintptr_t, char**) { return -6; };
  EXPECT_EQ(Failure(AttestationStatus::kNativeError, -6).message.find("it logged"), std::string::npos);
}

TEST_F(NativeAttestorTest, OnlyARealKeyGuardKeyWithAHandleIsShown) {
  const std::vector<std::shared_ptr<const SigningKey>> keys = {
      nullptr, std::make_shared<KeyWithHandle>(0), std::make_shared<KeyWithHandle>(7, KeyStrength::kHardware),
      std::make_shared<KeyWithHandle>(7, KeyStrength::kKeyGuard, KeyOrigin::kEmulated)};
  for (const auto& key : keys) {
    const auto token = Attest(key);
    ASSERT_FALSE(token);
    EXPECT_TRUE(token.error().message.starts_with("Status: KeyRefused")) << token.error().message;
    EXPECT_FALSE(token.error().retryable);
  }
  EXPECT_EQ(windows_.steps, "");
}

TEST_F(NativeAttestorTest, TheKeyLivesAsLongAsItsCallAndNoLonger) {
  auto key = std::make_shared<KeyWithHandle>(5);
  const std::weak_ptr<KeyWithHandle> alive = key;
  Signal signal;
  bool open = false;
  std::atomic<bool> lived{false};
  exports_.on_attest = [&](const char*, std::uintptr_t key_of_call, char** token) {
    std::unique_lock lock(signal.mutex);
    signal.changed.wait(lock, [&] { return open; });
    if (key_of_call == 5) lived = !alive.expired();
    *token = exports_.Give("late");
    return 0;
  };
  CallContext no_time = Context();
  no_time.deadline = clock_.MonotonicNow();
  EXPECT_FALSE(attestor_->Attest({"https://e", "c", std::move(key)}, no_time));
  EXPECT_FALSE(alive.expired());
  {
    std::lock_guard lock(signal.mutex);
    open = true;
    signal.changed.notify_all();
  }
  EXPECT_TRUE(Attest());  // for another key; it waits in the queue behind the abandoned call
  EXPECT_TRUE(lived);
  EXPECT_TRUE(alive.expired());
}

// G-38.
TEST_F(NativeAttestorTest, CallsOfTwoClientsDoNotOverlap) {
  std::atomic<int> inside{0}, most{0};
  exports_.on_attest = [&](const char*, std::uintptr_t, char** token) {
    most = std::max(most.load(), ++inside);
    std::this_thread::yield();
    *token = exports_.Give("t");
    --inside;
    return 0;
  };
  const auto another = MakeNativeAttestor(runtime_, choice_, minutes(1));
  Executor callers(4);
  for (std::uintptr_t i = 1; i <= 20; ++i) {
    ASSERT_TRUE(callers.Post([&, i] {
      const auto& attestor = i % 2 == 0 ? attestor_ : another;
      EXPECT_TRUE(attestor->Attest({"https://e", "c", std::make_shared<KeyWithHandle>(i)}, Context()));
    }));
  }
  callers.Stop();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(exports_.attests, 20);
  EXPECT_EQ(exports_.inits, 1);
  ExpectBuffersFreed();
}

}  // namespace
}  // namespace msiv2::attestation
