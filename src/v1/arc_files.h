// The files of the Azure Arc agent: whether it is installed, and the key that answers its challenge.
#pragma once

#include <string>
#include <string_view>

#include "msiv2/options.h"
#include "msiv2/result.h"
#include "msiv2/secret.h"

namespace msiv2::v1 {

/// ArcFiles are where the agent of Azure Arc keeps its things on this system. Empty where a variable that
/// they depend on is not set.
struct ArcFiles {
  std::string agent;       ///< the agent's program
  std::string key_folder;  ///< where challenge files lie, without a trailing separator
};

/// ArcFilesOf returns the places of this operating system.
ArcFiles ArcFilesOf(const EnvironmentReader& environment);

/// ArcKeyName returns the name of the challenge file at `path`, which must lie in `folder` itself and end in
/// `.key`. Errors: `managed_identity_request_failed`; they do not repeat the path, which came over the wire.
Result<std::string> ArcKeyName(const std::string& folder, std::string_view path);

/// ReadArcKey reads the challenge file `name` of `folder`, once. Neither of the two may be a link, the file
/// has one name and at most 4096 bytes. Errors: `managed_identity_request_failed`, without the contents.
Result<SecretString> ReadArcKey(const std::string& folder, const std::string& name);

/// kLargestArcKey is how long a challenge file may be.
inline constexpr std::size_t kLargestArcKey = 4096;

/// SamePath compares two paths as this system does.
bool SamePath(std::string_view a, std::string_view b) noexcept;
/// IsPathSeparator tells whether `c` separates the parts of a path on this system.
bool IsPathSeparator(char c) noexcept;
/// CheckArcKey returns a key that a header can carry: visible ASCII, and white space at its ends. Errors:
/// `managed_identity_request_failed`, without the contents.
Result<SecretString> CheckArcKey(SecretString key);
/// ArcFileError makes the error of a challenge file.
Error ArcFileError(std::string_view cause);

}  // namespace msiv2::v1
