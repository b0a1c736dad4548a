// The sources of MSI v1 as flags name them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "msiv2/source.h"

namespace msiv2::cli {

/// SourceWord returns the flag's word for `source`, for example "app-service". The view is static.
std::string_view SourceWord(IdentitySource source) noexcept;

/// SourceWords returns the words of all sources, in the order of detection.
std::vector<std::string> SourceWords();

/// ParseSource returns the source that `word` names; nullopt for any other word.
std::optional<IdentitySource> ParseSource(std::string_view word);

}  // namespace msiv2::cli
