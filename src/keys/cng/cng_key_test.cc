// Signing with a CNG key, and the lifetime of its handles.
#include "keys/cng/cng_key.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/wait.h"
#include "keys/cng/testing/fake_host.h"

namespace msiv2::cng {
namespace {

using fake::Call;
using fake::FakeHost;
using fake::Signs;

TEST(CngKeyTest, BothPaddingsVerifyWithEachDigest) {
  FakeHost host;
  const auto key = host.NewKeyGuardKey();
  for (const auto padding : {SignaturePadding::kPss, SignaturePadding::kPkcs1}) {
    for (const auto digest : {DigestAlgorithm::kSha256, DigestAlgorithm::kSha384, DigestAlgorithm::kSha512}) {
      EXPECT_TRUE(Signs(*key, padding, digest));
    }
  }
}

TEST(CngKeyTest, ADigestOfAnotherLengthIsRefusedBeforeTheKeystoreSeesIt) {
  FakeHost host;
  const auto process = host.Process();
  const auto key = host.KeyGuard(process)->GetOrCreateKey().value();
  const int signatures = process->Count(Call::kSignHash);
  for (const std::size_t size : {0U, 31U, 33U, 48U}) {
    const auto signature = key->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, Bytes(size, 1));
    ASSERT_FALSE(signature);
    EXPECT_EQ(signature.error().code, ErrorCode::kKeySignFailed);
  }
  EXPECT_EQ(process->Count(Call::kSignHash), signatures);
}

TEST(CngKeyTest, ARefusalCarriesItsStatus) {
  FakeHost host;
  const auto key = host.NewKeyGuardKey();
  host.machine->Reboot();
  host.Traits().dead_key = NCryptStatus::kVbsCannotDecryptKey;
  const auto signature = key->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, Bytes(32, 1));
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().code, ErrorCode::kKeySignFailed);
  EXPECT_EQ(signature.error().native_code, 0x8009003ALL);
  EXPECT_EQ(signature.error().message,
            "keyguard key: NCryptSignHash returned NTE_VBS_CANNOT_DECRYPT_KEY (0x8009003A)");
}

/// ShortSigner is a keystore that reports success for an incomplete signature.
struct ShortSigner final : fake::FakeNCrypt {
  using FakeNCrypt::FakeNCrypt;
  NCryptStatus SignHash(NCryptHandle, SignaturePadding, DigestAlgorithm, ByteView, std::span<std::uint8_t>,
                        std::size_t& size) override {
    size = written;
    return NCryptStatus::kOk;
  }
  std::size_t written = 0;
};

TEST(CngKeyTest, ASuccessWithoutAWholeSignatureIsAFailure) {
  FakeHost host;
  const auto process = std::make_shared<ShortSigner>(host.machine);
  const auto key = MakeEphemeralCngProvider(fake::SourceOf(process))->GetOrCreateKey().value();
  for (const std::size_t written : {0U, 255U, 257U}) {
    process->written = written;
    EXPECT_FALSE(key->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, Bytes(32, 1))) << written;
  }
}

TEST(CngKeyTest, EveryHandleIsFreedExactlyOnce) {
  FakeHost host;
  const auto process = host.Process();
  {
    const auto provider = host.KeyGuard(process);
    auto first = provider->GetOrCreateKey().value();
    const auto second = provider->GetOrCreateKey().value();
    auto copy = first;
    first.reset();
    EXPECT_TRUE(Signs(*copy));
    EXPECT_EQ(host.machine->Given() - host.machine->Freed(), 4) << "two keys and their keystores";
  }
  EXPECT_EQ(host.machine->Given(), host.machine->Freed());
  EXPECT_EQ(host.machine->Strays(), 0);
}

// B8.
TEST(CngKeyTest, TheKeysHandleIsFreedBeforeItsKeystores) {
  FakeHost host;
  ASSERT_NE(host.NewKeyGuardKey()->NativeHandle(), 0U);
  const auto process = host.Process();
  NCryptHandle keystore = 0;
  ASSERT_EQ(process->OpenProvider(kSoftwareKeystore, keystore), NCryptStatus::kOk);
  {
    auto owner = std::make_shared<const NCryptObject>(process, keystore);
    const auto opened = OpenKey(owner, fake::kKeyGuardName);
    ASSERT_TRUE(opened);
    owner.reset();
  }
  std::vector<std::string> freed;
  for (const auto& entry : process->Log()) {
    if (entry.call == Call::kFree) freed.push_back(entry.name);
  }
  EXPECT_EQ(freed,
            (std::vector<std::string>{std::string(fake::kKeyGuardName), std::string(kSoftwareKeystore)}));
  EXPECT_EQ(host.machine->Strays(), 0);
}

/// Pause blocks a call until the test releases it.
class Pause {
 public:
  void Here() {
    std::unique_lock lock(signal_.mutex);
    reached_ = true;
    signal_.changed.notify_all();
    signal_.changed.wait(lock, [&] { return over_; });
  }
  void AwaitReached() {
    std::unique_lock lock(signal_.mutex);
    signal_.changed.wait(lock, [&] { return reached_; });
  }
  void End() {
    std::lock_guard lock(signal_.mutex);
    over_ = true;
    signal_.changed.notify_all();
  }

 private:
  Signal signal_;
  bool reached_ = false;
  bool over_ = false;
};

TEST(CngKeyTest, ASignatureKeepsTheHandleWhileTheKeyIsDropped) {
  FakeHost host;
  const auto process = host.Process();
  auto key = host.KeyGuard(process)->GetOrCreateKey().value();
  const RsaPublicKey public_key = key->PublicKey();
  const Bytes digest(32, 7);
  Pause pause;
  process->before = [&](Call call) {
    if (call == Call::kSignHash) pause.Here();
  };
  const SigningKey* const borrowed = key.get();
  std::optional<Result<Bytes>> signature;
  std::thread signer(
      [&] { signature = borrowed->SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, digest); });
  pause.AwaitReached();
  key.reset();
  EXPECT_EQ(host.machine->Given() - host.machine->Freed(), 2) << "the key's and its keystore's";
  pause.End();
  signer.join();
  ASSERT_TRUE(signature && *signature) << (*signature).error().ToString();
  EXPECT_TRUE(Verifies(public_key, SignaturePadding::kPss, DigestAlgorithm::kSha256, digest, **signature));
  EXPECT_EQ(host.machine->Given(), host.machine->Freed());
  EXPECT_EQ(host.machine->Strays(), 0);
}

}  // namespace
}  // namespace msiv2::cng
