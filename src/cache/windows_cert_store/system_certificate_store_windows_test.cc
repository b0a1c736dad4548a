// Tests the user's real stores. Each process of this test has its own, because several may run at the same
// time.
#include <thread>

#include "cache/windows_cert_store/crypt32_windows.h"
#include "cache/windows_cert_store/store_test_fixture.h"
#include "cache/windows_cert_store/system_certificate_store.h"
#include "windows/system_library.h"

namespace msiv2::cache {
namespace {

constexpr wchar_t kNameVariable[] = L"MSIV2_TEST_STORE";

// Returns the name of this process's store. A process that a test starts inherits the name from the test.
const std::string& StoreName() {
  static const std::string name = [] {
    std::wstring inherited(256, L'\0');
    inherited.resize(GetEnvironmentVariableW(kNameVariable, inherited.data(), 256));
    if (!inherited.empty()) return windows::Utf8(inherited);
    return "msiv2 test " + std::to_string(GetCurrentProcessId());
  }();
  return name;
}

// Returns an alias, and so a lock, that no concurrent test uses.
std::string OwnAlias() { return StoreName() + "#att=1"; }

class SystemStoreTest : public StoreTest {
 protected:
  void TearDown() override {
    const std::wstring key = L"Software\\Microsoft\\SystemCertificates\\" + windows::Utf16(StoreName());
    RegDeleteTreeW(HKEY_CURRENT_USER, key.c_str());
  }

  // Each use opens the store again, as another process does.
  static std::vector<RawCertificate> Entries(std::string_view prefix = kNamePrefix) {
    auto entries = MakeSystemCertificateStore(StoreName())->List(prefix);
    EXPECT_TRUE(entries) << entries.error().what << " " << entries.error().status;
    return entries.value_or(std::vector<RawCertificate>());
  }
  static bool Add(const RawCertificate& entry) {
    return MakeSystemCertificateStore(StoreName())->Add(entry).has_value();
  }
  static constexpr std::string_view kNamePrefix = "MSAL|";
};

TEST_F(SystemStoreTest, AStoreThatIsNotThereIsEmpty) {
  const auto entries = MakeSystemCertificateStore("msiv2 store that does not exist")->List("");
  ASSERT_TRUE(entries) << entries.error().what << " " << entries.error().status;
  EXPECT_TRUE(entries->empty());
}

TEST_F(SystemStoreTest, WhatIsAddedIsThereWhenTheStoreIsOpenedAgain) {
  ASSERT_TRUE(Add({Der(kDay), NameOf(kAlias), kKeyGuard}));
  ASSERT_TRUE(Add({Der(2 * kDay), NameOf(kAlias), kTpm}));
  const auto entries = Entries();
  ASSERT_EQ(entries.size(), 2U);
  for (const RawCertificate& entry : entries) {
    EXPECT_EQ(entry.friendly_name, NameOf(kAlias));
    EXPECT_EQ(entry.container, entry.der == Der(kDay) ? kKeyGuard : kTpm);
  }
}

TEST_F(SystemStoreTest, WhatIsRemovedIsGoneWhenTheStoreIsOpenedAgain) {
  for (const int days : {1, 2, 3}) ASSERT_TRUE(Add({Der(days * kDay), NameOf(kAlias), kKeyGuard}));
  ASSERT_TRUE(MakeSystemCertificateStore(StoreName())->Remove(Der(2 * kDay)));
  ASSERT_TRUE(MakeSystemCertificateStore(StoreName())->Remove(Der(2 * kDay))) << "none there is a success";
  EXPECT_EQ(Entries().size(), 2U);
  for (const RawCertificate& entry : Entries()) EXPECT_NE(entry.der, Der(2 * kDay));
}

TEST_F(SystemStoreTest, NamesAreUnicodeAndMayBeLong) {
  const std::string odd = "MSAL|alias=\xe3\x82\xa8\xf0\x9f\x98\x80 a=b\t|ep=\xd0\xbf.example/t";
  const std::string huge = "MSAL|alias=" + std::string(2048, 'x') + "|ep=e/" + std::string(2048, 'y');
  const KeyContainer container{"\xd0\xbf", "\xf0\x9f\x98\x80"};
  ASSERT_TRUE(Add({Der(kDay), odd, container}));
  ASSERT_TRUE(Add({Der(2 * kDay), huge, std::nullopt}));
  for (const RawCertificate& entry : Entries()) {
    EXPECT_EQ(entry.friendly_name, entry.der == Der(kDay) ? odd : huge);
    EXPECT_EQ(entry.container, entry.der == Der(kDay) ? std::optional(container) : std::nullopt);
  }
  EXPECT_EQ(Entries().size(), 2U);
}

TEST_F(SystemStoreTest, WhatCannotBeWrittenIsRefusedAndLeavesNothing) {
  EXPECT_FALSE(Add({Der(kDay), "MSAL|alias=\xff\xfe|ep=e/t", kKeyGuard})) << "no UTF-8";
  EXPECT_FALSE(Add({{0x30, 0x03, 0x02, 0x01, 0x00}, NameOf(kAlias), kKeyGuard})) << "no certificate";
  EXPECT_TRUE(Entries("").empty());
}

TEST_F(SystemStoreTest, AnEntryThatIsThereIsNotRenamed) {
  ASSERT_TRUE(Add({Der(kDay), "another program's", kTpm}));
  EXPECT_FALSE(Add({Der(kDay), NameOf(kAlias), kKeyGuard}));
  EXPECT_TRUE(Entries().empty()) << "not one of our names";
  const auto entries = Entries("");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].friendly_name, "another program's");
  EXPECT_EQ(entries[0].container, kTpm);
}

