#include "keys/ask_provider.h"

#include <exception>
#include <optional>
#include <string>

#include "base/foreign_text.h"

namespace msiv2 {
namespace {

constexpr std::size_t kModulusSize = 256;  // RSA-2048

Error Refused(const std::string& why) {
  Error error(ErrorCode::kKeyCreationFailed, Step::kKey, "its key was refused: " + why);
  error.retryable = false;
  return error;
}

bool IsRsa2048(const RsaPublicKey& key) {
  return key.modulus.size() == kModulusSize && (key.modulus.front() & 0x80) != 0;
}

std::optional<Error> CheckClaims(const SigningKey& key, KeyStrength strength, bool built_in,
                                 KeyStrength best) {
  if (!IsRsa2048(key.PublicKey())) return Refused("it is not RSA with 2048 bits");
  if (strength <= KeyStrength::kNone || strength > best) {
    return Refused("it reports the strength " + std::string(Name(strength)) + " and its provider's best is " +
                   std::string(Name(best)));
  }
  if (strength == KeyStrength::kKeyGuard && !built_in && key.Origin() != KeyOrigin::kEmulated) {
    return Refused("a custom provider cannot claim KeyGuard");
  }
  return std::nullopt;
}

Result<MadeKey> Ask(KeyProvider& provider, bool built_in, KeyStrength best) {
  Result<std::shared_ptr<const SigningKey>> answer = provider.GetOrCreateKey();
  if (!answer) return answer.error();
  if (*answer == nullptr) return Refused("it is null");
  const KeyStrength strength = (*answer)->Strength();
  if (auto error = CheckClaims(**answer, strength, built_in, best)) return *error;
  return MadeKey{*answer, strength};
}

}  // namespace

Result<MadeKey> AskProvider(KeyProvider& provider, bool built_in, KeyStrength best) noexcept {
  // Whether the cause of an exception may pass is unknown. The error is retryable, so that no weaker key is
  // kept for good.
  try {
    return Ask(provider, built_in, best);
  } catch (const std::exception& thrown) {
    return Error(ErrorCode::kKeyCreationFailed, Step::kKey, "it threw: " + ForeignText(thrown.what()));
  } catch (...) {
    return Error(ErrorCode::kKeyCreationFailed, Step::kKey,
                 "it threw something that is not a std::exception");
  }
}

}  // namespace msiv2
