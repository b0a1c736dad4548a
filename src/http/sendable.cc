#include "http/sendable.h"

#include <algorithm>

#include "base/ascii.h"

namespace msiv2 {
namespace {

// Returns true for a token of RFC 9110 section 5.6.2.
bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return IsDigit(c) || (ToLower(c) >= 'a' && ToLower(c) <= 'z') || kMarks.find(c) != std::string_view::npos;
  });
}

// Returns true for a field-value of RFC 9110 section 5.5, without the obsolete characters above ASCII.
bool IsFieldValue(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '\t' || (c >= ' ' && c <= '~'); });
}

// The transport creates these headers. A second statement about where a message ends would allow request
// smuggling.
bool IsMadeByTransport(std::string_view name) {
  return EqualsIgnoreCase(name, "Content-Length") || EqualsIgnoreCase(name, "Transfer-Encoding") ||
         EqualsIgnoreCase(name, "Expect");
}

}  // namespace

std::string WhyUnsendable(std::string_view method, const HttpHeaders& headers) {
  if (!IsToken(method) || method == "CONNECT") return "the method cannot be sent";
  for (const auto& [name, value] : headers) {
    if (!IsToken(name)) return "a header has the name \"" + Printable(name, 40) + "\"";
    if (!IsFieldValue(value)) return "header " + name + " holds a character that cannot be sent";
    if (IsMadeByTransport(name)) return "header " + name + " is made by the transport";
  }
  return {};
}

}  // namespace msiv2
