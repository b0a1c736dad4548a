// What C programs call the options of the library: the fields that set them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "bindings/c/msiv2.h"
#include "msiv2/option.h"

namespace msiv2::c {

/// FieldOf returns the name of the field that sets `option`, for example "MSIV2_REQUEST_CLAIMS". Static.
std::string_view FieldOf(Option option) noexcept;

/// AboutOf returns the number of `option`, which never changes; MSIV2_ABOUT_OTHER if it has none yet, and
/// MSIV2_ABOUT_NONE for nullopt.
std::int32_t AboutOf(std::optional<Option> option) noexcept;

/// WordsOf returns the words of a caller's function, which must not be NULL.
OptionWords WordsOf(msiv2_about_word word, void* context);

}  // namespace msiv2::c
