// Types for byte strings, and views of bytes as text and of text as bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace msiv2 {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// AsBytes returns a view of the bytes of `text`.
inline ByteView AsBytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// AsText returns a view of `bytes` as characters.
inline std::string_view AsText(ByteView bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace msiv2
