// Cache keys that cannot be confused with one another.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace msiv2::cache {

/// MakeKey joins fields into one key. Each field is written with its length, so no two different lists
/// give the same key, whatever characters the fields hold.
std::string MakeKey(std::initializer_list<std::string_view> fields);

}  // namespace msiv2::cache
