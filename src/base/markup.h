// The text of XML and HTML, for messages.
#pragma once

#include <string>
#include <string_view>

namespace msiv2 {

/// TextOfMarkup returns what a reader of the page would see: no tags, comments, scripts and styles, with
/// character references undone and a blank where a tag stood. `text` as it is where it neither begins with a
/// tag nor holds an end tag, or is nothing but tags. Not a parser: damaged markup gives what it can.
std::string TextOfMarkup(std::string_view text);

}  // namespace msiv2