// Adds an entry as another program does, with a link to a key of our name.
void AddLinked(const Bytes& der, DWORD provider_type, DWORD flags) {
  const Crypt32& crypt32 = *Crypt32::Get();
  const OpenStore store = Own(crypt32.open(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER,
                                           windows::Utf16(StoreName()).c_str()));
  PCCERT_CONTEXT added = nullptr;
  ASSERT_TRUE(crypt32.add(store.get(), X509_ASN_ENCODING, der.data(), static_cast<DWORD>(der.size()),
                          CERT_STORE_ADD_NEW, &added));
  const OpenCertificate certificate = Own(added);
  std::wstring name = L"KeyGuardRSAKey";
  std::wstring provider = L"Microsoft Software Key Storage Provider";
  CRYPT_KEY_PROV_INFO info{};
  info.pwszContainerName = name.data();
  info.pwszProvName = provider.data();
  info.dwProvType = provider_type;
  info.dwFlags = flags;
  EXPECT_TRUE(crypt32.set_property(certificate.get(), CERT_KEY_PROV_INFO_PROP_ID, 0, &info));
  EXPECT_TRUE(crypt32.control(store.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr));
}

TEST_F(SystemStoreTest, ALinkToAMachineKeyOrALegacyProviderIsNone) {
  AddLinked(Der(kDay), 0, CRYPT_MACHINE_KEYSET);
  AddLinked(Der(2 * kDay), PROV_RSA_AES, 0);
  AddLinked(Der(3 * kDay), 0, 0);  // as the sibling library on .NET writes it, without a key spec
  const auto entries = Entries("");
  ASSERT_EQ(entries.size(), 3U);
  for (const RawCertificate& entry : entries) {
    EXPECT_EQ(entry.container, entry.der == Der(3 * kDay) ? std::optional(kKeyGuard) : std::nullopt);
  }
}

