// The real loader against a real library (tests/support/attestation_library), on Windows or under Wine.
#include <gtest/gtest.h>
#include <openssl/sha.h>
#include <windows.h>
// after windows.h
#include <ncrypt.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "attestation/attestation_status.h"
#include "attestation/native_library/built_in_attestor.h"
#include "attestation/native_library/fake_library_test_support.h"
#include "attestation/native_library/load_library.h"
#include "attestation/native_library/native_attestor.h"
#include "attestation/native_library/pe_header.h"
#include "base/hex.h"
#include "msiv2/clock.h"

namespace msiv2::attestation {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string Variable(const char* name) {
  std::string value(32767, '\0');
  value.resize(GetEnvironmentVariableA(name, value.data(), static_cast<DWORD>(value.size())));
  return value;
}

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(fs::file_size(path), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

void WriteFile(const fs::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
}

std::string PinOf(const std::string& bytes) {
  Sha256 digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return HexEncode(digest);
}

fs::path ProgramFolder() {
  wchar_t path[MAX_PATH] = {};
  GetModuleFileNameW(nullptr, path, MAX_PATH);
  return fs::path(path).parent_path();
}

std::string Text(fs::path path) { return path.make_preferred().string(); }

/// Every test has its own folder with its own copy of the library.
class NativeLibraryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Set("MSIV2_TEST_ATTESTATION", "token");
    Set("MSIV2_TEST_ATTESTATION_TOKEN", "a.b.c");
    Set("MSIV2_TEST_ATTESTATION_LOADED", "");
    folder_ = fs::temp_directory_path() / ("msiv2_attest_" + std::to_string(GetCurrentProcessId()) + "_" +
                                           ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
    library_ = folder_ / "AttestationClientLib.dll";
    bytes_ = ReadFile(fs::absolute(MSIV2_TEST_ATTESTATION_CLIENT_LIB));
    ASSERT_FALSE(bytes_.empty());
    WriteFile(library_, bytes_);
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  static void Set(const char* name, const std::string& value) {
    SetEnvironmentVariableA(name, value.c_str());
  }
  static std::string Loaded() { return Variable("MSIV2_TEST_ATTESTATION_LOADED"); }

  LibraryChoice Pinned() const { return {Text(library_), PinOf(bytes_)}; }
  static void ExpectStatus(const Error& error, AttestationStatus status) {
    EXPECT_TRUE(error.message.starts_with("Status: " + std::string(Name(status)) + ",")) << error.message;
  }
  // Loads, expects a refusal, and expects that no code of the library ran.
  static void ExpectRefused(const LibraryChoice& choice, AttestationStatus status) {
    const auto library = LoadNativeLibrary(SystemLibraries(), choice);
    ASSERT_FALSE(library);
    ExpectStatus(library.error(), status);
    EXPECT_EQ(Loaded(), "");
  }

  Result<SecretString> Attest(Attestor& attestor) {
    return attestor.Attest({"https://weu.attest.azure.net", "client", std::make_shared<KeyWithHandle>()},
                           {clock_.get(), clock_->MonotonicNow() + seconds(30), {}});
  }

  std::shared_ptr<Clock> clock_ = SystemClock();
  fs::path folder_, library_;
  std::string bytes_;
};

TEST_F(NativeLibraryTest, ThePinnedLibraryIsLoadedFromItsOwnPath) {
  const auto library = LoadNativeLibrary(SystemLibraries(), Pinned());
  ASSERT_TRUE(library) << library.error().ToString();
  EXPECT_NE(library->functions.init, nullptr);
  const std::string loaded = Loaded();
  ASSERT_GT(loaded.size(), 2U);
  EXPECT_TRUE(fs::equivalent(loaded.substr(1, loaded.size() - 2), library_)) << loaded;
}

TEST_F(NativeLibraryTest, WhatIsNotTrustedNeverRuns) {
  ExpectRefused({Text(library_), std::string(64, '0')}, AttestationStatus::kHashMismatch);
  ExpectRefused({Text(library_), ""}, AttestationStatus::kBadSignature);
  ExpectRefused({"AttestationClientLib.dll", PinOf(bytes_)}, AttestationStatus::kPathRefused);
  ExpectRefused({Text(folder_ / "absent.dll"), PinOf(bytes_)}, AttestationStatus::kLibraryMissing);
  ExpectRefused({Text(folder_ / "absent" / "a.dll"), PinOf(bytes_)}, AttestationStatus::kLibraryMissing);
}

TEST_F(NativeLibraryTest, AnotherSystemLibraryIsRefusedWithItsMissingExport) {
  wchar_t system[MAX_PATH] = {};
  GetSystemDirectoryW(system, MAX_PATH);
  const fs::path path = fs::path(system) / "version.dll";
  const auto library = LoadNativeLibrary(SystemLibraries(), {Text(path), PinOf(ReadFile(path))});
  ASSERT_FALSE(library);
  ExpectStatus(library.error(), AttestationStatus::kMissingExport);
}

TEST_F(NativeLibraryTest, AMissingExportIsNamed) {
  const fs::path path = folder_ / "without_exports.dll";
  const std::string bytes = ReadFile(fs::absolute(MSIV2_TEST_ATTESTATION_WITHOUT_EXPORTS));
  WriteFile(path, bytes);
  const auto library = LoadNativeLibrary(SystemLibraries(), {Text(path), PinOf(bytes)});
  ASSERT_FALSE(library);
  ExpectStatus(library.error(), AttestationStatus::kMissingExport);
  EXPECT_TRUE(library.error().message.ends_with("lacks AttestKeyGuardImportKey")) << library.error().message;
}

// Dependencies are not searched for next to the library. Otherwise any process that may write there could run
// code.
// G-19.
TEST_F(NativeLibraryTest, ALibraryThatItNeedsComesFromSystem32Only) {
  const fs::path path = folder_ / "with_dependency.dll";
  const std::string bytes = ReadFile(fs::absolute(MSIV2_TEST_ATTESTATION_WITH_DEPENDENCY));
  const std::string dependency = ReadFile(fs::absolute(MSIV2_TEST_ATTESTATION_DEPENDENCY));
  WriteFile(path, bytes);
  const fs::path beside_program = ProgramFolder() / "msiv2_test_dependency.dll";
  for (const fs::path& planted : {folder_ / "msiv2_test_dependency.dll", beside_program}) {
    WriteFile(planted, dependency);
  }
  const auto library = LoadNativeLibrary(SystemLibraries(), {Text(path), PinOf(bytes)});
  ASSERT_FALSE(library);
  ExpectStatus(library.error(), AttestationStatus::kDependencyMissing);
  const HMODULE usual = LoadLibraryW(path.c_str());  // as most programs would
  EXPECT_NE(usual, nullptr) << "the test's library is broken: it proves nothing";
  if (usual != nullptr) FreeLibrary(usual);
  fs::remove(beside_program);
}

TEST_F(NativeLibraryTest, AnotherProcessorAndGarbageHaveTheirOwnStatus) {
  const fs::path path = folder_ / "other.dll";
  std::string bytes = bytes_;
  const auto pe = static_cast<std::uint8_t>(bytes[0x3c]);
  bytes.replace(pe + 4U, 2, "\x4c\x01");  // x86
  WriteFile(path, bytes);
  ExpectRefused({Text(path), PinOf(bytes)}, AttestationStatus::kWrongArchitecture);
  bytes = std::string(5000, 'x');
  WriteFile(path, bytes);
  ExpectRefused({Text(path), PinOf(bytes)}, AttestationStatus::kNotALibrary);
  bytes = bytes_.substr(0, kPeHeadSize);  // the header only: the system's loader decides
  WriteFile(path, bytes);
  const auto cut = LoadNativeLibrary(SystemLibraries(), {Text(path), PinOf(bytes)});
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::kAttestationFailed) << cut.error().message;
}

TEST_F(NativeLibraryTest, TheFileCannotChangeWhileItIsHeld) {
  const auto library = LoadNativeLibrary(SystemLibraries(), Pinned());
  ASSERT_TRUE(library) << library.error().ToString();
  const HANDLE writer = CreateFileW(library_.c_str(), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                    nullptr, OPEN_EXISTING, 0, nullptr);
  EXPECT_EQ(writer, INVALID_HANDLE_VALUE);
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_SHARING_VIOLATION));
  EXPECT_FALSE(DeleteFileW(library_.c_str()));
  EXPECT_FALSE(MoveFileW(library_.c_str(), (folder_ / "moved.dll").c_str()));
  EXPECT_EQ(ReadFile(library_), bytes_);
}

