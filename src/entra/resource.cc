#include "entra/resource.h"

#include <algorithm>

#include "base/foreign_text.h"

namespace msiv2::entra {
namespace {

constexpr std::string_view kDefaultScope = "/.default";

Error Refuse(std::string_view text, std::string_view reason) {
  return Error(ErrorCode::kInvalidRequest,
               "resource is '" + ForeignText(text) + "', which " + std::string(reason));
}

}  // namespace

Result<std::string> NormalizeResource(std::string_view text) {
  const bool odd = std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; });
  if (odd) return Refuse(text, "holds white space, control characters or non-ASCII characters");
  std::string_view resource = text;
  if (resource.ends_with(kDefaultScope)) resource.remove_suffix(kDefaultScope.size());
  while (resource.ends_with('/')) resource.remove_suffix(1);
  if (resource.empty()) return Refuse(text, "names no resource");
  return std::string(resource);
}

}  // namespace msiv2::entra
