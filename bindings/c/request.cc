#include "bindings/c/handles.h"

namespace msiv2::c {
namespace {

Failure SetText(TokenRequest& request, std::int32_t field, const char* value) {
  switch (field) {
    case MSIV2_REQUEST_RESOURCE:
      request.resource = value;
      return nullptr;
    case MSIV2_REQUEST_CLAIMS:
      request.claims = value;
      return nullptr;
    case MSIV2_REQUEST_REJECTED_TOKEN_SHA256:
      request.rejected_token_sha256 = value;
      return nullptr;
    default:
      return UnknownField(field);
  }
}

bool* FlagOf(TokenRequest& request, std::int32_t field) {
  switch (field) {
    case MSIV2_REQUEST_MTLS_POP:
      return &request.mtls_proof_of_possession;
    case MSIV2_REQUEST_ATTESTATION:
      return &request.with_attestation_support;
    case MSIV2_REQUEST_ALLOW_UNATTESTED:
      return &request.allow_unattested;
    case MSIV2_REQUEST_OVER_MTLS:
      return &request.request_over_mtls;
    case MSIV2_REQUEST_FORCE_REFRESH:
      return &request.force_refresh;
    default:
      return nullptr;
  }
}

Failure SetNumber(TokenRequest& request, std::int32_t field, std::int64_t value) {
  if (field == MSIV2_REQUEST_MINIMUM_STRENGTH) {
    if (auto bad = OutOfRange("a strength", value, MSIV2_STRENGTH_NONE, MSIV2_STRENGTH_KEYGUARD)) return bad;
    request.minimum_strength = static_cast<KeyStrength>(value);
    return nullptr;
  }
  bool* const flag = FlagOf(request, field);
  return flag == nullptr ? UnknownField(field) : SetFlag(*flag, value);
}

}  // namespace
}  // namespace msiv2::c

using msiv2::c::Failure;
using msiv2::c::Guard;
using msiv2::c::IsNull;

extern "C" {

std::int32_t msiv2_request_new(const char* resource, msiv2_request** request, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (request == nullptr) return IsNull("request");
    *request = nullptr;
    if (resource == nullptr) return IsNull("resource");
    auto made = std::make_unique<msiv2_request>();
    made->request.resource = resource;
    *request = made.release();
    return nullptr;
  });
}

std::int32_t msiv2_request_set_text(msiv2_request* request, msiv2_request_text_field field, const char* value,
                                    msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("request", request)) return bad;
    if (value == nullptr) return IsNull("value");
    return msiv2::c::SetText(request->request, field, value);
  });
}

std::int32_t msiv2_request_set_number(msiv2_request* request, msiv2_request_number_field field,
                                      std::int64_t value, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("request", request)) return bad;
    return msiv2::c::SetNumber(request->request, field, value);
  });
}

void msiv2_request_free(msiv2_request* request) { delete request; }

}  // extern "C"
