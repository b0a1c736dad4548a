#include <openssl/evp.h>

#include <array>

#include "base/ascii.h"
#include "base/hex.h"
#include "windows/named_lock.h"

namespace msiv2::windows {
namespace {

// How many bytes of the digest are part of a lock's name.
constexpr std::size_t kDigestBytes = 16;

}  // namespace

std::string_view Name(LockGrant grant) noexcept {
  switch (grant) {
    case LockGrant::kOwned:
      return "owned";
    case LockGrant::kAbandoned:
      return "abandoned";
    case LockGrant::kBusy:
      return "busy";
    case LockGrant::kUnavailable:
      break;
  }
  return "unavailable";
}

std::string LockName(std::string_view prefix, std::string_view name) {
  const std::string text = ToUpper(Trim(name));
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  // The sibling libraries' own name for the case that no digest is available.
  if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    return std::string(prefix) + "0";
  }
  return std::string(prefix) + HexEncode(ByteView(digest).first(kDigestBytes));
}

}  // namespace msiv2::windows
