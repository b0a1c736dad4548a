// The files of the Azure Arc agent: whether it is installed, and the key that answers its challenge.
#pragma once

#include <string>
#include <string_view>

#include "msiv2/options.h"
#include "msiv2/result.h"
#include "msiv2/secret.h"

namespace msiv2::v1 {

/// ArcFiles holds the paths of the Azure Arc agent on this system. A path is empty if a variable that it
/// depends on is not set.
struct ArcFiles {
  std::string agent;       ///< the agent's program
  std::string key_folder;  ///< the folder of the challenge files, without a trailing separator
};

/// ArcFilesOf returns the paths for this operating system.
ArcFiles ArcFilesOf(const EnvironmentReader& environment);

/// ArcKeyName returns the name of the challenge file at `path`, which must be in `folder` itself and end in
/// `.key`. Errors: `managed_identity_request_failed`, without the path, which came over the network.
Result<std::string> ArcKeyName(const std::string& folder, std::string_view path);

/// ReadArcKey reads the challenge file `name` of `folder`, once. Neither of the two may be a link. The file
/// must have one name and at most 4096 bytes. Errors: `managed_identity_request_failed`, without the
/// contents.
Result<SecretString> ReadArcKey(const std::string& folder, const std::string& name);

/// kLargestArcKey is the maximum size of a challenge file, in bytes.
inline constexpr std::size_t kLargestArcKey = 4096;

/// SamePath compares two paths by the rules of this system.
bool SamePath(std::string_view a, std::string_view b) noexcept;
/// IsPathSeparator returns true if `c` separates the parts of a path on this system.
bool IsPathSeparator(char c) noexcept;
/// CheckArcKey returns `key` if a header can carry it: visible ASCII, with white space at its ends only.
/// Errors: `managed_identity_request_failed`, without the contents.
Result<SecretString> CheckArcKey(SecretString key);
/// ArcFileError returns the error for a challenge file.
Error ArcFileError(std::string_view cause);

}  // namespace msiv2::v1
