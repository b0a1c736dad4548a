#include "v1/smbios.h"

namespace msiv2::v1 {
namespace {

constexpr std::size_t kHeaderSize = 8;           // of RawSMBIOSData
constexpr std::size_t kLengthAt = 4;             // in it: the size of the structures, 32 bits, little-endian
constexpr std::size_t kStructureHeaderSize = 4;  // type, length, handle
constexpr std::size_t kAssetTagAt = 8;           // in a chassis: the number of a string of the structure
constexpr unsigned kChassis = 3;
constexpr unsigned kEndOfTable = 127;

unsigned ByteAt(std::string_view text, std::size_t index) { return static_cast<unsigned char>(text[index]); }

// Returns string `number`, from 1, of the set behind a structure; empty for 0 and for one that is missing.
std::string_view StringOf(std::string_view strings, unsigned number) {
  for (unsigned i = 1; !strings.empty() && number > 0; ++i) {
    const std::string_view text = strings.substr(0, strings.find('\0'));
    if (i == number) return text;
    strings.remove_prefix(text.size() == strings.size() ? text.size() : text.size() + 1);
  }
  return {};
}

}  // namespace

std::optional<std::string> ChassisAssetTag(std::string_view table) {
  if (table.size() < kHeaderSize) return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = kLengthAt + 4; i > kLengthAt; --i) length = length << 8U | ByteAt(table, i - 1);
  std::string_view rest = table.substr(kHeaderSize, length);
  while (rest.size() >= kStructureHeaderSize) {
    const unsigned type = ByteAt(rest, 0);
    const std::size_t size = ByteAt(rest, 1);
    if (type == kEndOfTable || size < kStructureHeaderSize || size > rest.size()) return std::nullopt;
    const std::string_view fields = rest.substr(0, size);
    rest.remove_prefix(size);
    const std::size_t end = rest.find(std::string_view("\0\0", 2));
    if (end == std::string_view::npos) return std::nullopt;
    if (type == kChassis && size > kAssetTagAt) {
      return std::string(StringOf(rest.substr(0, end), ByteAt(fields, kAssetTagAt)));
    }
    rest.remove_prefix(end + 2);
  }
  return std::nullopt;
}

}  // namespace msiv2::v1
