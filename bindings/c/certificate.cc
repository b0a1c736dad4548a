#include "bindings/c/handles.h"

namespace msiv2::c {
namespace {

Failure ShowText(const BindingCertificate& certificate, std::int32_t field, msiv2_view view, void* context) {
  switch (field) {
    case MSIV2_CERTIFICATE_LEAF_PEM:
      return Show(view, context, certificate.leaf_pem());
    case MSIV2_CERTIFICATE_X5T_S256:
      return Show(view, context, certificate.x5t_s256());
    case MSIV2_CERTIFICATE_STRENGTH_LABEL:
      return Show(view, context, certificate.strength_label());
    case MSIV2_CERTIFICATE_WHY_NOT_STRONGER:
      return Show(view, context, certificate.why_not_stronger());
    default:
      return UnknownField(field);
  }
}

Failure GetNumber(const BindingCertificate& certificate, std::int32_t field, std::int64_t& value) {
  switch (field) {
    case MSIV2_CERTIFICATE_NOT_BEFORE:
      value = Seconds(certificate.not_before());
      return nullptr;
    case MSIV2_CERTIFICATE_NOT_AFTER:
      value = Seconds(certificate.not_after());
      return nullptr;
    case MSIV2_CERTIFICATE_CHAIN_SIZE:
      value = static_cast<std::int64_t>(certificate.chain_der().size()) + 1;
      return nullptr;
    default:
      return UnknownField(field);
  }
}

}  // namespace
}  // namespace msiv2::c

using msiv2::c::Failure;
using msiv2::c::Guard;
using msiv2::c::IsNull;

extern "C" {

std::int32_t msiv2_certificate_view(const msiv2_certificate* certificate, msiv2_certificate_text_field field,
                                    msiv2_view view, void* context, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (certificate == nullptr) return IsNull("certificate");
    return msiv2::c::ShowText(*certificate->certificate, field, view, context);
  });
}

std::int32_t msiv2_certificate_number(const msiv2_certificate* certificate,
                                      msiv2_certificate_number_field field, std::int64_t* value,
                                      msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (value == nullptr) return IsNull("value");
    *value = 0;
    if (certificate == nullptr) return IsNull("certificate");
    return msiv2::c::GetNumber(*certificate->certificate, field, *value);
  });
}

std::int32_t msiv2_certificate_chain(const msiv2_certificate* certificate, std::size_t index, msiv2_view view,
                                     void* context, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (certificate == nullptr) return IsNull("certificate");
    const auto& chain = certificate->certificate->chain_der();
    if (index > chain.size()) return msiv2::c::Absent("the chain is shorter");
    const auto& der = index == 0 ? certificate->certificate->leaf_der() : chain[index - 1];
    return msiv2::c::ShowBytes(view, context, der);
  });
}

std::int32_t msiv2_certificate_key(const msiv2_certificate* certificate, msiv2_key** key,
                                   msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (key == nullptr) return IsNull("key");
    *key = nullptr;
    if (certificate == nullptr) return IsNull("certificate");
    *key = new msiv2_key{certificate->certificate->key(), certificate->made_in};
    return nullptr;
  });
}

void msiv2_certificate_free(msiv2_certificate* certificate) { delete certificate; }

}  // extern "C"
