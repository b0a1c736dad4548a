#include "tests/process/token_memory/jwt_scan.h"

#include <algorithm>
#include <span>
#include <sstream>

#include "tests/process/key_memory/process_memory.h"

namespace msiv2 {
namespace {

constexpr std::size_t kLongest = 16 * 1024;
constexpr std::size_t kShortestClaims = 64;
constexpr std::size_t kShortestSignature = 300;  // RSA-2048 makes 342 characters
constexpr std::string_view kClaims = ".eyJ";     // `{"` in base64

bool IsBase64Url(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

std::size_t SegmentLength(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), IsBase64Url) - text.begin());
}

/// HasClaimsAndSignature checks the text after the first dot of what may be a JWT.
bool HasClaimsAndSignature(std::string_view text) {
  const std::size_t claims = SegmentLength(text);
  if (claims < kShortestClaims || claims == text.size() || text[claims] != '.') return false;
  return SegmentLength(text.substr(claims + 1)) >= kShortestSignature;
}

/// NextJwt returns where the claims of the next JWT begin, from `at` on; npos if there is none.
std::size_t NextJwt(std::string_view text, std::size_t at) {
  for (at = text.find(kClaims, at); at != std::string_view::npos; at = text.find(kClaims, at + 1)) {
    if (HasClaimsAndSignature(text.substr(at + 1, kLongest))) return at + 1;
  }
  return std::string_view::npos;
}

}  // namespace

bool HoldsJwt(std::string_view text) { return NextJwt(text, 0) != std::string_view::npos; }

std::vector<FoundJwt> FindJwts() {
  std::vector<FoundJwt> found;
  VisitMemory(
      kLongest, [&](const Mapping& mapping, std::uintptr_t address, std::span<const std::uint8_t> bytes) {
        const std::string_view chunk(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        for (auto at = NextJwt(chunk, 0); at != std::string_view::npos; at = NextJwt(chunk, at)) {
          const std::uintptr_t place = address + at;
          // Chunks overlap.
          const bool known = std::any_of(found.begin(), found.end(),
                                         [&](const FoundJwt& other) { return other.address == place; });
          if (!known) found.push_back({place, mapping.name});
        }
      });
  return found;
}

std::string Describe(const std::vector<FoundJwt>& findings) {
  std::ostringstream text;
  for (const FoundJwt& jwt : findings) {
    text << "a JWT at " << std::hex << jwt.address << ", in memory " << jwt.mapping << "\n";
  }
  return text.str();
}

}  // namespace msiv2
