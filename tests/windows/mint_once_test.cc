// Two processes of one user that start at one moment, with a real store and a real lock between them. Wine
// has no key that two processes can open: here both have the public test key, and say that it is in a
// keystore.
#include <windows.h>

#include <array>
#include <memory>
#include <string>

#include "base/handle_windows.h"
#include "cache/windows_cert_store/system_certificate_store.h"
#include "cache/windows_cert_store/windows_certificate_store.h"
#include "tests/flow/flow_fixture.h"
#include "tests/support/persisted_key.h"
#include "windows/system_library.h"
#include "x509/x509_test_support.h"

namespace msiv2 {
namespace {

constexpr char kControlVariable[] = "MSIV2_TEST_CONTROL";  // the emulator that both ask
constexpr char kStoreVariable[] = "MSIV2_TEST_STORE";      // the store that both use
constexpr DWORD kLongest = 120 * 1000;                     // of a process that is in order

// What the processes meet by: each releases the semaphore when it is ready, and begins with the event.
OwnedHandle Ready(const std::string& store) {
  return OwnedHandle(CreateSemaphoreA(nullptr, 0, 2, (store + " ready").c_str()));
}
OwnedHandle Go(const std::string& store) {
  return OwnedHandle(CreateEventA(nullptr, TRUE, FALSE, (store + " go").c_str()));
}

std::string Variable(const char* name) {
  std::array<char, 256> value{};
  const DWORD size = GetEnvironmentVariableA(name, value.data(), static_cast<DWORD>(value.size()));
  return std::string(value.data(), size < value.size() ? size : 0);
}

// Run by the test below, in two processes. Without the fixture, which would start an emulator.
TEST(MintingProcess, DISABLED_AsksForAToken) {
  const std::string store = Variable(kStoreVariable);
  const auto endpoints = emulator::Attach(Variable(kControlVariable));
  ASSERT_TRUE(endpoints) << endpoints.error().ToString();
  ClientOptions options;
  emulator::Use(*endpoints, /*emulated_keyguard=*/false, options);
  options.key_providers = {std::make_shared<testing::PersistedKeyProvider>(x509::GoldenKey())};
  options.certificate_store =
      cache::MakeWindowsCertificateStore({.raw = cache::MakeSystemCertificateStore(store),
                                          .clock = SystemClock(),
                                          .tombstones = std::make_shared<cache::Tombstones>(),
                                          .locks = &windows::SystemNamedLocks(),
                                          .keeps_local_endpoints = true});
  auto client = ManagedIdentityClient::Create(options);
  ASSERT_TRUE(client) << client.error().ToString();
  ASSERT_TRUE(ReleaseSemaphore(Ready(store).get(), 1, nullptr));
  ASSERT_EQ(WaitForSingleObject(Go(store).get(), kLongest), WAIT_OBJECT_0);
  const auto token = client->AcquireToken(TokenRequest::UnattestedPop("https://vault.azure.net"));
  EXPECT_TRUE(token) << token.error().ToString();
}

class MintOnceTest : public FlowTest {
 protected:
  void SetUp() override {
    FlowTest::SetUp();
    SetEnvironmentVariableA(kControlVariable, emulator_->endpoints().control.c_str());
    SetEnvironmentVariableA(kStoreVariable, store_.c_str());
  }
  void TearDown() override {
    const std::wstring key = L"Software\\Microsoft\\SystemCertificates\\" + windows::Utf16(store_);
    RegDeleteTreeW(HKEY_CURRENT_USER, key.c_str());
  }

  // Starts this program anew, for the test above alone.
  static OwnedHandle StartProcess() {
    std::wstring program(32768, L'\0');
    program.resize(GetModuleFileNameW(nullptr, program.data(), static_cast<DWORD>(program.size())));
    std::wstring command =
        L"\"" + program + L"\" --gtest_also_run_disabled_tests --gtest_filter=MintingProcess.*";
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION process{};
    if (!CreateProcessW(program.c_str(), command.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr,
                        &startup, &process)) {
      return nullptr;
    }
    CloseHandle(process.hThread);
    return OwnedHandle(process.hProcess);
  }
  // Returns true if the process has ended and its test has passed.
  static bool HasPassed(const OwnedHandle& process) {
    DWORD code = 1;
    return WaitForSingleObject(process.get(), kLongest) == WAIT_OBJECT_0 &&
           GetExitCodeProcess(process.get(), &code) && code == 0;
  }

  const std::string store_ = "msiv2 test of mints " + std::to_string(GetCurrentProcessId());
};

// B11.
TEST_F(MintOnceTest, ProcessesThatStartAtOneMomentMintOneCertificate) {
  const OwnedHandle ready = Ready(store_);
  const OwnedHandle go = Go(store_);
  Fault("imds.issuecredential delay=60s count=1");
  const std::array<OwnedHandle, 2> processes{StartProcess(), StartProcess()};
  for (const OwnedHandle& process : processes) ASSERT_NE(process, nullptr);
  for (int i = 0; i < 2; ++i) ASSERT_EQ(WaitForSingleObject(ready.get(), kLongest), WAIT_OBJECT_0);
  ASSERT_TRUE(SetEvent(go.get()));
  // One of them is about to get its certificate when the other one looks for one.
  AwaitFault();
  while (Requests("imds", "/getplatformmetadata") < 2) std::this_thread::yield();
  emulator_->ClearFaults();
  for (const OwnedHandle& process : processes) EXPECT_TRUE(HasPassed(process));
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1);
  EXPECT_EQ(Requests("entra", "/token"), 2);
  const auto entries = cache::MakeSystemCertificateStore(store_)->List("MSAL|");
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->size(), 1U);
}

}  // namespace
}  // namespace msiv2
