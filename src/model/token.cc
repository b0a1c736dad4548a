#include "msiv2/token.h"

#include <utility>

#include "model/process_mark.h"
#include "msiv2/http.h"

namespace msiv2 {

SecretString AccessToken::AuthorizationHeader() const {
  std::string header(Name(type));
  header.reserve(header.size() + 1 + secret.size());
  header += ' ';
  header += secret.Reveal();
  return SecretString(std::move(header));
}

BindingCertificate::BindingCertificate(Fields fields)
    : fields_(std::move(fields)), made_in_(ForkGeneration()) {}

bool BindingCertificate::IsOfParent() const noexcept { return made_in_ != ForkGeneration(); }

std::string BindingCertificate::strength_label() const {
  std::string label(Name(strength()));
  if (origin() == KeyOrigin::kEmulated) label += " (emulated)";
  return label;
}

std::optional<std::string_view> HttpResponse::Header(std::string_view name) const {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  for (const auto& [key, value] : headers) {
    if (key.size() != name.size()) continue;
    bool equal = true;
    for (std::size_t i = 0; i < name.size() && equal; ++i) equal = lower(key[i]) == lower(name[i]);
    if (equal) return value;
  }
  return std::nullopt;
}

}  // namespace msiv2
