#include "attestation/native_library/load_library.h"

#include <gtest/gtest.h>
#include <openssl/sha.h>

#include "attestation/attestation_status.h"
#include "attestation/native_library/fake_library_test_support.h"
#include "base/ascii.h"
#include "base/hex.h"

namespace msiv2::attestation {
namespace {

constexpr char kPath[] = "C:\\lib\\AttestationClientLib.dll";

class LoadLibraryTest : public ::testing::Test {
 protected:
  std::string Pin() const {
    Sha256 digest{};
    SHA256(windows_.file.data(), windows_.file.size(), digest.data());
    return HexEncode(digest);
  }
  // Loads the library and expects a failure. Nothing may be held or loaded afterwards.
  Error Failure(const LibraryChoice& choice) {
    auto library = LoadNativeLibrary(windows_, choice);
    EXPECT_FALSE(library);
    EXPECT_EQ(windows_.held, 0);
    EXPECT_EQ(windows_.loaded, 0);
    return library ? Error(ErrorCode::kMsiV2Error, "loaded") : library.error();
  }
  void ExpectFailure(const Error& error, AttestationStatus status, ErrorCode code, std::int64_t native = 0) {
    EXPECT_EQ(error.code, code);
    EXPECT_EQ(error.step, Step::kAttestation);
    EXPECT_EQ(error.native_code, native);
    const std::string start = "Status: " + std::string(Name(status)) +
                              ", NativeErrorCode: " + std::to_string(native) + ", Reason: ";
    EXPECT_TRUE(error.message.starts_with(start)) << error.message;
  }

