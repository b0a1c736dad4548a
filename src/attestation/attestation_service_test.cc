#include "attestation/attestation_service.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <thread>

#include "base/base64.h"
#include "msiv2/testing/fake_clock.h"
#include "tests/support/fake_keys.h"

namespace msiv2::attestation {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::FakeClock;
using testing::FakeKey;

std::string Jwt(const std::string& payload) {
  return Base64UrlEncode(AsBytes(R"({"alg":"RS256"})")) + "." + Base64UrlEncode(AsBytes(payload)) + ".c2ln";
}

std::string JwtEndingAt(std::chrono::system_clock::time_point end) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(end.time_since_epoch()).count();
  return Jwt("{\"exp\":" + std::to_string(seconds) + "}");
}

class ScriptedAttestor final : public Attestor {
 public:
  using Script = std::function<Result<SecretString>(const AttestationRequest&, const CallContext&)>;
  explicit ScriptedAttestor(Script script) : script_(std::move(script)) {}
  Result<SecretString> Attest(const AttestationRequest& request, const CallContext& context) override {
    ++calls;
    return script_(request, context);
  }
  bool AcceptsEmulatedKeys() const override { return accepts_emulated; }

  std::atomic<int> calls{0};
  bool accepts_emulated = false;

 private:
  Script script_;
};

class AttestationServiceTest : public ::testing::Test {
 protected:
  AttestationService& Service(ScriptedAttestor::Script script) {
    attestor_ = std::make_shared<ScriptedAttestor>(std::move(script));
    service_ = std::make_unique<AttestationService>(attestor_, executor_, minutes(1));
    return *service_;
  }

  AttestationCall Call(KeyStrength strength = KeyStrength::kKeyGuard,
                       KeyOrigin origin = KeyOrigin::kPlatform) {
    return {"https://weu.attest.azure.net", "client", std::make_shared<FakeKey>(strength, origin), "hash"};
  }

  CallContext Context(milliseconds timeout = minutes(2)) {
    return {&clock_, clock_.MonotonicNow() + timeout, cancel_.token()};
  }

  // Waits until the executor's only thread has run all tasks posted before.
  void AwaitExecutor() {
    std::promise<void> done;
    ASSERT_TRUE(executor_.Post([&] { done.set_value(); }));
    done.get_future().wait();
  }

  FakeClock clock_;
  CancellationSource cancel_;
  Executor executor_{1};
  std::shared_ptr<ScriptedAttestor> attestor_;
  std::unique_ptr<AttestationService> service_;
};

TEST_F(AttestationServiceTest, AFreshTokenIsKeptAndServedAgain) {
  auto& service = Service([&](auto&, auto&) { return SecretString(JwtEndingAt(clock_.Now() + hours(8))); });
  const auto first = service.GetToken(Call(), Context());
  const auto second = service.GetToken(Call(), Context());
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(attestor_->calls, 1);
}

TEST_F(AttestationServiceTest, ATokenIsFetchedAgainFiveMinutesBeforeItsEnd) {
  auto& service = Service([&](auto&, auto&) { return SecretString(JwtEndingAt(clock_.Now() + hours(1))); });
  ASSERT_TRUE(service.GetToken(Call(), Context()));
  clock_.Advance(minutes(54));
  ASSERT_TRUE(service.GetToken(Call(), Context()));
  EXPECT_EQ(attestor_->calls, 1);
  clock_.Advance(minutes(1));
  ASSERT_TRUE(service.GetToken(Call(), Context()));
  EXPECT_EQ(attestor_->calls, 2);
}

TEST_F(AttestationServiceTest, AForgottenTokenIsFetchedAgain) {
  auto& service = Service([&](auto&, auto&) { return SecretString(JwtEndingAt(clock_.Now() + hours(8))); });
  ASSERT_TRUE(service.GetToken(Call(), Context()));
  service.Forget("another key");
  ASSERT_TRUE(service.GetToken(Call(), Context()));
  EXPECT_EQ(attestor_->calls, 1);
  service.Forget("hash");
  ASSERT_TRUE(service.GetToken(Call(), Context()));
  EXPECT_EQ(attestor_->calls, 2);
}

