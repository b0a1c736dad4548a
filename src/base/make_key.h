// Unambiguous keys for caches, flights and aliases.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace msiv2 {

/// MakeKey joins fields into one key. Each field is written with its length, so two different lists never
/// give the same key, whatever characters the fields hold. A list of any length can itself be a field:
/// concatenate the keys of its members.
std::string MakeKey(std::initializer_list<std::string_view> fields);

}  // namespace msiv2
