#include "msiv2/token.h"

#include <utility>

#include "model/process_mark.h"

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

}  // namespace msiv2