// Wine writes a whole store back, including what others have removed since it was opened. There the lock must
// keep writers apart. Readers take no lock.
TEST_F(SystemStoreTest, WritersUnderTheLockAndReadersWithoutItDoNotDisturbEachOther) {
  const std::string lock_name = windows::LockName("MSAL_MI_P_", OwnAlias());
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      const auto der = [&](int number) { return Der(hours(100 * thread + number)); };
      for (int i = 1; i <= 5; ++i) {
        {
          const auto lock = windows::SystemNamedLocks().Take(lock_name, seconds(60));
          ASSERT_TRUE(lock.IsOwned());
          EXPECT_TRUE(Add({der(i), NameOf(kAlias), kKeyGuard}));
          EXPECT_TRUE(MakeSystemCertificateStore(StoreName())->Remove(der(i - 1)));
        }
        EXPECT_TRUE(MakeSystemCertificateStore(StoreName())->List("MSAL|"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Entries().size(), 4U);
}

// Runs one test of this program in a separate process; returns false if the test fails.
bool RunElsewhere(const std::wstring& test) {
  std::wstring program(32768, L'\0');
  program.resize(GetModuleFileNameW(nullptr, program.data(), static_cast<DWORD>(program.size())));
  std::wstring command = L"\"" + program + L"\" --gtest_also_run_disabled_tests --gtest_filter=" + test;
  SetEnvironmentVariableW(kNameVariable, windows::Utf16(StoreName()).c_str());
  STARTUPINFOW startup{};
  startup.cb = sizeof startup;
  PROCESS_INFORMATION process{};
  if (!CreateProcessW(program.c_str(), command.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr, &startup,
                      &process)) {
    return false;
  }
  DWORD code = 1;
  WaitForSingleObject(process.hProcess, INFINITE);
  GetExitCodeProcess(process.hProcess, &code);
  CloseHandle(process.hThread);
  CloseHandle(process.hProcess);
  return code == 0;
}

std::shared_ptr<CertificateStore> StoreOfThisProcess() {
  return MakeWindowsCertificateStore({.raw = MakeSystemCertificateStore(StoreName()),
                                      .clock = std::make_shared<SteadyClock>(),
                                      .tombstones = std::make_shared<Tombstones>(),
                                      .locks = &windows::SystemNamedLocks()});
}

// Run by ProcessesShareTheStore in a separate process. There is no fixture, because a fixture would delete
// the store.
TEST(SystemStoreElsewhere, DISABLED_Writes) { StoreOfThisProcess()->Save(OwnAlias(), Stored(Der(2 * kDay))); }
TEST(SystemStoreElsewhere, DISABLED_FindsAndRemoves) {
  const auto store = StoreOfThisProcess();
  ASSERT_EQ(store->Load(OwnAlias()).size(), 2U);
  store->Remove(OwnAlias(), Der(kDay));
}

TEST_F(SystemStoreTest, ProcessesShareTheStore) {
  const auto store = StoreOfThisProcess();
  store->Save(OwnAlias(), Stored(Der(kDay)));
  ASSERT_TRUE(RunElsewhere(L"SystemStoreElsewhere.DISABLED_Writes"));
  EXPECT_EQ(Loaded(*store, OwnAlias()), (std::vector<Bytes>{Der(2 * kDay), Der(kDay)}));
  ASSERT_TRUE(RunElsewhere(L"SystemStoreElsewhere.DISABLED_FindsAndRemoves"));
  EXPECT_EQ(Loaded(*store, OwnAlias()), (std::vector<Bytes>{Der(2 * kDay)}));
}

TEST_F(SystemStoreTest, ALockThatAnotherThreadHasMakesTheStoreSkipTheWrite) {
  const auto store = StoreOfThisProcess();
  std::thread holder([&] {
    const auto held = windows::SystemNamedLocks().Take(windows::LockName("MSAL_MI_P_", OwnAlias()),
                                                       std::chrono::seconds(5));
    ASSERT_TRUE(held.IsOwned());
    std::thread([&] { store->Save(OwnAlias(), Stored(Der(kDay))); }).join();
  });
  holder.join();
  EXPECT_TRUE(Entries().empty());
  store->Save(OwnAlias(), Stored(Der(kDay)));
  EXPECT_EQ(Entries().size(), 1U);
}

}  // namespace
}  // namespace msiv2::cache
