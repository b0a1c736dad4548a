#include "http/service_text.h"

#include <algorithm>

#include "base/ascii.h"

namespace msiv2 {
namespace {

// The alphabets of base64, base64url and the dots of a JWT.
bool IsSecretCharacter(char c) {
  return IsDigit(c) || (ToLower(c) >= 'a' && ToLower(c) <= 'z') || c == '+' || c == '/' || c == '=' ||
         c == '-' || c == '_' || c == '.';
}

// Base64 of a signature mixes capitals, small letters and digits more closely than the names that people
// choose, and has a `/`, `+`, `-` or `_` less often. Found where only a piece of a JWT or of DER is quoted.
bool HasRandomStretch(std::string_view run) {
  constexpr std::size_t kStretch = 24;
  for (std::size_t begin = 0; begin + kStretch <= run.size(); ++begin) {
    const std::string_view stretch = run.substr(begin, kStretch);
    const auto small =
        std::count_if(stretch.begin(), stretch.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    const auto capital =
        std::count_if(stretch.begin(), stretch.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    const auto digits = std::count_if(stretch.begin(), stretch.end(), IsDigit);
    const auto others = static_cast<std::ptrdiff_t>(kStretch) - small - capital - digits;
    if (small >= 4 && capital >= 4 && digits >= 2 && others <= 2) return true;
  }
  return false;
}

// A resource id is a long run as well, and worth reading: length alone hides only what is longer still.
bool LooksSecret(std::string_view run) {
  constexpr std::size_t kShortestSecret = 40;
  constexpr std::size_t kLongestName = 200;
  if (run.size() > kLongestName) return true;
  const bool json_in_base64 = run.find("eyJ") != std::string_view::npos;
  const bool der_in_base64 = run.find("MII") != std::string_view::npos;
  return run.size() >= kShortestSecret && (json_in_base64 || der_in_base64 || HasRandomStretch(run));
}

}  // namespace

std::string ServiceText(std::string_view text, std::size_t limit) {
  text = Trim(text);
  text = text.substr(0, text.find_first_of("\r\n"));
  std::string shown;
  while (!text.empty()) {
    const auto* const end = std::find_if_not(text.begin(), text.end(), IsSecretCharacter);
    const std::string_view run = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    shown += LooksSecret(run) ? "[hidden]" : run;
    text.remove_prefix(run.size());
    if (text.empty()) break;
    shown += text.front();
    text.remove_prefix(1);
  }
  return Printable(shown, limit);
}

}  // namespace msiv2
