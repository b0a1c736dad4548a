// Shared by the tests of the certificate store: processes that use one store, and generated certificates.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cache/windows_cert_store/testing/fake_raw_store.h"
#include "cache/windows_cert_store/windows_certificate_store.h"
#include "windows/testing/fake_named_locks.h"
#include "x509/x509_test_support.h"

namespace msiv2::cache {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr char kAlias[] = "system_assigned_managed_identity#att=1";
inline constexpr char kEndpoint[] = "https://westus.mtlsauth.microsoft.com";
inline constexpr auto kDay = hours(24);

inline const KeyContainer kKeyGuard{"Microsoft Software Key Storage Provider", "KeyGuardRSAKey"};
inline const KeyContainer kTpm{"Microsoft Platform Crypto Provider", "HardwareRSAKey"};

/// SteadyClock stands still until it is advanced.
class SteadyClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override { return x509::kNow + ahead; }
  std::chrono::steady_clock::time_point MonotonicNow() const override { return {}; }
  bool SleepUntil(std::chrono::steady_clock::time_point, const CancellationToken&) override { return true; }
  seconds ahead{0};
};

/// Once returns a function that runs `others` on its first call only.
inline std::function<void()> Once(std::function<void()> others) {
  return [others = std::move(others)]() mutable {
    if (others) std::exchange(others, nullptr)();
  };
}

/// OtherKey returns a key that is not the golden one.
inline EVP_PKEY* OtherKey() {
  static const crypto::Handle<EVP_PKEY> key(EVP_RSA_gen(2048));
  return key.get();
}

/// Der returns a certificate that expires `life` after kNow. A null `key` means the golden key.
inline Bytes Der(seconds life, EVP_PKEY* key = nullptr, const std::string& name = x509::kClientId) {
  return x509::MakeCertificate({.public_key = key,
                                .subject = {{NID_commonName, V_ASN1_UTF8STRING, name}},
                                .not_after = x509::CertificateDate(x509::kNow + life)});
}

/// Stored returns what the flow would save for a certificate.
inline StoredCertificate Stored(Bytes der) {
  return {.leaf_der = std::move(der),
          .token_endpoint = kEndpoint,
          .tenant_id = x509::kTenantId,
          .container = kKeyGuard};
}

/// NameOf returns the friendly name that the sibling libraries would write.
inline std::string NameOf(std::string_view alias) {
  return "MSAL|alias=" + std::string(alias) + "|ep=" + kEndpoint + "/" + x509::kTenantId;
}

class StoreTest : public ::testing::Test {
 protected:
  /// Start returns the store of a new process.
  std::shared_ptr<CertificateStore> Start(bool keeps_local_endpoints = false) {
    return MakeWindowsCertificateStore({.raw = raw_,
                                        .clock = clock_,
                                        .tombstones = std::make_shared<Tombstones>(),
                                        .locks = &locks_,
                                        .keeps_local_endpoints = keeps_local_endpoints});
  }

  /// Put writes an entry directly to the system store, as another library does.
  void Put(Bytes der, std::string friendly_name, std::optional<KeyContainer> container = kKeyGuard) {
    ASSERT_TRUE(raw_->Add({std::move(der), std::move(friendly_name), std::move(container)}));
  }

  /// Loaded returns the certificates that a new process loads.
  std::vector<Bytes> Loaded(std::string_view alias = kAlias) { return Loaded(*Start(), alias); }
  static std::vector<Bytes> Loaded(CertificateStore& store, std::string_view alias = kAlias) {
    std::vector<Bytes> ders;
    for (StoredCertificate& one : store.Load(alias)) ders.push_back(std::move(one.leaf_der));
    return ders;
  }

  std::shared_ptr<testing::FakeRawStore> raw_ = std::make_shared<testing::FakeRawStore>();
  std::shared_ptr<SteadyClock> clock_ = std::make_shared<SteadyClock>();
  windows::fake::FakeNamedLocks locks_;
};

}  // namespace msiv2::cache
