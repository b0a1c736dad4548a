// Which attestation library to use: where it is configured, and what a path and a pin must look like.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "msiv2/options.h"
#include "msiv2/result.h"

namespace msiv2::attestation {

using Sha256 = std::array<std::uint8_t, 32>;

/// LibraryChoice is the configured library as written; nothing is checked yet.
struct LibraryChoice {
  std::string path{};    ///< empty: none is configured
  std::string sha256{};  ///< empty: the file's signature decides

  // NOLINTNEXTLINE(modernize-use-nullptr): the check takes the comparison with zero inside for a pointer
  friend auto operator<=>(const LibraryChoice&, const LibraryChoice&) = default;
};

/// ChooseLibrary returns the configured library, without surrounding white space. Path and SHA-256 each come
/// from the option, else from the environment (MSIV2_ATTESTATION_LIBRARY, MSIV2_ATTESTATION_LIBRARY_SHA256).
LibraryChoice ChooseLibrary(const AttestationLibrary& option, const EnvironmentReader& environment);

/// CheckLibraryPath returns the path with backslashes. The path must be absolute, on a drive, and end in
/// `.dll`: the system would complete, or search for, any other. Network and device paths are rejected.
/// Errors: `attestation_library_untrusted`.
Result<std::string> CheckLibraryPath(std::string_view path);

/// ParsePin reads 64 hex digits of either case. A malformed pin is an error and is never treated as "no pin".
/// Errors: `attestation_library_untrusted`.
Result<Sha256> ParsePin(std::string_view text);

}  // namespace msiv2::attestation
