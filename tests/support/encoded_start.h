// The beginnings of encoded secrets.
#pragma once

#include <string_view>

#include "base/ascii.h"

namespace msiv2 {

/// HoldsEncoded returns true if a run of base64url in `text` begins with `start`. JWTs and their parts begin
/// with "eyJ"; DER in base64 begins with "MII". In the middle of a run three letters prove nothing: a random
/// thumbprint contains them about once in 6,000 times.
inline bool HoldsEncoded(std::string_view text, std::string_view start) {
  const auto is_of_run = [](char c) {
    return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  };
  for (auto at = text.find(start); at != std::string_view::npos; at = text.find(start, at + 1)) {
    if (at == 0 || !is_of_run(text[at - 1])) return true;
    if (at >= 3 && text[at - 3] == '%') return true;   // behind %3D a run begins as well
    if (at >= 2 && text[at - 2] == '\\') return true;  // as behind \n
  }
  return false;
}

/// HoldsJwt returns true if `text` holds the beginning of a JWT, or of a part of one.
inline bool HoldsJwt(std::string_view text) { return HoldsEncoded(text, "eyJ"); }

}  // namespace msiv2
