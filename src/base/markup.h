// The text of XML and HTML, for messages.
#pragma once

#include <string>
#include <string_view>

namespace msiv2 {

/// TextOfMarkup returns what a reader of the page would see: no tags, comments, scripts and styles. Character
/// references are decoded, and a space replaces each tag. It returns `text` unchanged if `text` neither
/// begins with a tag nor holds an end tag, or consists only of tags. This is not a parser: from damaged
/// markup it returns what it can read.
std::string TextOfMarkup(std::string_view text);

}  // namespace msiv2
