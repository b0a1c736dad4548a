#include "cli/checks.h"

#include <charconv>
#include <iomanip>
#include <limits>
#include <locale>
#include <optional>
#include <sstream>

namespace msiv2::cli {
namespace {

std::optional<double> Number(const std::string& text) {
  std::istringstream in(text);
  in.imbue(std::locale::classic());
  double number = 0;
  if (!(in >> number) || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return number;
}

std::string Text(double number) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << std::setprecision(std::numeric_limits<double>::digits10) << number;
  return out.str();
}

}  // namespace

ValueCheck NumberFrom(double least, double most) {
  return [least, most](const std::string& value) {
    const auto number = Number(value);
    if (number && *number >= least && *number <= most) return std::string();
    return value + " is not a number from " + Text(least) + " to " + Text(most);
  };
}

ValueCheck WholeNumberFrom(std::int64_t least, std::int64_t most) {
  return [least, most](const std::string& value) {
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    // The parser would read a number that begins with 0 as an octal one.
    const bool octal = value.size() > 1 && value.front() == '0';
    const bool whole = !octal && problem == std::errc() && end == value.data() + value.size();
    if (whole && number >= least && number <= most) return std::string();
    return value + " is not a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  };
}

std::vector<std::string> Entries(const std::string& list) {
  std::vector<std::string> entries;
  std::size_t begin = 0;
  for (std::size_t comma = list.find(','); comma != std::string::npos; comma = list.find(',', begin)) {
    entries.push_back(list.substr(begin, comma - begin));
    begin = comma + 1;
  }
  entries.push_back(list.substr(begin));
  return entries;
}

ValueCheck EachEntry(const ValueCheck& check) {
  return [check](const std::string& list) {
    for (const std::string& entry : Entries(list)) {
      if (entry.empty()) return "'" + list + "' has an empty entry; names have one comma between them";
      std::string wrong = check(entry);
      if (!wrong.empty()) return wrong;
    }
    return std::string();
  };
}

ValueCheck TextOrJsonNotAFile(const std::string& file_flag) {
  return [file_flag](const std::string& value) {
    if (value == "text" || value == "json") return std::string();
    return value + " is not a format, text or json; a file is named with " + file_flag;
  };
}

}  // namespace msiv2::cli
