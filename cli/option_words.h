// What the command calls the options of the library: its own flags.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "msiv2/option.h"

namespace msiv2::cli {

/// FlagOf returns the flag of `option`, for example `--mtls-pop`, or "" if the command has none. Static.
std::string_view FlagOf(Option option) noexcept;

/// InFlags returns `text` with flags in the places of the options in `named`.
std::string InFlags(std::string_view text, const std::vector<NamedOption>& named);

}  // namespace msiv2::cli
