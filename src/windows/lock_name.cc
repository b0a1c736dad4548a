#include "base/ascii.h"
#include "base/hex.h"
#include "crypto/digest.h"
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
  const auto digest = crypto::TrySha256(AsBytes(text));
  // The sibling libraries' own name for the case that no digest is available.
  if (!digest) return std::string(prefix) + "0";
  return std::string(prefix) + HexEncode(ByteView(*digest).first(kDigestBytes));
}

}  // namespace msiv2::windows
