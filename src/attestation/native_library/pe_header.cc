#include "attestation/native_library/pe_header.h"

namespace msiv2::attestation {
namespace {

// Offsets of the PE format: the first one in the DOS header, the others from the signature "PE\0\0" on.
constexpr std::size_t kOffsetOfPe = 0x3c;
constexpr std::size_t kOffsetOfMachine = 4;
constexpr std::size_t kOffsetOfCharacteristics = 22;
constexpr std::uint32_t kIsDll = 0x2000;

// Reads a little-endian number. The caller has checked that the bytes exist.
std::uint32_t Number(ByteView bytes, std::size_t at, std::size_t size) noexcept {
  std::uint32_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = (value << 8) | bytes[at + i - 1];
  return value;
}

}  // namespace

std::optional<std::uint16_t> PeMachine(ByteView head) noexcept {
  if (head.size() < kOffsetOfPe + 4 || head[0] != 'M' || head[1] != 'Z') return std::nullopt;
  const std::size_t pe = Number(head, kOffsetOfPe, 4);
  constexpr std::size_t kNeeded = kOffsetOfCharacteristics + 2;
  if (pe > head.size() || head.size() - pe < kNeeded) return std::nullopt;
  if (Number(head, pe, 4) != 0x00004550) return std::nullopt;  // "PE\0\0"
  if ((Number(head, pe + kOffsetOfCharacteristics, 2) & kIsDll) == 0) return std::nullopt;
  return static_cast<std::uint16_t>(Number(head, pe + kOffsetOfMachine, 2));
}

std::string MachineName(std::uint16_t machine) {
  switch (machine) {
    case 0x014c:
      return "x86 (32 bits)";
    case 0x8664:
      return "x64";
    case 0x01c4:
      return "ARM (32 bits)";
    case 0xaa64:
      return "ARM64";
    default:
      return "machine " + std::to_string(machine);
  }
}

}  // namespace msiv2::attestation
