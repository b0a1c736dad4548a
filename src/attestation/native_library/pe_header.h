// The first bytes of a Windows program or library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace msiv2::attestation {

/// kPeHeadSize is the number of bytes that PeMachine needs of a file: linkers put the header in the first
/// page.
inline constexpr std::size_t kPeHeadSize = 4096;

/// PeMachine returns the machine field (IMAGE_FILE_MACHINE_*) of a Windows library that begins with `head`.
/// It returns nullopt for any other file, including programs. `head` may contain any bytes.
std::optional<std::uint16_t> PeMachine(ByteView head) noexcept;

/// MachineName returns the processor's usual name, for example "x64".
std::string MachineName(std::uint16_t machine);

}  // namespace msiv2::attestation
