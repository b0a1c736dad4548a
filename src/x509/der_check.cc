#include "x509/der_check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace msiv2::x509 {
namespace {

constexpr int kMaxDepth = 32;

constexpr std::uint8_t kClassBits = 0xc0;
constexpr std::uint8_t kConstructedBit = 0x20;
constexpr std::uint8_t kNumberBits = 0x1f;  // all set: the number follows in separate bytes

// Universal tags (X.680 section 8.4).
enum Tag : std::uint8_t {
  kEndOfContents = 0,
  kBoolean = 1,
  kInteger = 2,
  kBitString = 3,
  kNull = 5,
  kObjectIdentifier = 6,
  kExternal = 8,
  kEnumerated = 10,
  kEmbeddedPdv = 11,
  kRelativeOid = 13,
  kSequence = 16,
  kSet = 17,
  kCharacterString = 29,
};

struct Element {
  std::uint8_t identifier = 0;  // its first byte
  ByteView whole;
  ByteView contents;

  bool IsConstructed() const { return (identifier & kConstructedBit) != 0; }
  bool IsUniversal() const { return (identifier & kClassBits) == 0; }
  std::uint8_t Number() const { return identifier & kNumberBits; }
};

std::optional<std::uint8_t> TakeByte(ByteView& rest) {
  if (rest.empty()) return std::nullopt;
  const std::uint8_t byte = rest.front();
  rest = rest.subspan(1);
  return byte;
}

// Reads a tag number of 31 or more, seven bits per byte.
bool TakeLongNumber(ByteView& rest) {
  constexpr int kMostBytes = 4;
  std::uint32_t number = 0;
  for (int i = 0; i < kMostBytes; ++i) {
    const auto byte = TakeByte(rest);
    if (!byte || (i == 0 && *byte == 0x80)) return false;
    number = number << 7 | (*byte & 0x7fU);
    if (*byte < 0x80) return number >= kNumberBits;
  }
  return false;
}

std::optional<std::size_t> TakeLength(ByteView& rest) {
  const auto first = TakeByte(rest);
  if (!first) return std::nullopt;
  if (*first < 0x80) return *first;
  const int digits = *first & 0x7f;  // 0: an indefinite length
  if (digits < 1 || digits > 4) return std::nullopt;
  std::size_t length = 0;
  for (int i = 0; i < digits; ++i) {
    const auto digit = TakeByte(rest);
    if (!digit || (i == 0 && *digit == 0)) return std::nullopt;
    length = length << 8 | *digit;
  }
  if (length < 0x80) return std::nullopt;
  return length;
}

std::optional<Element> TakeElement(ByteView& rest) {
  const ByteView start = rest;
  const auto identifier = TakeByte(rest);
  if (!identifier) return std::nullopt;
  if ((*identifier & kNumberBits) == kNumberBits && !TakeLongNumber(rest)) return std::nullopt;
  const auto length = TakeLength(rest);
  if (!length || *length > rest.size()) return std::nullopt;
  Element element;
  element.identifier = *identifier;
  element.contents = rest.first(*length);
  rest = rest.subspan(*length);
  element.whole = start.first(start.size() - rest.size());
  return element;
}

bool IsShortestNumber(ByteView number) {
  if (number.size() < 2) return !number.empty();
  const bool sign = number[1] >= 0x80;
  return !(number[0] == 0x00 && !sign) && !(number[0] == 0xff && sign);
}

// Returns true if each part has the fewest bytes and the last one is complete.
bool IsShortestIdentifier(ByteView identifier) {
  if (identifier.empty() || identifier.back() >= 0x80) return false;
  bool starts = true;
  for (const std::uint8_t byte : identifier) {
    if (starts && byte == 0x80) return false;
    starts = byte < 0x80;
  }
  return true;
}

bool HasZeroUnusedBits(ByteView bits) {
  if (bits.empty() || bits.front() > 7) return false;
  if (bits.size() == 1) return bits.front() == 0;
  return (bits.back() & ((1U << bits.front()) - 1)) == 0;
}

bool IsPlainContents(std::uint8_t tag, ByteView contents) {
  switch (tag) {
    case kEndOfContents:
      return false;
    case kBoolean:
      return contents.size() == 1 && (contents[0] == 0x00 || contents[0] == 0xff);
    case kInteger:
    case kEnumerated:
      return IsShortestNumber(contents);
    case kBitString:
      return HasZeroUnusedBits(contents);
    case kNull:
      return contents.empty();
    case kObjectIdentifier:
    case kRelativeOid:
      return IsShortestIdentifier(contents);
    default:
      return true;
  }
}

bool MustBeConstructed(std::uint8_t tag) {
  return tag == kSequence || tag == kSet || tag == kExternal || tag == kEmbeddedPdv ||
         tag == kCharacterString;
}

bool InOrder(ByteView first, ByteView second) {
  return !std::lexicographical_compare(second.begin(), second.end(), first.begin(), first.end());
}

bool IsDerElement(const Element& element, int depth) {
  if (element.IsUniversal() && element.IsConstructed() != MustBeConstructed(element.Number())) return false;
  if (!element.IsConstructed()) {
    return !element.IsUniversal() || IsPlainContents(element.Number(), element.contents);
  }
  if (depth > kMaxDepth) return false;
  const bool is_set = element.IsUniversal() && element.Number() == kSet;
  ByteView before;
  for (ByteView rest = element.contents; !rest.empty();) {
    const auto inner = TakeElement(rest);
    if (!inner || !IsDerElement(*inner, depth + 1)) return false;
    if (is_set && !InOrder(before, inner->whole)) return false;
    before = inner->whole;
  }
  return true;
}

}  // namespace

bool IsDer(ByteView bytes) {
  const auto element = TakeElement(bytes);
  return element && bytes.empty() && IsDerElement(*element, 1);
}

}  // namespace msiv2::x509
