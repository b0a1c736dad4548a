// WWW-Authenticate headers: no crash, and what is accepted satisfies the rules of include/msiv2/challenge.h.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/ascii.h"
#include "base/json.h"
#include "http/auth_challenge.h"
#include "msiv2/challenge.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string Write(const std::vector<msiv2::AuthChallenge>& challenges) {
  std::string value;
  for (const auto& challenge : challenges) {
    if (!value.empty()) value += ", ";
    value += challenge.scheme;
    if (!challenge.token68.empty()) value += " " + challenge.token68;
    const char* separator = " ";
    for (const auto& [name, text] : challenge.parameters) {
      value += separator + name + "=" + Quoted(text);
      separator = ", ";
    }
  }
  return value;
}

// Challenges that were read and written again read the same.
void CheckRoundTrip(const std::vector<msiv2::AuthChallenge>& challenges) {
  const auto again = msiv2::ParseAuthChallenges(Write(challenges));
  Require(again && again->size() == challenges.size());
  for (std::size_t i = 0; i < challenges.size(); ++i) {
    Require((*again)[i].scheme == challenges[i].scheme);
    Require((*again)[i].token68 == challenges[i].token68);
    Require((*again)[i].parameters == challenges[i].parameters);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto challenges = msiv2::ParseAuthChallenges(text)) CheckRoundTrip(*challenges);
  // Each line is its own header.
  msiv2::HttpHeaders headers;
  for (std::string& line : msiv2::Split(text, "\n"))
    headers.emplace_back("WWW-Authenticate", std::move(line));
  if (const auto challenge = msiv2::ParseClaimsChallenge(headers)) {
    Require(challenge->claims.size() <= std::size_t{16} * 1024);
    Require(msiv2::JsonObject::Parse(challenge->claims).has_value());
    const std::string scheme = msiv2::ToLower(challenge->scheme);
    Require(scheme == "bearer" || scheme == "pop" || scheme == "mtls_pop");
  }
  return 0;
}
