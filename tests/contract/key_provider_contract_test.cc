// The providers that this build has, one line each.
#include "tests/contract/key_provider_contract.h"
#include "emulator/emulator.h"
#include "keys/memory/memory_key_provider.h"

namespace msiv2 {

INSTANTIATE_TEST_SUITE_P(Memory, KeyProviderContract,
                         testing::Values(KeyProviderCase{&MakeMemoryKeyProvider}));

INSTANTIATE_TEST_SUITE_P(EmulatedKeyGuard, KeyProviderContract,
                         testing::Values(KeyProviderCase{&emulator::MakeEmulatedKeyGuardProvider}));

}  // namespace msiv2
