#include "base/make_key.h"

namespace msiv2 {

std::string MakeKey(std::initializer_list<std::string_view> fields) {
  constexpr std::size_t kLongestNumber = 21;  // and the colon
  std::size_t most = 0;
  for (const std::string_view field : fields) most += kLongestNumber + field.size();
  std::string key;
  key.reserve(most);
  for (const std::string_view field : fields) {
    key += std::to_string(field.size());
    key += ':';
    key += field;
  }
  return key;
}

}  // namespace msiv2
