// The exceptions of a proxy, by libcurl's rules for names, addresses and blocks. An IPv4 entry with leading
// zeros, about which readers disagree, is not read as an address.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "base/ascii.h"
#include "http/proxy.h"

namespace msiv2 {
namespace {

// An address as bits; IPv4 in the first four bytes.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  unsigned bits = 0;  // 32 or 128
};

std::optional<unsigned> Number(std::string_view text, int base, unsigned most) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size() || number > most) return std::nullopt;
  return number;
}

// Splits at `mark`, and keeps empty parts.
std::vector<std::string_view> Cut(std::string_view text, char mark) {
  std::vector<std::string_view> parts;
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

std::optional<Address> ParseV4(std::string_view text) {
  const auto parts = Cut(text, '.');
  if (parts.size() != 4) return std::nullopt;
  Address address{{}, 32};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto part = Number(parts[i], 10, 255);
    if (!part || (parts[i].size() > 1 && parts[i].starts_with('0'))) return std::nullopt;
    address.bytes[i] = static_cast<std::uint8_t>(*part);
  }
  return address;
}

// The 16-bit groups on one side of "::".
std::optional<std::vector<std::uint8_t>> ParseGroups(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  if (text.empty()) return bytes;
  for (const std::string_view group : Cut(text, ':')) {
    const auto number = Number(group, 16, 0xffff);
    if (!number) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(*number >> 8));
    bytes.push_back(static_cast<std::uint8_t>(*number & 0xff));
  }
  return bytes;
}

std::optional<Address> ParseV6(std::string_view text) {
  const auto gap = text.find("::");
  const auto head = ParseGroups(text.substr(0, gap));
  const auto tail = ParseGroups(gap == std::string_view::npos ? std::string_view() : text.substr(gap + 2));
  if (!head || !tail) return std::nullopt;
  const std::size_t size = head->size() + tail->size();
  if (gap == std::string_view::npos ? size != 16 : size > 14) return std::nullopt;
  Address address{{}, 128};
  std::copy(head->begin(), head->end(), address.bytes.begin());
  std::copy(tail->rbegin(), tail->rend(), address.bytes.rbegin());
  return address;
}

std::optional<Address> ParseAddress(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  return text.find(':') == std::string_view::npos ? ParseV4(text) : ParseV6(text);
}

bool SameBits(const Address& a, const Address& b, unsigned bits) {
  for (unsigned i = 0; i < bits; ++i) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (i % 8));
    if ((a.bytes[i / 8] & mask) != (b.bytes[i / 8] & mask)) return false;
  }
  return true;
}

bool IsInBlock(const Address& host, std::string_view entry) {
  const auto slash = entry.find('/');
  const auto block = ParseAddress(entry.substr(0, slash));
  if (!block || block->bits != host.bits) return false;
  if (slash == std::string_view::npos) return SameBits(host, *block, host.bits);
  const auto bits = Number(entry.substr(slash + 1), 10, host.bits);
  return bits && SameBits(host, *block, *bits);
}

std::string_view WithoutDotAtEnd(std::string_view name) {
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

bool IsUnder(std::string_view host, std::string_view entry) {
  host = WithoutDotAtEnd(host);
  entry = WithoutDotAtEnd(entry);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty() || host.size() < entry.size()) return false;
  const auto start = host.size() - entry.size();
  return EqualsIgnoreCase(host.substr(start), entry) && (start == 0 || host[start - 1] == '.');
}

}  // namespace

bool IsExcepted(std::string_view host, std::string_view no_proxy) {
  if (Trim(no_proxy) == "*") return true;
  const auto address = ParseAddress(host);
  const auto entries = Split(no_proxy, ", \t\r\n");
  return std::any_of(entries.begin(), entries.end(), [&](const std::string& entry) {
    return address ? IsInBlock(*address, entry) : IsUnder(host, entry);
  });
}

}  // namespace msiv2
