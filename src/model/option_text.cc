#include "model/option_text.h"

#include <algorithm>
#include <utility>

namespace msiv2 {
namespace {

Option OptionOfName(std::string_view name) {
  return *std::find_if(AllOptions().begin(), AllOptions().end(),
                       [&](Option option) { return Name(option) == name; });
}

void Shift(std::vector<NamedOption>& named, std::size_t by) {
  for (NamedOption& one : named) {
    one.at += by;
    one.part_at += by;
  }
}

}  // namespace

OptionText ReadOptionTemplate(std::string_view text) {
  OptionText read;
  std::size_t part_at = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') {
      const std::string_view name = text.substr(i + 1, text.find('}', i) - i - 1);
      read.named.push_back({OptionOfName(name), read.text.size()});
      read.text += name;
      i += name.size() + 1;
    } else if (text[i] == '[') {
      part_at = read.text.size();
    } else if (text[i] == ']') {
      read.named.back().part_at = part_at;
      read.named.back().part_size = read.text.size() - part_at;
    } else {
      read.text += text[i];
    }
  }
  return read;
}

OptionText& operator+=(OptionText& text, std::string_view words) {
  text.text += words;
  return text;
}

OptionText operator+(OptionText text, std::string_view words) {
  text += words;
  return text;
}

OptionText operator+(std::string_view words, OptionText text) {
  Shift(text.named, words.size());
  text.text.insert(0, words);
  return text;
}

OptionText operator+(OptionText first, const OptionText& second) {
  std::vector<NamedOption> named = second.named;
  Shift(named, first.text.size());
  first.text += second.text;
  first.named.insert(first.named.end(), named.begin(), named.end());
  return first;
}

void Prepend(Error& error, std::string_view words) {
  error.message.insert(0, words);
  Shift(error.named_options, words.size());
}

}  // namespace msiv2
