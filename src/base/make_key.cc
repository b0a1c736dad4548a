#include "base/make_key.h"

namespace msiv2 {

std::string MakeKey(std::initializer_list<std::string_view> fields) {
  std::string key;
  for (const std::string_view field : fields) {
    key += std::to_string(field.size());
    key += ':';
    key += field;
  }
  return key;
}

}  // namespace msiv2
