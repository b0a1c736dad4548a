#include "msiv2/token.h"

#include "bindings/c/handles.h"

namespace msiv2::c {
namespace {

Failure ShowText(const AccessToken& token, std::int32_t field, msiv2_view view, void* context) {
  switch (field) {
    case MSIV2_TOKEN_RESOURCE:
      return Show(view, context, token.resource);
    case MSIV2_TOKEN_CLIENT_ID:
      return Show(view, context, token.client_id);
    case MSIV2_TOKEN_TENANT_ID:
      return Show(view, context, token.tenant_id);
    case MSIV2_TOKEN_MSI_SOURCE:
      return Show(view, context, Name(token.identity_source));
    default:
      return UnknownField(field);
  }
}

Failure GetNumber(const TokenResult& token, std::int32_t field, std::int64_t& value) {
  switch (field) {
    case MSIV2_TOKEN_TYPE:
      value = token->type == TokenType::kMtlsPop ? MSIV2_TOKEN_TYPE_MTLS_POP : MSIV2_TOKEN_TYPE_BEARER;
      return nullptr;
    case MSIV2_TOKEN_EXPIRES_ON:
      value = Seconds(token->expires_on);
      return nullptr;
    case MSIV2_TOKEN_REFRESH_ON:
      value = token->refresh_on ? Seconds(*token->refresh_on) : 0;
      return nullptr;
    case MSIV2_TOKEN_ATTESTED:
      value = token->attested ? 1 : 0;
      return nullptr;
    case MSIV2_TOKEN_BINDING_VERIFIED:
      value = token->binding_verified ? 1 : 0;
      return nullptr;
    case MSIV2_TOKEN_KEY_STRENGTH:
      value = static_cast<std::int64_t>(token->key_strength);
      return nullptr;
    case MSIV2_TOKEN_KEY_ORIGIN:
      value = static_cast<std::int64_t>(token->key_origin);
      return nullptr;
    case MSIV2_TOKEN_FROM_CACHE:
      value = token.from_cache ? 1 : 0;
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

std::int32_t msiv2_token_secret(const msiv2_token* token, msiv2_view view, void* context,
                                msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (token == nullptr) return IsNull("token");
    return msiv2::c::Show(view, context, token->result->secret.Reveal());
  });
}

std::int32_t msiv2_token_authorization(const msiv2_token* token, msiv2_view view, void* context,
                                       msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (token == nullptr) return IsNull("token");
    const msiv2::SecretString header = token->result->AuthorizationHeader();
    return msiv2::c::Show(view, context, header.Reveal());
  });
}

std::int32_t msiv2_token_view(const msiv2_token* token, msiv2_token_text_field field, msiv2_view view,
                              void* context, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (token == nullptr) return IsNull("token");
    return msiv2::c::ShowText(*token->result, field, view, context);
  });
}

std::int32_t msiv2_token_number(const msiv2_token* token, msiv2_token_number_field field, std::int64_t* value,
                                msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (value == nullptr) return IsNull("value");
    *value = 0;
    if (token == nullptr) return IsNull("token");
    return msiv2::c::GetNumber(token->result, field, *value);
  });
}

std::int32_t msiv2_token_certificate(const msiv2_token* token, msiv2_certificate** certificate,
                                     msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (certificate == nullptr) return IsNull("certificate");
    *certificate = nullptr;
    if (token == nullptr) return IsNull("token");
    if (!token->result->binding) return msiv2::c::Absent("a bearer token has no certificate");
    *certificate = new msiv2_certificate{token->result->binding, token->made_in};
    return nullptr;
  });
}

void msiv2_token_free(msiv2_token* token) { delete token; }

}  // extern "C"
