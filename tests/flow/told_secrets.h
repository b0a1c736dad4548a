// Passwords that are hard to hide, the disguises in which other programs may quote them, and a search for
// both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/url.h"

namespace msiv2::testing {

/// AwkwardPasswords returns passwords with each mark that may confuse a reader of URLs, JSON or XML.
inline std::vector<std::string> AwkwardPasswords() {
  std::vector<std::string> passwords;
  for (const char* mark : {"#", "/",     "?", "@@", " ",  "\"",       "'", "\\", "%", "%23",
                           "<", "&amp;", ":", "\n", "\t", "\xc3\xa4", "+", "-_", ",", "{}"}) {
    passwords.push_back("Zq7xV" + std::string(mark) + "k9Jw2");
  }
  passwords.insert(passwords.end(),
                   {"Zq7xVk9Jw2 ", "Zq7xVk9Jw2\n", " Zq7xVk9Jw2", "Zq7xVk9Jw2@", "@Zq7xVk9Jw2"});
  return passwords;
}

/// Disguises returns `secret` in the forms in which a misbehaving service may quote it.
inline std::vector<std::string> Disguises(const std::string& secret) {
  std::string split;
  std::string lines;
  std::string every;
  constexpr char kHex[] = "0123456789abcdef";
  for (const char c : secret) {
    const auto byte = static_cast<unsigned char>(c);
    split += std::string(1, c) + " ";
    lines += std::string(1, c) + "\r\n";
    every += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return {secret,
          ToUpper(secret),
          ToLower(secret),
          Base64Encode(AsBytes(secret)),
          Base64UrlEncode(AsBytes(secret)),
          "Basic " + Base64Encode(AsBytes("Yu5rN4me:" + secret)),
          PercentEncode(secret),
          every,
          split,
          lines,
          "<a><b>" + secret.substr(0, 4) + "</b><b>" + secret.substr(4) + "</b></a>",
          "http://Yu5rN4me:" + secret + "@127.0.0.1:1"};
}

/// Squeezed returns `text` in lower case, with printable ASCII characters other than blanks only.
inline std::string Squeezed(std::string_view text) {
  std::string squeezed = ToLower(text);
  std::erase_if(squeezed, [](char c) { return c <= ' ' || c > '~'; });
  return squeezed;
}

/// LeakIn returns five characters in a row that `text` and `disguise` share, whatever their case and blanks;
/// empty if there are none. `plain` is text whose pieces do not count as a leak.
inline std::string LeakIn(std::string_view text, const std::string& disguise, std::string_view plain = {}) {
  constexpr std::size_t kLeak = 5;
  const std::string shown = Squeezed(text);
  const std::string wanted = Squeezed(disguise);
  const std::string allowed = Squeezed(plain);
  for (std::size_t at = 0; at + kLeak <= wanted.size(); ++at) {
    const std::string piece = wanted.substr(at, kLeak);
    if (allowed.find(piece) == std::string::npos && shown.find(piece) != std::string::npos) return piece;
  }
  return {};
}

}  // namespace msiv2::testing