TEST_F(NativeLibraryTest, AFileThatIsOpenForWritingIsNotTaken) {
  const HANDLE writer = CreateFileW(library_.c_str(), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                    nullptr, OPEN_EXISTING, 0, nullptr);
  ASSERT_NE(writer, INVALID_HANDLE_VALUE);
  ExpectRefused(Pinned(), AttestationStatus::kUnreadable);
  CloseHandle(writer);
}

// G-19.
TEST_F(NativeLibraryTest, PlantedLibrariesAreNotLoaded) {
  const fs::path next_to_it = ProgramFolder() / "AttestationClientLib.dll";
  const fs::path current = folder_ / "current";
  const fs::path searched = folder_ / "searched";
  for (const fs::path& folder : {current, searched}) {
    fs::create_directories(folder);
    WriteFile(folder / "AttestationClientLib.dll", bytes_);
  }
  WriteFile(next_to_it, bytes_);
  const fs::path before = fs::current_path();
  fs::current_path(current);
  Set("PATH", Text(searched) + ";" + Variable("PATH"));

  const EnvironmentReader nothing = [](const char*) { return std::nullopt; };
  EXPECT_EQ(MakeBuiltInAttestor({}, nothing, seconds(10)).value(), nullptr);
  EXPECT_EQ(Loaded(), "");
  ExpectRefused({"AttestationClientLib.dll", PinOf(bytes_)}, AttestationStatus::kPathRefused);
  {
    const auto library = LoadNativeLibrary(SystemLibraries(), Pinned());
    ASSERT_TRUE(library) << library.error().ToString();
    const std::string loaded = Loaded();
    EXPECT_EQ(std::count(loaded.begin(), loaded.end(), '<'), 1);
    EXPECT_TRUE(fs::equivalent(loaded.substr(1, loaded.size() - 2), library_)) << loaded;
  }
  fs::current_path(before);
  fs::remove(next_to_it);
}