// G-40.
TEST_F(AttestationServiceTest, AnotherKeyOrEndpointDoesNotShareAToken) {
  auto& service = Service([&](auto&, auto&) { return SecretString(JwtEndingAt(clock_.Now() + hours(8))); });
  auto other_key = Call();
  other_key.spki_sha256 = "other";
  auto same_endpoint = Call();
  same_endpoint.endpoint = "https://WEU.attest.azure.net";
  auto other_endpoint = Call();
  other_endpoint.endpoint = "https://neu.attest.azure.net";
  ASSERT_TRUE(service.GetToken(Call(), Context()));
  ASSERT_TRUE(service.GetToken(same_endpoint, Context()));
  ASSERT_TRUE(service.GetToken(other_key, Context()));
  ASSERT_TRUE(service.GetToken(other_endpoint, Context()));
  EXPECT_EQ(attestor_->calls, 3);
}

// A5, A10.
TEST_F(AttestationServiceTest, ATextThatIsNotAFreshJwtIsRefusedAndNotCached) {
  const std::string now_jwt = JwtEndingAt(clock_.Now() + minutes(5));
  for (const std::string& bad :
       {std::string(), std::string(" \n"), std::string("opaque"), std::string("a.b"), std::string("a.b.c"),
        Jwt("[]"), Jwt("{}"), Jwt(R"({"exp":"soon"})"), Jwt(R"({"exp":-5})"), Jwt(R"({"exp":1e99})"),
        Jwt(R"({"exp":9999999999999999})"), now_jwt,
        // A5: a nanosecond clock wraps around to 2026, to a moment ago and to the year 9999.
        Jwt(R"({"exp":20242626213})"), Jwt(R"({"exp":4102444801})"), Jwt(R"({"exp":253402300799})"),
        // A10.
        Jwt(R"({"exp":1,"exp":4000000000})"), Jwt(R"({"exp":4000000000,"x":"\u0000"})"),
        Jwt(std::string(R"({"exp":4000000000})") + '\0')}) {
    auto& service = Service([&](auto&, auto&) { return SecretString(bad); });
    for (int i = 0; i < 2; ++i) {
      clock_.Advance(minutes(1));
      const auto token = service.GetToken(Call(), Context());
      ASSERT_FALSE(token) << bad;
      EXPECT_EQ(token.error().code, ErrorCode::kAttestationFailed) << bad;
    }
    EXPECT_EQ(attestor_->calls, 2) << bad;
  }
}

TEST_F(AttestationServiceTest, OnlyKeyGuardKeysAreShownToTheAttestor) {
  auto& service = Service([&](auto&, auto&) { return SecretString(JwtEndingAt(clock_.Now() + hours(8))); });
  for (const KeyStrength strength : {KeyStrength::kSoftware, KeyStrength::kHardware}) {
    const auto token = service.GetToken(Call(strength), Context());
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().code, ErrorCode::kKeyguardUnavailable);
  }
  EXPECT_EQ(attestor_->calls, 0);
}

TEST_F(AttestationServiceTest, ARealAttestorIsNeverShownAnEmulatedKey) {
  auto& service = Service([&](auto&, auto&) { return SecretString(JwtEndingAt(clock_.Now() + hours(8))); });
  const auto refused = service.GetToken(Call(KeyStrength::kKeyGuard, KeyOrigin::kEmulated), Context());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kAttestationFailed);
  EXPECT_FALSE(refused.error().retryable);
  EXPECT_EQ(attestor_->calls, 0);
  attestor_->accepts_emulated = true;
  EXPECT_TRUE(service.GetToken(Call(KeyStrength::kKeyGuard, KeyOrigin::kEmulated), Context()));
}

