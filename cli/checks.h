// Checks of the values of flags, with messages that say what is expected.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace msiv2::cli {

/// ValueCheck returns why a value is refused, or an empty text. The parser puts the flag's name before it.
using ValueCheck = std::function<std::string(const std::string& value)>;

/// NumberFrom accepts numbers from `least` to `most`.
ValueCheck NumberFrom(double least, double most);

/// WholeNumberFrom accepts whole numbers from `least` to `most`.
ValueCheck WholeNumberFrom(std::int64_t least, std::int64_t most);

/// Entries returns what is between the commas of `list`; an empty text where nothing is.
std::vector<std::string> Entries(const std::string& list);

/// EachEntry accepts a list with commas whose entries `check` accepts. An entry that is empty is refused.
ValueCheck EachEntry(const ValueCheck& check);

/// TextOrJsonNotAFile accepts "text" and "json". For any other value it names `file_flag`, the flag for a
/// file.
ValueCheck TextOrJsonNotAFile(const std::string& file_flag);

}  // namespace msiv2::cli