TEST_F(NativeLibraryTest, ALibraryOfThatNameThatIsLoadedAlreadyIsNotTaken) {
  const fs::path planted = folder_ / "planted";
  fs::create_directories(planted);
  WriteFile(planted / "AttestationClientLib.dll", bytes_);
  const HMODULE first = LoadLibraryW((planted / "AttestationClientLib.dll").c_str());
  ASSERT_NE(first, nullptr);
  {
    const auto library = LoadNativeLibrary(SystemLibraries(), Pinned());
    ASSERT_TRUE(library) << library.error().ToString();
    EXPECT_NE(library->loaded->Identity(), reinterpret_cast<std::uintptr_t>(first));
  }
  FreeLibrary(first);
}

TEST_F(NativeLibraryTest, TheBuiltInAttestorAttestsAndGivesEveryBufferBack) {
  const auto attestor = MakeBuiltInAttestor({Text(library_), PinOf(bytes_)}, {}, seconds(10)).value();
  ASSERT_NE(attestor, nullptr);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Attest(*attestor).value().Reveal(), "a.b.c");
  EXPECT_EQ(Variable("MSIV2_TEST_ATTESTATION_COUNTS"), "1 3 0");
  Set("MSIV2_TEST_ATTESTATION", "code:-14");
  const auto failed = Attest(*attestor);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().native_code, -14);
  EXPECT_NE(failed.error().message.find("ERRORJWTDECRYPTIONFAILED"), std::string::npos);
  Set("MSIV2_TEST_ATTESTATION", "null");
  ExpectStatus(Attest(*attestor).error(), AttestationStatus::kTokenEmpty);
  Set("MSIV2_TEST_ATTESTATION", "empty");
  ExpectStatus(Attest(*attestor).error(), AttestationStatus::kTokenEmpty);
  EXPECT_EQ(Variable("MSIV2_TEST_ATTESTATION_COUNTS"), "1 6 0");
}

