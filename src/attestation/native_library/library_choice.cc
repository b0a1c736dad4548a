#include "attestation/native_library/library_choice.h"

#include <algorithm>

#include "attestation/attestation_status.h"
#include "base/ascii.h"
#include "base/environment.h"
#include "base/hex.h"

namespace msiv2::attestation {
namespace {

// About the longest path that Windows supports.
constexpr std::size_t kLongestPath = 32000;

std::string OptionElse(const std::string& option, const EnvironmentReader& environment, const char* name) {
  const std::string_view given = Trim(option);
  if (!given.empty() || !environment) return std::string(given);
  return std::string(Trim(environment(name).value_or("")));
}

bool IsLetter(char c) noexcept { return ToLower(c) >= 'a' && ToLower(c) <= 'z'; }

// Returns why `path`, which has backslashes only, does not name a usable file; empty if it does.
std::string_view Refusal(std::string_view path) {
  if (path.size() > kLongestPath) return "it is too long";
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' '; };
  if (std::any_of(path.begin(), path.end(), is_control)) return "it holds control characters";
  if (path.starts_with(R"(\\?\)") || path.starts_with(R"(\\.\)") || path.starts_with("\\??\\")) {
    return "it is a device path";
  }
  if (path.starts_with("\\\\")) return "it is on the network, where others decide what the file holds";
  if (path.starts_with("\\")) return "it names no drive";
  const bool has_drive = path.size() >= 2 && IsLetter(path[0]) && path[1] == ':';
  if (!has_drive) return "it is relative";
  if (path.size() < 3 || path[2] != '\\') return "it is relative to the drive's current folder";
  if (path.find(':', 2) != std::string_view::npos) return "it names a stream of a file";
  if (path.find_first_of("*?\"<>|") != std::string_view::npos) return "it holds characters that no file has";
  // The system appends a missing ending, and would then load a file other than the one that was checked.
  if (!EqualsIgnoreCase(path.substr(path.size() - std::min<std::size_t>(4, path.size())), ".dll")) {
    return "it does not end in .dll";
  }
  return {};
}

int HexValue(char c) noexcept { return IsDigit(c) ? c - '0' : ToLower(c) - 'a' + 10; }

}  // namespace

LibraryChoice ChooseLibrary(const AttestationLibrary& option, const EnvironmentReader& environment) {
  return {OptionElse(option.path, environment, kAttestationLibraryVariable),
          OptionElse(option.sha256, environment, kAttestationLibraryPinVariable)};
}

Result<std::string> CheckLibraryPath(std::string_view path) {
  std::string windows(path);
  std::replace(windows.begin(), windows.end(), '/', '\\');
  const std::string_view refusal = Refusal(windows);
  if (refusal.empty()) return windows;
  return AttestationError(AttestationStatus::kPathRefused,
                          "the attestation library's path must be absolute, on a drive of this machine (" +
                              std::string(refusal) + "): " + Printable(path));
}

Result<Sha256> ParsePin(std::string_view text) {
  Sha256 digest{};
  if (!IsSha256Hex(text)) {
    return AttestationError(AttestationStatus::kPinMalformed,
                            "the attestation library's SHA-256 must be 64 hex digits; this one has " +
                                std::to_string(text.size()) + " characters");
  }
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest.at(i) = static_cast<std::uint8_t>(HexValue(text[2 * i]) * 16 + HexValue(text[2 * i + 1]));
  }
  return digest;
}

}  // namespace msiv2::attestation
