#include "keys/cng/key_inspection.h"

#include <array>
#include <optional>
#include <utility>

namespace msiv2::cng {
namespace {

constexpr std::size_t kModulusSize = kKeyBits / 8;
constexpr int kProbes = 2;

// SHA-256 of one zero byte, which the reference library's probe signs. Any digest would do.
constexpr std::array<std::uint8_t, 32> kProbeDigest = {
    0x6E, 0x34, 0x0B, 0x9C, 0xFF, 0xB3, 0x7A, 0x98, 0x9C, 0xA5, 0x44, 0xE6, 0xBB, 0x78, 0x0A, 0x2C,
    0x78, 0x90, 0x1D, 0x3F, 0xB3, 0x37, 0x38, 0x76, 0x85, 0x11, 0xA3, 0x06, 0x17, 0xAF, 0xA0, 0x1D};

InspectedKey Found(KeyState state, std::string why, NCryptStatus status = NCryptStatus::kOk) {
  // Whichever call returns this status: the key is from an earlier boot and cannot be used any more.
  if (status == NCryptStatus::kVbsCannotDecryptKey) state = KeyState::kStale;
  return {state, nullptr, std::move(why), status, std::nullopt};
}

InspectedKey Failed(KeyState state, const NCryptFailure& failure) {
  return Found(state, failure.Text(), failure.status);
}

InspectedKey NotOpened(const NCryptFailure& failure) {
  if (SaysNoSuchKey(failure.status)) return Failed(KeyState::kMissing, failure);
  return Failed(KeyState::kUnknown, failure);
}

/// CheckNumber returns what is wrong with a property that must be `wanted`. A property that cannot be read is
/// evidence neither against the key nor for it.
std::optional<InspectedKey> CheckNumber(const NCryptObject& key, std::string_view property,
                                        std::uint64_t wanted) {
  const auto number = ReadNumber(key, property);
  const std::string name = "its property " + std::string(property);
  if (!number) return Found(KeyState::kUnknown, name + ": " + number.error().Text(), number.error().status);
  if (*number == wanted) return std::nullopt;
  return Found(KeyState::kUnfit,
               name + " is " + std::to_string(*number) + " and not " + std::to_string(wanted));
}

std::optional<InspectedKey> CheckProperties(const NCryptObject& key, const NamedKey& wanted) {
  const auto is_protected = wanted.is_protected(key);
  if (!is_protected) return Failed(KeyState::kUnknown, is_protected.error());
  if (!*is_protected) return Found(KeyState::kUnfit, std::string(wanted.unprotected));
  if (auto wrong = CheckNumber(key, kExportPolicyProperty, 0)) return wrong;
  return CheckNumber(key, kLengthProperty, kKeyBits);
}

/// CheckLife makes the key sign, with the padding of the CSR.
std::optional<InspectedKey> CheckLife(const NCryptObject& key) {
  NCryptFailure last;
  for (int probe = 0; probe < kProbes; ++probe) {
    const auto signature =
        SignWithHandle(key, SignaturePadding::kPss, DigestAlgorithm::kSha256, kProbeDigest, kModulusSize);
    if (signature) return std::nullopt;
    last = signature.error();
  }
  const bool dead = !SaysNothingOfTheKey(last.status);
  return Found(dead ? KeyState::kStale : KeyState::kUnknown, "it does not sign: " + last.Text(), last.status);
}

InspectedKey Usable(NCryptPointer key, const NamedKey& wanted) {
  auto public_key = ReadPublicKey(*key);
  if (!public_key) return Failed(KeyState::kUnknown, public_key.error());
  CngFacts facts{wanted.provider, wanted.strength,
                 KeyContainer{std::string(wanted.keystore), std::string(wanted.name)},
                 std::move(*public_key)};
  return {KeyState::kUsable,
          std::make_shared<const CngKey>(std::move(key), std::move(facts)),
          {},
          NCryptStatus::kOk,
          std::nullopt};
}

StoredKeyState StateOf(KeyState state) {
  switch (state) {
    case KeyState::kUsable:
      return StoredKeyState::kUsable;
    case KeyState::kMissing:
      return StoredKeyState::kMissing;
    case KeyState::kStale:
    case KeyState::kUnfit:
      return StoredKeyState::kUnusable;
    case KeyState::kUnknown:
      break;
  }
  return StoredKeyState::kUnknown;
}

}  // namespace

StoredKey Describe(const InspectedKey& finding) {
  return {StateOf(finding.state), finding.why, static_cast<std::int64_t>(finding.status)};
}

InspectedKey Inspect(const NCryptPointer& keystore, const NamedKey& wanted) {
  auto key = OpenKey(keystore, wanted.name);
  if (!key) return NotOpened(key.error());
  if (auto wrong = CheckProperties(**key, wanted)) {
    const auto public_key = ReadPublicKey(**key);
    if (wrong->state == KeyState::kUnfit && public_key) wrong->public_key = *public_key;
    return *wrong;
  }
  if (auto dead = CheckLife(**key)) return *dead;
  return Usable(std::move(*key), wanted);
}

}  // namespace msiv2::cng
