// The options that errors and other texts name, so that a caller can read its own names for them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "msiv2/cxx20.h"

namespace msiv2 {

/// Option is an option of a request or of a client that a text of this library may name.
enum class Option {
#define MSIV2_OPTION_ROW(enumerator, name) enumerator,
#include "msiv2/option_table.inc"
#undef MSIV2_OPTION_ROW
};

/// Name returns the option's name in C++, for example "allow_unattested". The view is static.
std::string_view Name(Option option) noexcept;

/// AllOptions returns every option, in the order of the enumerators.
const std::vector<Option>& AllOptions();

/// OptionWords returns what a caller calls `option`, for example "--allow-unattested". It returns "" if the
/// caller has no such option. The view must live until the next call.
using OptionWords = std::function<std::string_view(Option option)>;

/// NamedOption is a place at which a text names an option in C++. Positions are in bytes.
struct NamedOption {
  Option option{};
  std::size_t at = 0;  ///< where the name begins
  /// The part of the text that helps only a caller who has the option, for example ", or raise X". It holds
  /// the name. Without such a part, its size is 0.
  std::size_t part_at = 0;
  std::size_t part_size = 0;
};

/// OptionText is a text in which options have their names in C++, and the places of these names. All other
/// words, for example those of a service, stay as they are whatever they look like.
struct OptionText {
  std::string text;
  std::vector<NamedOption> named{};  ///< in the order of the text
};

/// Reword returns `text` with the names at `named` replaced by `words`. A part that helps only a caller who
/// has the option is left out if `words` returns "" for it. Where there is no such part, the name in C++
/// stays. A place at which `text` does not have the name, for example because the text was cut, stays too.
std::string Reword(std::string_view text, const std::vector<NamedOption>& named, const OptionWords& words);

}  // namespace msiv2