  FakeExports exports_;
  FakeWindows windows_;
};

// G-19.
TEST_F(LoadLibraryTest, ThePinnedFileIsLoadedAndStaysHeld) {
  {
    const auto library = LoadNativeLibrary(windows_, {kPath, Pin()});
    ASSERT_TRUE(library) << library.error().ToString();
    EXPECT_EQ(library->functions.init, &FakeExports::Init);
    EXPECT_EQ(library->functions.attest, &FakeExports::AttestKey);
    EXPECT_EQ(library->functions.free_token, &FakeExports::FreeToken);
    EXPECT_EQ(windows_.held, 1);
    EXPECT_EQ(windows_.opened, kPath);
    EXPECT_EQ(windows_.steps, "open load ");
  }
  EXPECT_TRUE(LoadNativeLibrary(windows_, {kPath, ToUpper(Pin())}));
}

TEST_F(LoadLibraryTest, WithoutAPinTheSignatureDecides) {
  EXPECT_TRUE(LoadNativeLibrary(windows_, {kPath, ""}));
  EXPECT_EQ(windows_.steps, "open signature load ");
  windows_.signature_failure = SystemFailure{0x800B0100, "no signature"};
  const Error error = Failure({kPath, ""});
  ExpectFailure(error, AttestationStatus::kBadSignature, ErrorCode::kAttestationLibraryUntrusted, 0x800B0100);
  EXPECT_FALSE(error.retryable);
}

TEST_F(LoadLibraryTest, ARightSignatureDoesNotHelpAWrongPin) {
  const Error error = Failure({kPath, std::string(64, '0')});
  ExpectFailure(error, AttestationStatus::kHashMismatch, ErrorCode::kAttestationLibraryUntrusted);
  EXPECT_NE(error.message.find(Pin()), std::string::npos);
  EXPECT_EQ(windows_.loads, 0);
}

TEST_F(LoadLibraryTest, AChangedByteAnywhereBreaksThePin) {
  const std::string pin = Pin();
  for (const std::size_t at : {std::size_t{2}, windows_.file.size() / 2, windows_.file.size() - 1}) {
    windows_.file.at(at) ^= 1;
    Failure({kPath, pin});
    windows_.file.at(at) ^= 1;
  }
  windows_.file.push_back(0);
  Failure({kPath, pin});
  EXPECT_EQ(windows_.loads, 0);
}

TEST_F(LoadLibraryTest, ABadPathOrPinTouchesNoFile) {
  ExpectFailure(Failure({"AttestationClientLib.dll", Pin()}), AttestationStatus::kPathRefused,
                ErrorCode::kAttestationLibraryUntrusted);
  ExpectFailure(Failure({kPath, "beef"}), AttestationStatus::kPinMalformed,
                ErrorCode::kAttestationLibraryUntrusted);
  EXPECT_EQ(windows_.steps, "");
}

TEST_F(LoadLibraryTest, AMappedNetworkDriveIsRefused) {
  windows_.is_remote = true;
  ExpectFailure(Failure({kPath, Pin()}), AttestationStatus::kPathRefused,
                ErrorCode::kAttestationLibraryUntrusted);
  EXPECT_EQ(windows_.loads, 0);
}

struct SystemRow {
  std::uint32_t code;
  AttestationStatus status;
  bool retryable;
};

TEST_F(LoadLibraryTest, EachRefusalToOpenHasItsStatus) {
  for (const SystemRow& row : {SystemRow{2, AttestationStatus::kLibraryMissing, false},
                               SystemRow{3, AttestationStatus::kLibraryMissing, false},
                               SystemRow{5, AttestationStatus::kUnreadable, true},
                               SystemRow{32, AttestationStatus::kUnreadable, true}}) {
    windows_.open_failure = SystemFailure{row.code, "words of the system\r\n"};
    const Error error = Failure({kPath, Pin()});
    ExpectFailure(error, row.status, ErrorCode::kAttestationFailed, row.code);
    EXPECT_EQ(error.retryable, row.retryable);
    EXPECT_NE(error.message.find("words of the system"), std::string::npos);
  }
}

TEST_F(LoadLibraryTest, EachRefusalToLoadHasItsStatus) {
  for (const SystemRow& row : {SystemRow{126, AttestationStatus::kDependencyMissing, false},
                               SystemRow{127, AttestationStatus::kDependencyMissing, false},
                               SystemRow{193, AttestationStatus::kWrongArchitecture, false},
                               SystemRow{216, AttestationStatus::kWrongArchitecture, false},
                               SystemRow{1114, AttestationStatus::kLoadFailed, true}}) {
    windows_.load_failure = SystemFailure{row.code, "words"};
    const Error error = Failure({kPath, Pin()});
    ExpectFailure(error, row.status, ErrorCode::kAttestationFailed, row.code);
    EXPECT_EQ(error.retryable, row.retryable);
  }
  windows_.load_failure = SystemFailure{126, "words"};
  EXPECT_NE(Failure({kPath, Pin()}).message.find("VCRUNTIME140"), std::string::npos);
}

TEST_F(LoadLibraryTest, AFileThatCannotBeReadIsUnreadable) {
  windows_.read_failure = SystemFailure{23, "cyclic redundancy"};
  ExpectFailure(Failure({kPath, Pin()}), AttestationStatus::kUnreadable, ErrorCode::kAttestationFailed, 23);
}

TEST_F(LoadLibraryTest, AnotherProcessorAndGarbageAreSaidBeforeLoading) {
  windows_.machine = 0xaa64;
  const Error error = Failure({kPath, Pin()});
  ExpectFailure(error, AttestationStatus::kWrongArchitecture, ErrorCode::kAttestationFailed);
  EXPECT_NE(error.message.find("is for x64, and this process is ARM64"), std::string::npos);
  for (const Bytes& garbage : {Bytes(), Bytes{'M'}, Bytes(5000, 'x')}) {
    windows_.file = garbage;
    ExpectFailure(Failure({kPath, Pin()}), AttestationStatus::kNotALibrary, ErrorCode::kAttestationFailed);
  }
  windows_.file.resize((std::size_t{64} << 20) + 1);
  ExpectFailure(Failure({kPath, Pin()}), AttestationStatus::kNotALibrary, ErrorCode::kAttestationFailed);
  EXPECT_EQ(windows_.loads, 0);
}

TEST_F(LoadLibraryTest, AnotherModuleOfThatNameIsNotTaken) {
  windows_.is_the_file = false;
  ExpectFailure(Failure({kPath, Pin()}), AttestationStatus::kNotTheFile,
                ErrorCode::kAttestationLibraryUntrusted);
}

TEST_F(LoadLibraryTest, EachMissingExportIsNamed) {
  const auto all = windows_.exports;
  for (const auto& [name, address] : all) {
    windows_.exports = all;
    windows_.exports.erase(name);
    const Error error = Failure({kPath, Pin()});
    ExpectFailure(error, AttestationStatus::kMissingExport, ErrorCode::kAttestationFailed);
    EXPECT_TRUE(error.message.ends_with("lacks " + name)) << error.message;
  }
}

}  // namespace
}  // namespace msiv2::attestation
