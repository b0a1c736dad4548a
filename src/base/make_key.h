// Keys of caches, flights and aliases that cannot be confused with one another.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace msiv2 {

/// MakeKey joins fields into one key. Each field is written with its length, so no two different lists
/// give the same key, whatever characters the fields hold. The key of a list of any length can itself be a
/// field: append the keys of its members.
std::string MakeKey(std::initializer_list<std::string_view> fields);

}  // namespace msiv2
