#include "v1/arc_files.h"

#include <algorithm>

#include "base/ascii.h"

namespace msiv2::v1 {
namespace {

constexpr std::string_view kSuffix = ".key";

}  // namespace

Error ArcFileError(std::string_view cause) {
  Error error(ErrorCode::kManagedIdentityRequestFailed, Step::kToken,
              "the challenge of Azure Arc names an invalid file: it " + std::string(cause));
  error.kind = ErrorKind::kService;
  error.http_status = 401;
  return error;
}

Result<std::string> ArcKeyName(const std::string& folder, std::string_view path) {
  if (folder.empty()) return ArcFileError("cannot be looked for: this host has no folder for it");
  const auto last = std::find_if(path.rbegin(), path.rend(), IsPathSeparator);
  if (last == path.rend()) return ArcFileError("is not in the agent's folder for tokens");
  const auto folder_size = static_cast<std::size_t>(std::distance(last, path.rend())) - 1;
  if (!SamePath(path.substr(0, folder_size), folder)) {
    return ArcFileError("is not in the agent's folder for tokens");
  }
  const std::string_view name = path.substr(folder_size + 1);
  // A colon would name another stream of the file on Windows.
  const bool odd =
      std::any_of(name.begin(), name.end(), [](char c) { return c < ' ' || c > '~' || c == ':'; });
  if (odd || name.size() <= kSuffix.size() || !name.ends_with(kSuffix)) {
    return ArcFileError("does not end in .key");
  }
  return std::string(name);
}

Result<SecretString> CheckArcKey(SecretString key) {
  const std::string_view text = Trim(key.Reveal());
  if (text.empty() || !IsVisible(text)) return ArcFileError("holds no key");
  return key;
}

}  // namespace msiv2::v1
