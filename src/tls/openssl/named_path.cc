#include "tls/openssl/named_path.h"

#include "base/foreign_text.h"

namespace msiv2::tls {

std::string NamesPath(std::string_view variable, std::string_view path, std::string_view cause) {
  constexpr std::size_t kLongestPath = 96;  // or no room is left for the cause
  return std::string(variable) + " names \"" + ForeignText(path, {}, kLongestPath) + "\", which " +
         std::string(cause);
}

std::string NamesNothing(std::string_view variable) {
  return std::string(variable) + " is set but empty, so that it hides the default";
}

}  // namespace msiv2::tls
