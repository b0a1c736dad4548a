// Step 7's answer and the token in it: no crash, and what is accepted satisfies the rules of the spec.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/jwt.h"
#include "entra/binding.h"
#include "entra/rejection.h"
#include "entra/token.h"

namespace {

constexpr std::int64_t kDate = 1795348800;  // of the answers: 2026-11-22 12:00:00
constexpr char kThumbprint[] = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2";

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckAccepted(const msiv2::TokenResponse& token, msiv2::TokenType asked) {
  const std::string_view text = token.access_token.Reveal();
  Require(!text.empty());
  Require(std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; }));
  Require(token.type == asked);
  Require(token.expires_in.count() > 0 && token.expires_in <= std::chrono::hours(366 * 24));
  const auto claims = msiv2::JwtClaims(text);
  if (claims && claims->Has("exp")) Require(claims->Seconds("exp").value_or(0) > kDate);
  Require(!token.refresh_in || (token.refresh_in->count() > 0 && *token.refresh_in < token.expires_in));
}

void CheckBinding(std::string_view token) {
  const auto verified = msiv2::entra::VerifyTokenBinding(token, kThumbprint);
  const auto claims = msiv2::JwtClaims(token);
  if (!claims) {
    Require(msiv2::HasJwtShape(token) ? !verified : verified && !*verified);
  } else if (verified) {
    Require(*verified && claims->Object("cnf")->String("x5t#S256") == kThumbprint);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  CheckBinding(body);
  for (const msiv2::TokenType asked : {msiv2::TokenType::kMtlsPop, msiv2::TokenType::kBearer}) {
    for (const int status : {200, 400}) {
      const msiv2::HttpHeaders headers = {{"Date", "Sun, 22 Nov 2026 12:00:00 GMT"}};
      const auto token = msiv2::entra::ParseTokenResponse({status, headers, body}, asked);
      Require(status == 200 || !token);
      if (token) {
        CheckAccepted(*token, asked);
        CheckBinding(token->access_token.Reveal());
      } else {
        Require(token.error().message.find_first_of("\r\n\x1b") == std::string::npos);
        static_cast<void>(msiv2::entra::RejectsCertificate(token.error()));
      }
    }
  }
  return 0;
}
