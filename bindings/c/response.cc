#include "bindings/c/handles.h"
#include "msiv2/challenge.h"

using msiv2::c::Absent;
using msiv2::c::Failure;
using msiv2::c::Guard;
using msiv2::c::IsNull;
using msiv2::c::Show;

extern "C" {

std::int32_t msiv2_response_number(const msiv2_response* response, msiv2_response_number_field field,
                                   std::int64_t* value, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (value == nullptr) return IsNull("value");
    *value = 0;
    if (response == nullptr) return IsNull("response");
    switch (field) {
      case MSIV2_RESPONSE_STATUS:
        *value = response->response.status;
        return nullptr;
      case MSIV2_RESPONSE_HEADER_COUNT:
        *value = static_cast<std::int64_t>(response->response.headers.size());
        return nullptr;
      default:
        return msiv2::c::UnknownField(field);
    }
  });
}

std::int32_t msiv2_response_body(const msiv2_response* response, msiv2_view view, void* context,
                                 msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (response == nullptr) return IsNull("response");
    return Show(view, context, response->response.body);
  });
}

std::int32_t msiv2_response_header(const msiv2_response* response, const char* name, msiv2_view view,
                                   void* context, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (response == nullptr) return IsNull("response");
    if (name == nullptr) return IsNull("name");
    if (view == nullptr) return IsNull("view");
    const auto value = response->response.Header(name);
    if (!value) return Absent("the answer has no such header");
    return Show(view, context, *value);
  });
}

std::int32_t msiv2_response_header_at(const msiv2_response* response, std::size_t index, std::int32_t value,
                                      msiv2_view view, void* context, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (response == nullptr) return IsNull("response");
    if (auto bad = msiv2::c::OutOfRange("value", value, 0, 1)) return bad;
    if (view == nullptr) return IsNull("view");
    const auto& headers = response->response.headers;
    if (index >= headers.size()) return Absent("the answer has fewer headers");
    return Show(view, context, value == 1 ? headers[index].second : headers[index].first);
  });
}

std::int32_t msiv2_response_claims(const msiv2_response* response, msiv2_view view, void* context,
                                   msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (response == nullptr) return IsNull("response");
    if (view == nullptr) return IsNull("view");
    const auto challenge = response->response.status == 401
                               ? msiv2::ParseClaimsChallenge(response->response.headers)
                               : std::nullopt;
    if (!challenge) return Absent("the answer asks for no claims");
    return Show(view, context, challenge->claims);
  });
}

std::int32_t msiv2_challenge_claims(const char* www_authenticate, msiv2_view view, void* context,
                                    msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (www_authenticate == nullptr) return IsNull("www_authenticate");
    if (view == nullptr) return IsNull("view");
    const auto challenge = msiv2::ParseClaimsChallenge({{"WWW-Authenticate", www_authenticate}});
    if (!challenge) return Absent("the header asks for no claims");
    return Show(view, context, challenge->claims);
  });
}

void msiv2_response_free(msiv2_response* response) { delete response; }

}  // extern "C"