TEST_F(NativeLibraryTest, AFailedInitIsSaid) {
  Set("MSIV2_TEST_ATTESTATION", "init:-35");
  const auto attestor =
      MakeNativeAttestor(std::make_shared<NativeRuntime>(SystemLibraries()), Pinned(), seconds(10));
  const auto failed = Attest(*attestor);
  ASSERT_FALSE(failed);
  ExpectStatus(failed.error(), AttestationStatus::kNotInitialized);
  EXPECT_EQ(failed.error().native_code, -35);
}

TEST_F(NativeLibraryTest, WhatTheLibraryLogsIsRedacted) {
  Set("MSIV2_TEST_ATTESTATION", "log");
  const auto attestor =
      MakeNativeAttestor(std::make_shared<NativeRuntime>(SystemLibraries()), Pinned(), seconds(10));
  const auto failed = Attest(*attestor);
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().message.ends_with("[test] AttestKeyGuardImportKey:1 refused: Bearer [left out]"))
      << failed.error().message;
}

TEST_F(NativeLibraryTest, AHungCallFailsThenOthersAreBusyThenItRecovers) {
  const HANDLE release = CreateEventA(nullptr, TRUE, FALSE, "MSIV2_TEST_ATTESTATION_RELEASE");
  const auto attestor =
      MakeNativeAttestor(std::make_shared<NativeRuntime>(SystemLibraries()), Pinned(), seconds(5));
  ASSERT_TRUE(Attest(*attestor));
  Set("MSIV2_TEST_ATTESTATION", "hang");
  ExpectStatus(Attest(*attestor).error(), AttestationStatus::kHung);
  const auto began = std::chrono::steady_clock::now();
  ExpectStatus(Attest(*attestor).error(), AttestationStatus::kBusy);
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(4));
  Set("MSIV2_TEST_ATTESTATION", "token");
  SetEvent(release);
  while (!Attest(*attestor)) std::this_thread::yield();
  CloseHandle(release);
}

/// NCryptKey is a key that exists in NCrypt only, and poses as a KeyGuard key.
class NCryptKey {
 public:
  NCryptKey() {
    NCryptOpenStorageProvider(&provider_, MS_KEY_STORAGE_PROVIDER, 0);
    NCryptCreatePersistedKey(provider_, &key_, BCRYPT_RSA_ALGORITHM, nullptr, 0, 0);
    DWORD bits = 2048;
    NCryptSetProperty(key_, NCRYPT_LENGTH_PROPERTY, reinterpret_cast<BYTE*>(&bits), sizeof bits, 0);
    NCryptFinalizeKey(key_, 0);
  }
  NCryptKey(const NCryptKey&) = delete;
  NCryptKey& operator=(const NCryptKey&) = delete;
  ~NCryptKey() {
    NCryptFreeObject(key_);
    NCryptFreeObject(provider_);
  }
  NCRYPT_KEY_HANDLE get() const { return key_; }

 private:
  NCRYPT_PROV_HANDLE provider_ = 0;
  NCRYPT_KEY_HANDLE key_ = 0;
};

// MSIV2_TEST_ATTESTATION_ENDPOINT is the attestation endpoint of a running emulator, and
// MSIV2_TEST_ATTESTATION_CA is the file of its certificate authority.
TEST_F(NativeLibraryTest, TheEmulatorsServiceAttestsAKeyInNCrypt) {
  const std::string endpoint = Variable("MSIV2_TEST_ATTESTATION_ENDPOINT");
  if (endpoint.empty()) GTEST_SKIP() << "MSIV2_TEST_ATTESTATION_ENDPOINT names no emulator";
  Set("MSIV2_TEST_ATTESTATION", "post");
  const NCryptKey key;
  const auto attestor = MakeBuiltInAttestor({Text(library_), PinOf(bytes_)}, {}, seconds(30)).value();
  const auto token = attestor->Attest({endpoint, "client", std::make_shared<KeyWithHandle>(key.get())},
                                      {clock_.get(), clock_->MonotonicNow() + seconds(30), {}});
  ASSERT_TRUE(token) << token.error().ToString();
  EXPECT_TRUE(token->Reveal().starts_with("eyJ"));
}

}  // namespace
}  // namespace msiv2::attestation