TEST_F(AttestationServiceTest, TheAttestorsOwnErrorComesThrough) {
  auto& service = Service([](auto&, auto&) -> Result<SecretString> {
    Error error(ErrorCode::kAttestationLibraryUntrusted, "hash mismatch");
    error.native_code = -6;
    return error;
  });
  const auto token = service.GetToken(Call(), Context());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kAttestationLibraryUntrusted);
  EXPECT_EQ(token.error().native_code, -6);
}

// G-39.
TEST_F(AttestationServiceTest, AFailureBacksOffLongerEachTimeUpToAMinute) {
  auto& service = Service([](auto&, auto&) -> Result<SecretString> {
    return Error(ErrorCode::kAttestationFailed, "the service is down");
  });
  EXPECT_FALSE(service.GetToken(Call(), Context()));
  int calls = 1;  // the first failure has no back-off: the attestor is called again at once
  for (const int backoff : {1, 2, 4, 8, 16, 32, 60, 60}) {
    EXPECT_EQ(service.GetToken(Call(), Context()).error().message, "the service is down");
    EXPECT_EQ(attestor_->calls, ++calls);
    clock_.Advance(std::chrono::seconds(backoff) - milliseconds(1));
    const auto held_back = service.GetToken(Call(), Context());
    ASSERT_FALSE(held_back);
    EXPECT_EQ(held_back.error().code, ErrorCode::kAttestationFailed);
    EXPECT_EQ(held_back.error().message, "the service is down (of an earlier call; asked again in 1 s)");
    EXPECT_EQ(attestor_->calls, calls) << backoff;
    clock_.Advance(milliseconds(1));
  }
}

// G-39.
TEST_F(AttestationServiceTest, AFailureOfOneKeyOrEndpointHoldsUpNoOther) {
  auto& service = Service(
      [](auto&, auto&) -> Result<SecretString> { return Error(ErrorCode::kAttestationFailed, "no"); });
  auto other_key = Call();
  other_key.spki_sha256 = "other";
  auto other_endpoint = Call();
  other_endpoint.endpoint = "https://neu.attest.azure.net";
  const auto ask_for_each = [&] {
    for (const auto& call : {Call(), other_key, other_endpoint}) {
      EXPECT_FALSE(service.GetToken(call, Context()));
    }
  };
  for (int i = 0; i < 3; ++i) ask_for_each();
  EXPECT_EQ(attestor_->calls, 6) << "each twice, then each backs off";
  service.Forget("other");
  ask_for_each();
  EXPECT_EQ(attestor_->calls, 7) << "what is known of a key is forgotten with its JWT";
}

// G-39.
TEST_F(AttestationServiceTest, ASuccessOrALongTimeEndsTheRow) {
  bool down = true;
  auto& service = Service([&](auto&, auto&) -> Result<SecretString> {
    if (down) return Error(ErrorCode::kAttestationFailed, "no");
    return SecretString(JwtEndingAt(clock_.Now() + hours(1)));
  });
  const auto fail = [&](int times) {
    const int calls = attestor_->calls;
    for (int i = 0; i < times; ++i) EXPECT_FALSE(service.GetToken(Call(), Context()));
    return attestor_->calls - calls;
  };
  EXPECT_EQ(fail(3), 2) << "the third backs off";
  clock_.Advance(std::chrono::seconds(1));
  down = false;
  EXPECT_TRUE(service.GetToken(Call(), Context()));
  clock_.Advance(hours(1));
  down = true;
  EXPECT_EQ(fail(3), 2) << "a row of its own after a success";
  clock_.Advance(minutes(11));
  EXPECT_EQ(fail(3), 2) << "and after a long time";
}

// G-39.
TEST_F(AttestationServiceTest, TheCallersOwnEndStartsNoBackoff) {
  auto& service = Service([&](auto&, auto& context) -> Result<SecretString> {
    clock_.Advance(minutes(3));
    return Error(ErrorCode::kTimeout,
                 "the caller has left at " + std::to_string(context.deadline.time_since_epoch().count()));
  });
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(service.GetToken(Call(), Context()));
    AwaitExecutor();  // the caller may return before the attestor does
  }
  EXPECT_EQ(attestor_->calls, 3);
}

