// The sources of MSI v1 as flags spell them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "msiv2/source.h"

namespace msiv2::cli {

/// SourceWord returns the flag's word for `source`, for example "app-service". The view is static.
std::string_view SourceWord(MsiSource source) noexcept;

/// SourceWords returns all of them, in the order of detection.
std::vector<std::string> SourceWords();

/// ParseSource returns the source that `word` spells; nothing for any other word.
std::optional<MsiSource> ParseSource(std::string_view word);

}  // namespace msiv2::cli
