#include "keys/memory/key_registry.h"
#include "keys/memory/rsa_in_memory.h"

namespace msiv2::keys_memory {

void WipeInChildren(rsa_st* /*rsa*/) {}

void FreeRegistered(rsa_st* rsa) noexcept { FreeKey(rsa); }

}  // namespace msiv2::keys_memory
