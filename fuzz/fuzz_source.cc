// The answer of a source of MSI v1, and the challenge of Azure Arc. There is no crash, what is accepted
// satisfies the rules, and no error repeats the secret of the request.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/foreign_time.h"
#include "v1/answer.h"
#include "v1/arc_challenge.h"
#include "v1/arc_files.h"

namespace {

constexpr char kSecret[] = "hunter2/hunter2";
constexpr char kFolder[] = "/var/opt/azcmagent/tokens";
const std::chrono::sys_seconds kNow{std::chrono::seconds(1795348800)};

void Require(bool holds) {
  if (!holds) std::abort();
}

void RequireForeignTime(std::chrono::system_clock::time_point time) {
  Require(time >= msiv2::kEarliestForeignTime && time <= msiv2::kLatestForeignTime);
}

void CheckAccepted(const msiv2::v1::SourceToken& token) {
  const std::string_view text = token.access_token.Reveal();
  Require(!text.empty());
  Require(std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; }));
  const auto& life = token.lifetime;
  RequireForeignTime(life.expires_on);
  if (life.refresh_on) RequireForeignTime(*life.refresh_on);
  Require(life.expires_on > kNow && life.expires_on <= kNow + std::chrono::hours(366 * 24));
  Require(!life.refresh_on || (*life.refresh_on > kNow && *life.refresh_on < life.expires_on));
}

void CheckChallenge(const std::string& header) {
  const auto path = msiv2::v1::ParseArcChallenge({401, {{"WWW-Authenticate", header}}, ""});
  if (!path) return;
  const auto name = msiv2::v1::ArcKeyName(kFolder, *path);
  if (!name) return;
  Require(name->find('/') == std::string::npos && name->ends_with(".key"));
  Require(*path == std::string(kFolder) + "/" + *name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  CheckChallenge(body);
  msiv2::KnownSecrets secrets;
  secrets.Add(kSecret);
  for (const int status : {200, 400}) {
    const auto token =
        msiv2::v1::ParseTokenAnswer(msiv2::IdentitySource::kAppService, {status, {}, body}, secrets, kNow);
    Require(status == 200 || !token);
    if (token) {
      CheckAccepted(*token);
    } else {
      Require(token.error().message.find_first_of("\r\n\x1b") == std::string::npos);
      Require(token.error().message.find(kSecret) == std::string::npos);
    }
  }
  return 0;
}
