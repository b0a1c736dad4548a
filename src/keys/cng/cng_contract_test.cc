// The contract of all key providers, over the fake NCrypt. Link with tests/contract/key_provider_contract.cc.
#include "keys/cng/testing/fake_host.h"
#include "tests/contract/key_provider_contract.h"

namespace msiv2 {
namespace {

/// Host returns the machine of the running test. Fresh replaces it with a new one.
std::shared_ptr<cng::fake::FakeHost>& Host() {
  static std::shared_ptr<cng::fake::FakeHost> host;
  return host;
}
cng::fake::FakeHost& Fresh() {
  // Each test creates one provider, so the previous host has no users any more.
  Host() = std::make_shared<cng::fake::FakeHost>();
  return *Host();
}

void StopSigning(const SigningKey& key) { Host()->machine->Kill(key.PublicKey()); }

std::shared_ptr<KeyProvider> MakeKeyGuard() {
  auto& host = Fresh();
  return host.KeyGuard(host.Process());
}
std::shared_ptr<KeyProvider> MakePlatform() {
  auto& host = Fresh();
  return host.Platform(host.Process());
}
std::shared_ptr<KeyProvider> MakeEphemeral() {
  return cng::MakeEphemeralCngProvider(cng::fake::SourceOf(Fresh().Process()));
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(CngKeyGuard, KeyProviderContract,
                         testing::Values(KeyProviderCase{&MakeKeyGuard, &StopSigning}));
INSTANTIATE_TEST_SUITE_P(CngPlatformCrypto, KeyProviderContract,
                         testing::Values(KeyProviderCase{&MakePlatform, &StopSigning}));
INSTANTIATE_TEST_SUITE_P(CngEphemeral, KeyProviderContract, testing::Values(KeyProviderCase{&MakeEphemeral}));

}  // namespace msiv2
