#include "msiv2/option.h"

#include <array>
#include <iterator>

namespace msiv2 {
namespace {

struct OptionRow {
  Option option;
  std::string_view name;
};

constexpr std::array kOptionRows = {
#define MSIV2_OPTION_ROW(enumerator, name) OptionRow{Option::enumerator, name},
#include "msiv2/option_table.inc"
#undef MSIV2_OPTION_ROW
};

bool IsNamedIn(std::string_view text, const NamedOption& named) {
  return named.at <= text.size() && text.substr(named.at).starts_with(Name(named.option));
}

}  // namespace

std::string_view Name(Option option) noexcept { return kOptionRows[static_cast<std::size_t>(option)].name; }

const std::vector<Option>& AllOptions() {
  static const auto& all = *new const std::vector<Option>([] {
    std::vector<Option> options;
    options.reserve(std::size(kOptionRows));
    for (const OptionRow& row : kOptionRows) options.push_back(row.option);
    return options;
  }());
  return all;
}

std::string Reword(std::string_view text, const std::vector<NamedOption>& named, const OptionWords& words) {
  std::string result;
  std::size_t done = 0;
  for (const NamedOption& one : named) {
    const std::string word(words(one.option));
    if (one.at < done || !IsNamedIn(text, one)) continue;
    if (word.empty() && one.part_size == 0) continue;
    const std::size_t from = word.empty() ? one.part_at : one.at;
    const std::size_t to = word.empty() ? one.part_at + one.part_size : one.at + Name(one.option).size();
    if (from < done || to > text.size()) continue;
    result.append(text.substr(done, from - done)).append(word);
    done = to;
  }
  return result.append(text.substr(done));
}

}  // namespace msiv2
