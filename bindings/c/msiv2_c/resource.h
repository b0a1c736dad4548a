// Part of msiv2.h: calls to resources with a token and its certificate, and claims challenges.
#ifndef MSIV2_C_RESOURCE_H_
#define MSIV2_C_RESOURCE_H_

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/// msiv2_resource_client_new creates a `client` that calls resources with a token and its certificate, to be
/// freed by msiv2_resource_client_free. It uses the trust anchors, TLS version and timeouts of `options`,
/// which may be NULL.
/// Errors: MSIV2_E_INVALID_REQUEST for a wrong option. Threads: one at a time for `options`.
MSIV2_API int32_t msiv2_resource_client_new(const msiv2_options* options, msiv2_resource_client** client,
                                            msiv2_error** error);
/// msiv2_resource_client_free frees `client` and closes its connections. Responses remain valid. Threads:
/// any, once.
MSIV2_API void msiv2_resource_client_free(msiv2_resource_client* client);

// ---- Requests --------------------------------------------------------------------------------------------

/// msiv2_resource_request_text_field names the texts of a request to a resource.
typedef enum msiv2_resource_request_text_field MSIV2_ENUM {
  MSIV2_RESOURCE_METHOD = 1,
  MSIV2_RESOURCE_URL = 2,
  MSIV2_RESOURCE_TEXT_FORCE_32 = 0x7fffffff
} msiv2_resource_request_text_field;

/// msiv2_resource_request_new creates a `request`: a GET of `url`, which is https. It is freed by
/// msiv2_resource_request_free and can be used for any number of calls.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_resource_request_new(const char* url, msiv2_resource_request** request,
                                             msiv2_error** error);
/// msiv2_resource_request_set_text sets the text `field` of `request` to `value`. It is checked when the
/// request is sent.
/// Errors: the common ones. Threads: one at a time for `request`.
MSIV2_API int32_t msiv2_resource_request_set_text(msiv2_resource_request* request,
                                                  msiv2_resource_request_text_field field, const char* value,
                                                  msiv2_error** error);
/// msiv2_resource_request_add_header adds a header called `name` with `value` to `request`. An Authorization
/// header is refused when the request is sent, because the token provides it.
/// Errors: the common ones. Threads: one at a time for `request`.
MSIV2_API int32_t msiv2_resource_request_add_header(msiv2_resource_request* request, const char* name,
                                                    const char* value, msiv2_error** error);
/// msiv2_resource_request_set_body sets the body of `request` to a copy of the `size` bytes of `data`. `data`
/// may be NULL if `size` is 0.
/// Errors: the common ones. Threads: one at a time for `request`.
MSIV2_API int32_t msiv2_resource_request_set_body(msiv2_resource_request* request, const uint8_t* data,
                                                  size_t size, msiv2_error** error);
/// msiv2_resource_request_set_max_answer limits the body of an answer to `request` to `size` bytes. The
/// default is 16 MiB.
/// Errors: the common ones. Threads: one at a time for `request`.
MSIV2_API int32_t msiv2_resource_request_set_max_answer(msiv2_resource_request* request, size_t size,
                                                        msiv2_error** error);
/// msiv2_resource_request_free frees `request`. Threads: any, once.
MSIV2_API void msiv2_resource_request_free(msiv2_resource_request* request);

/// msiv2_resource_send sends `request` with `client` and `token`, and returns the `response`, whatever its
/// status, to be freed by msiv2_response_free. Redirects are not followed. It blocks for at most `timeout_ms`
/// milliseconds, or until `cancellation`, which may be NULL, is cancelled.
/// Errors: MSIV2_E_INVALID_REQUEST, MSIV2_E_RESOURCE_REQUEST_FAILED, MSIV2_E_PROXY_FAILED,
/// MSIV2_E_TLS_FAILED, MSIV2_E_TIMEOUT, MSIV2_E_CANCELED. Threads: one at a time for `request`; any for the
/// client and the token.
MSIV2_API int32_t msiv2_resource_send(msiv2_resource_client* client, const msiv2_token* token,
                                      const msiv2_resource_request* request, int64_t timeout_ms,
                                      const msiv2_cancellation* cancellation, msiv2_response** response,
                                      msiv2_error** error);

// ---- Responses -------------------------------------------------------------------------------------------

/// msiv2_response_number_field names the numbers of a response.
typedef enum msiv2_response_number_field MSIV2_ENUM {
  MSIV2_RESPONSE_STATUS = 101,
  MSIV2_RESPONSE_HEADER_COUNT = 102,
  MSIV2_RESPONSE_NUMBER_FORCE_32 = 0x7fffffff
} msiv2_response_number_field;

/// msiv2_response_number sets `value` to the number `field` of `response`.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_response_number(const msiv2_response* response, msiv2_response_number_field field,
                                        int64_t* value, msiv2_error** error);
/// msiv2_response_body shows the body of `response`, which may be secret.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_response_body(const msiv2_response* response, msiv2_view view, void* context,
                                      msiv2_error** error);
/// msiv2_response_header shows the value of the first header of `response` called `name`, ignoring case.
/// Errors: MSIV2_E_ABSENT if there is none. Threads: any.
MSIV2_API int32_t msiv2_response_header(const msiv2_response* response, const char* name, msiv2_view view,
                                        void* context, msiv2_error** error);
/// msiv2_response_header_at shows header `index` of `response`: its name, or its value if `value` is 1.
/// Errors: MSIV2_E_ABSENT past the end. Threads: any.
MSIV2_API int32_t msiv2_response_header_at(const msiv2_response* response, size_t index, int32_t value,
                                           msiv2_view view, void* context, msiv2_error** error);
/// msiv2_response_claims shows the claims that the 401 `response` asks for, to be set as
/// MSIV2_REQUEST_CLAIMS. Repeat a call at most once for a challenge.
/// Errors: MSIV2_E_ABSENT if it asks for no claims. Threads: any.
MSIV2_API int32_t msiv2_response_claims(const msiv2_response* response, msiv2_view view, void* context,
                                        msiv2_error** error);
/// msiv2_response_free frees `response`. Threads: any, once.
MSIV2_API void msiv2_response_free(msiv2_response* response);
/// msiv2_challenge_claims shows the claims that a 401 asks for in `www_authenticate`, the value of that
/// header. It is for answers of another HTTP client, and is otherwise like msiv2_response_claims.
/// Errors: MSIV2_E_ABSENT if it asks for no claims. Threads: any.
MSIV2_API int32_t msiv2_challenge_claims(const char* www_authenticate, msiv2_view view, void* context,
                                         msiv2_error** error);

#ifdef __cplusplus
}
#endif

#endif  // MSIV2_C_RESOURCE_H_
