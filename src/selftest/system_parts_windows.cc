#include "cache/windows_cert_store/system_certificate_store.h"
#include "keys/cng/cng_providers.h"
#include "keys/cng/system_ncrypt.h"
#include "keys/memory/memory_key_provider.h"
#include "selftest/system_parts.h"

namespace msiv2 {
namespace {

Result<void> FindNCrypt() {
  const auto found = cng::SystemNCrypt();
  if (!found) return found.error();
  return {};
}

}  // namespace

std::shared_ptr<selftest::Parts> MakeSelfTestParts() {
  auto parts = std::make_shared<selftest::Parts>();
  parts->system = &selftest::ReadSystemFacts;
  parts->ncrypt = &FindNCrypt;
  parts->locks = &windows::SystemNamedLocks();
  parts->keyguard = cng::MakeKeyGuardProvider(cng::SystemNCrypt, windows::SystemNamedLocks());
  parts->tpm = cng::MakePlatformCryptoProvider(cng::SystemNCrypt, windows::SystemNamedLocks());
  parts->new_ncrypt = [] { return cng::MakeEphemeralCngProvider(cng::SystemNCrypt); };
  parts->new_memory = &MakeMemoryKeyProvider;
  parts->export_private = &selftest::TryPrivateExport;
  parts->store = cache::MakeSystemCertificateStore();
  return parts;
}

}  // namespace msiv2
