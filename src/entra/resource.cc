#include "entra/resource.h"

#include "base/ascii.h"
#include "base/foreign_text.h"
#include "model/option_text.h"

namespace msiv2::entra {
namespace {

constexpr std::string_view kDefaultScope = "/.default";

Error Refuse(std::string_view text, std::string_view reason) {
  return Error(ErrorCode::kInvalidRequest,
               FromTemplate("{resource} is '") + ForeignText(text) + "', which " + reason);
}

}  // namespace

Result<void> CheckResource(std::string_view text) {
  if (!IsVisible(text)) {
    return Refuse(text, "holds white space, control characters or non-ASCII characters");
  }
  std::string_view resource = text;
  if (resource.ends_with(kDefaultScope)) resource.remove_suffix(kDefaultScope.size());
  if (resource.find_first_not_of('/') == std::string_view::npos) return Refuse(text, "names no resource");
  return {};
}

std::string SourceResource(std::string_view text) {
  if (text.ends_with(kDefaultScope)) text.remove_suffix(kDefaultScope.size());
  return std::string(text);
}

std::string ScopeResource(std::string_view text) {
  if (text.ends_with(kDefaultScope)) return SourceResource(text);
  while (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace msiv2::entra