TEST_F(AttestationServiceTest, AnExceptionOfTheAttestorBecomesAnError) {
  auto& service = Service([](auto&, auto&) -> Result<SecretString> { throw std::runtime_error("boom\n"); });
  const auto token = service.GetToken(Call(), Context());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kAttestationFailed);
  EXPECT_NE(token.error().message.find("boom"), std::string::npos);
}

TEST_F(AttestationServiceTest, WithoutAnAttestorEveryCallFails) {
  AttestationService service(nullptr, executor_, minutes(1));
  EXPECT_FALSE(service.HasAttestor());
  const auto token = service.GetToken(Call(), Context());
  ASSERT_FALSE(token);
  EXPECT_FALSE(token.error().retryable);
}

// A call that hangs: the attestor blocks until the test releases it.
class HangingAttestorTest : public AttestationServiceTest {
 protected:
  AttestationService& HangingService() {
    return Service([this](auto&, auto&) -> Result<SecretString> {
      std::unique_lock lock(gate_.mutex);
      entered_ = true;
      gate_.changed.notify_all();
      gate_.changed.wait(lock, [&] { return released_; });
      return SecretString(JwtEndingAt(clock_.Now() + hours(8)));
    });
  }
  void AwaitEntry() {
    std::unique_lock lock(gate_.mutex);
    gate_.changed.wait(lock, [&] { return entered_; });
  }
  void Release() {
    std::lock_guard lock(gate_.mutex);
    released_ = true;
    gate_.changed.notify_all();
  }
  // The hanging call uses the members below, so it must end before they are destroyed.
  void TearDown() override {
    Release();
    executor_.Stop();
  }

  Signal gate_;
  bool entered_ = false;
  bool released_ = false;
};

TEST_F(HangingAttestorTest, CancellationEndsTheWaitWhileTheAttestorHangs) {
  auto& service = HangingService();
  std::thread canceler([&] {
    AwaitEntry();
    cancel_.Cancel();
  });
  const auto token = service.GetToken(Call(), Context());
  canceler.join();
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(token.error().step, Step::kAttestation);
}

// G-38, G-39.
TEST_F(HangingAttestorTest, AfterTheTimeoutOthersFailAtOnceAsBusyUntilTheCallReturns) {
  auto& service = HangingService();
  std::thread canceler([&] {
    AwaitEntry();
    cancel_.Cancel();
  });
  ASSERT_FALSE(service.GetToken(Call(), Context()));
  canceler.join();
  clock_.Advance(minutes(1) + std::chrono::seconds(1));  // past the call's whole timeout and the grace
                                                         // period
  auto other = Call();
  other.spki_sha256 = "other";
  const CallContext fresh{&clock_, clock_.MonotonicNow() + minutes(2), {}};
  const auto busy = service.GetToken(other, fresh);
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().code, ErrorCode::kAttestationFailed);
  EXPECT_NE(busy.error().message.find("busy"), std::string::npos);
  EXPECT_EQ(attestor_->calls, 1);
  Release();
  const bool posted = executor_.Post([&] {  // runs after the hung call has returned
    std::lock_guard lock(gate_.mutex);
    entered_ = false;
    gate_.changed.notify_all();
  });
  ASSERT_TRUE(posted);
  {
    std::unique_lock lock(gate_.mutex);
    gate_.changed.wait(lock, [&] { return !entered_; });
  }
  EXPECT_TRUE(service.GetToken(other, {&clock_, clock_.MonotonicNow() + minutes(2), {}}));
}

TEST_F(HangingAttestorTest, CallersOfOneKeyShareOneCall) {
  auto& service = HangingService();
  std::vector<std::thread> callers;
  std::atomic<int> served{0};
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      if (service.GetToken(Call(), Context())) ++served;
    });
  }
  AwaitEntry();
  Release();
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(served, 8);
  EXPECT_EQ(attestor_->calls, 1);
}

}  // namespace
}  // namespace msiv2::attestation
