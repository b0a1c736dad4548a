#include "base/utf8.h"

namespace msiv2 {
namespace {

// What may follow a first byte: how many bytes, and the range of the next one. Those after it are 80 to BF.
struct Continuation {
  std::size_t count = 0;
  unsigned char least = 0x80;
  unsigned char most = 0xBF;
};

// RFC 3629 section 4.
Continuation After(unsigned char first) noexcept {
  if (first < 0xC2) return {0};
  if (first < 0xE0) return {1};
  if (first == 0xE0) return {2, 0xA0};
  if (first == 0xED) return {2, 0x80, 0x9F};
  if (first < 0xF0) return {2};
  if (first == 0xF0) return {3, 0x90};
  if (first < 0xF4) return {3};
  if (first == 0xF4) return {3, 0x80, 0x8F};
  return {0};
}

}  // namespace

Utf8Character ReadUtf8(std::string_view text) noexcept {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {1, true};
  const Continuation after = After(first);
  for (std::size_t i = 1; i <= after.count; ++i) {
    if (i == text.size()) return {i, false};
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool fits = i == 1 ? byte >= after.least && byte <= after.most : (byte & 0xC0U) == 0x80;
    if (!fits) return {i, false};
  }
  return {1 + after.count, after.count > 0};
}

}  // namespace msiv2
