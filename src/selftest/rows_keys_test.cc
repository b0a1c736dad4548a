#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "selftest/machine_test_support.h"
#include "x509/spki.h"

namespace msiv2::selftest {
namespace {

using ::testing::HasSubstr;

constexpr std::uint32_t kNotSupported = 0x80090029;
constexpr std::uint32_t kFail = 0x80090020;
constexpr std::uint32_t kUnknownStatus = 0x80090077;

TEST(KeyGuardRowTest, AKeyThatReadsBackAsIsolatedPasses) {
  Machine machine;
  const RowAnswer answer = KeyGuardRow(machine.Input());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kPass) << answer.text;
  EXPECT_EQ(answer.found.keyguard, machine.keyguard);
}

TEST(KeyGuardRowTest, AStatusThatSaysNotHereIsSkippedAndAnyOtherFails) {
  Machine machine;
  machine.parts->keyguard = Refuses(kNotSupported, /*retryable=*/false);
  RowAnswer answer = KeyGuardRow(machine.Input());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kSkipped);
  EXPECT_THAT(answer.text, HasSubstr("NTE_NOT_SUPPORTED (0x80090029)"));
  for (const bool retryable : {true, false}) {
    machine.parts->keyguard = Refuses(kUnknownStatus, retryable);
    answer = KeyGuardRow(machine.Input());
    EXPECT_EQ(answer.outcome, SelfTestOutcome::kFail)
        << "a new key that is not isolated does not count as absent";
    EXPECT_THAT(answer.text, HasSubstr("0x80090077"));
    EXPECT_EQ(answer.found.keyguard, nullptr);
  }
}

TEST(KeyGuardRowTest, UnderWineEveryFinalRefusalIsSkippedAndNoKeyPasses) {
  Machine machine;
  const Found wine{true, nullptr, nullptr};
  EXPECT_EQ(KeyGuardRow(machine.Input(wine)).outcome, SelfTestOutcome::kFail);
  EXPECT_EQ(TpmRow(machine.Input(wine)).outcome, SelfTestOutcome::kFail);
  machine.parts->keyguard = Refuses(kFail, /*retryable=*/false);
  EXPECT_EQ(KeyGuardRow(machine.Input(wine)).outcome, SelfTestOutcome::kSkipped);
}

TEST(KeyGuardRowTest, AKeyThatIsLessThanItShouldBeFails) {
  Machine machine;
  for (const auto& key : {std::make_shared<MachineKey>(KeyStrength::kSoftware, kKeyGuardContainer),
                          std::make_shared<MachineKey>(KeyStrength::kHardware, kKeyGuardContainer),
                          std::make_shared<MachineKey>(KeyStrength::kKeyGuard, std::nullopt)}) {
    machine.parts->keyguard = Gives(key);
    EXPECT_EQ(KeyGuardRow(machine.Input()).outcome, SelfTestOutcome::kFail);
  }
  machine.keyguard->origin = KeyOrigin::kEmulated;
  machine.parts->keyguard = Gives(machine.keyguard);
  EXPECT_EQ(KeyGuardRow(machine.Input()).text, "the key is emulated");
}

TEST(KeyGuardSignRowTest, PassesFailsAndIsSkipped) {
  Machine machine;
  EXPECT_EQ(KeyGuardSignRow(machine.Input()).outcome, SelfTestOutcome::kSkipped);
  EXPECT_EQ(KeyGuardSignRow(machine.WithKeys()).outcome, SelfTestOutcome::kPass);
  for (const SignaturePadding padding : {SignaturePadding::kPss, SignaturePadding::kPkcs1}) {
    machine.keyguard->damaged = padding;
    const RowAnswer answer = KeyGuardSignRow(machine.WithKeys());
    EXPECT_EQ(answer.outcome, SelfTestOutcome::kFail);
    EXPECT_THAT(answer.text, HasSubstr("with SHA-256: the signature does not verify"));
  }
}

TEST(KeyGuardSignRowTest, AKeystoreThatGivesOutThePrivateKeyFails) {
  Machine machine;
  machine.parts->export_private = [](std::uintptr_t handle) { return ExportAttempt{handle != 77, 0}; };
  EXPECT_EQ(KeyGuardSignRow(machine.WithKeys()).text, "the keystore gave out the private key");
  EXPECT_EQ(TpmRow(machine.Input()).outcome, SelfTestOutcome::kFail);
}

TEST(PerBootRowTest, AsksForARestartAndComparesAfterIt) {
  Machine machine;
  const std::string now = x509::SpkiSha256Hex(machine.keyguard->PublicKey());
  EXPECT_EQ(PerBootRow(machine.Input()).outcome, SelfTestOutcome::kSkipped) << "no key";
  const RowAnswer first = PerBootRow(machine.WithKeys());
  EXPECT_EQ(first.outcome, SelfTestOutcome::kSkipped);
  EXPECT_THAT(first.text, HasSubstr("--previous-key " + now));
  machine.parts->previous_key = now;
  EXPECT_EQ(PerBootRow(machine.WithKeys()).outcome, SelfTestOutcome::kFail);
  machine.parts->previous_key = std::string(64, '0');
  EXPECT_EQ(PerBootRow(machine.WithKeys()).outcome, SelfTestOutcome::kPass);
}

TEST(TpmRowTest, PassesFailsAndIsSkipped) {
  Machine machine;
  const RowAnswer answer = TpmRow(machine.Input());
  EXPECT_EQ(answer.outcome, SelfTestOutcome::kPass) << answer.text;
  EXPECT_EQ(answer.found.tpm, machine.tpm);
  machine.tpm->damaged = SignaturePadding::kPkcs1;
  EXPECT_EQ(TpmRow(machine.Input()).outcome, SelfTestOutcome::kFail);
  machine.parts->tpm = Refuses(0x80090035, /*retryable=*/false);
  EXPECT_EQ(TpmRow(machine.Input()).outcome, SelfTestOutcome::kSkipped);
  machine.parts->tpm = Refuses(0x80090030, /*retryable=*/true);
  EXPECT_EQ(TpmRow(machine.Input()).outcome, SelfTestOutcome::kFail) << "there is one, and it is not ready";
}

TEST(SoftwareRowsTest, PassAndFail) {
  for (const RowFunction row : {&NCryptSignRow, &MemoryKeyRow}) {
    Machine machine;
    EXPECT_EQ(row(machine.Input()).outcome, SelfTestOutcome::kPass);
    machine.software->damaged = SignaturePadding::kPkcs1;
    EXPECT_EQ(row(machine.Input()).outcome, SelfTestOutcome::kFail);
    machine.parts->new_ncrypt = machine.parts->new_memory = [] { return Refuses(kFail, true); };
    EXPECT_THAT(row(machine.Input()).text, HasSubstr("refused"));
    machine.parts->new_ncrypt = machine.parts->new_memory = [&] { return Gives(machine.tpm); };
    EXPECT_THAT(row(machine.Input()).text, HasSubstr("claims to be more"));
  }
}

// Wine's keys cannot sign PKCS#1 after a PSS signature.
TEST(SoftwareRowsTest, EachPaddingGetsAKeyOfItsOwn) {
  Machine machine;
  int made = 0;
  machine.parts->new_ncrypt = [&] {
    ++made;
    return Gives(machine.software);
  };
  EXPECT_EQ(NCryptSignRow(machine.Input()).outcome, SelfTestOutcome::kPass);
  EXPECT_EQ(made, 2);
}

}  // namespace
}  // namespace msiv2::selftest
