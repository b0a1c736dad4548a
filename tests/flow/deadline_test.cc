// Whatever hangs, a deadline and a cancellation end the call. The tests use real time. The hangs last until
// the test clears them, so a call that did not end by itself would run into the test's own time limit.
#include <thread>

#include "tests/flow/flow_fixture.h"

namespace msiv2 {
namespace {

struct Hanging {
  const char* rule;
  Step step;
};

void PrintTo(const Hanging& h, std::ostream* out) { *out << h.rule; }

class DeadlineTest : public FlowTest, public ::testing::WithParamInterface<Hanging> {
 protected:
  // Returns a client on the machine's clock whose own limits are minutes away.
  ManagedIdentityClient PatientClient() {
    auto options = Options();
    options.clock = nullptr;
    options.timeouts.attempt = std::chrono::minutes(10);
    options.timeouts.attestation = std::chrono::minutes(10);
    return MakeClient(std::move(options));
  }
};

TEST_P(DeadlineTest, AShortDeadlineEndsTheCall) {
  Fault(GetParam().rule);
  auto client = PatientClient();
  auto timeout = std::chrono::milliseconds(1500);
  auto token = client.AcquireToken(Attested(), {.timeout = timeout});
  // If earlier steps took all that time (slow machine, slow primes), the next call gets more.
  while (!token && token.error().step != GetParam().step && timeout < std::chrono::minutes(1)) {
    timeout *= 2;
    token = client.AcquireToken(Attested(), {.timeout = timeout});
  }
  emulator_->ClearFaults();
  ASSERT_FALSE(token);
  if (std::string_view(GetParam().rule).find("status") == std::string_view::npos) {
    EXPECT_EQ(Name(token.error().code), Name(ErrorCode::kTimeout)) << token.error().ToString();
  }
  EXPECT_EQ(Name(token.error().step), Name(GetParam().step)) << token.error().ToString();
}

TEST_P(DeadlineTest, ACancellationEndsTheCall) {
  Fault(GetParam().rule);
  auto client = PatientClient();
  const CancellationSource caller;
  auto pending = client.AcquireTokenAsync(Attested(), {.cancellation = caller.token()});
  AwaitFault();
  caller.Cancel();
  const auto token = pending.get();
  emulator_->ClearFaults();
  ASSERT_FALSE(token);
  EXPECT_EQ(Name(token.error().code), Name(ErrorCode::kCanceled)) << token.error().ToString();
  EXPECT_EQ(Name(token.error().step), Name(GetParam().step)) << token.error().ToString();
}

constexpr Hanging kHangs[] = {
    {"imds.getplatformmetadata hang", Step::kMetadata},
    {"imds.getplatformmetadata hang=body", Step::kMetadata},
    {"imds.getplatformmetadata status=410", Step::kMetadata},  // a back-off of 70 s
    {"attestation.attest hang", Step::kAttestation},
    {"imds.issuecredential hang", Step::kCredential},
    {"entra.token hang=handshake", Step::kToken},
    {"entra.token hang", Step::kToken},
    {"entra.token hang=body", Step::kToken},
};
INSTANTIATE_TEST_SUITE_P(Hangs, DeadlineTest, ::testing::ValuesIn(kHangs));

TEST_F(DeadlineTest, AWaiterForAnotherCallersMintHasItsOwnDeadline) {
  Fault("imds.getplatformmetadata hang");
  auto client = PatientClient();
  const CancellationSource first_caller;
  auto first = client.AcquireTokenAsync(Attested(), {.cancellation = first_caller.token()});
  AwaitFault();
  const auto second =
      client.AcquireToken(Attested("https://other.example"), {.timeout = std::chrono::milliseconds(200)});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kTimeout);
  first_caller.Cancel();
  EXPECT_FALSE(first.get());
}

TEST_F(DeadlineTest, ACallThatIsAlreadyCancelledSendsNothing) {
  auto client = PatientClient();
  const CancellationSource caller;
  caller.Cancel();
  const auto token = client.AcquireToken(Attested(), {.cancellation = caller.token()});
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kCanceled);
  EXPECT_TRUE(emulator_->Log().empty());
}

TEST_F(DeadlineTest, ADeadlineInThePastIsATimeoutWithoutIo) {
  auto client = PatientClient();
  const auto token = client.AcquireToken(Attested(), {.timeout = std::chrono::milliseconds(0)});
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kTimeout);
  EXPECT_TRUE(emulator_->Log().empty());
}

}  // namespace
}  // namespace msiv2
