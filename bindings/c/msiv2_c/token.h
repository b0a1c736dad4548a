// Part of msiv2.h: requests, clients and tokens.
#ifndef MSIV2_C_TOKEN_H_
#define MSIV2_C_TOKEN_H_

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Requests --------------------------------------------------------------------------------------------

/// msiv2_request_text_field names the texts of a request.
typedef enum msiv2_request_text_field MSIV2_ENUM {
  MSIV2_REQUEST_RESOURCE = 1,
  MSIV2_REQUEST_CLAIMS = 2,  ///< JSON that a resource's 401 asked for, see msiv2_response_claims
  /// SHA-256 of a token that the resource refused: of its text, as 64 hexadecimal digits. The caches never
  /// return that token again. "" for none.
  MSIV2_REQUEST_REJECTED_TOKEN_SHA256 = 3,
  MSIV2_REQUEST_TEXT_FORCE_32 = 0x7fffffff
} msiv2_request_text_field;

/// msiv2_request_number_field names the numbers of a request: flags, 0 by default, and the minimum strength
/// of the key. Without a flag it asks for a bearer token (MSI v1) from this host's source. MTLS_POP or
/// OVER_MTLS, never both, needs ATTESTATION or ALLOW_UNATTESTED. Without MTLS_POP and OVER_MTLS, neither
/// those two nor MINIMUM_STRENGTH may be set. msiv2_client_acquire refuses other combinations before any I/O.
typedef enum msiv2_request_number_field MSIV2_ENUM {
  MSIV2_REQUEST_MTLS_POP = 101,          ///< a token bound to this host's key
  MSIV2_REQUEST_ATTESTATION = 102,       ///< on an attested KeyGuard key
  MSIV2_REQUEST_ALLOW_UNATTESTED = 103,  ///< accept an unattested binding
  MSIV2_REQUEST_OVER_MTLS = 104,         ///< a bearer token over the bound connection
  MSIV2_REQUEST_FORCE_REFRESH = 105,     ///< skip the token cache
  MSIV2_REQUEST_MINIMUM_STRENGTH = 106,  ///< an msiv2_strength
  MSIV2_REQUEST_NUMBER_FORCE_32 = 0x7fffffff
} msiv2_request_number_field;

/// msiv2_request_new creates a `request` for a token for `resource`, to be freed by msiv2_request_free. It
/// can be used for any number of calls.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_request_new(const char* resource, msiv2_request** request, msiv2_error** error);
/// msiv2_request_set_text sets the text `field` of `request` to `value`.
/// Errors: the common ones. Threads: one at a time for `request`.
MSIV2_API int32_t msiv2_request_set_text(msiv2_request* request, msiv2_request_text_field field,
                                         const char* value, msiv2_error** error);
/// msiv2_request_set_number sets the number `field` of `request` to `value`.
/// Errors: the common ones. Threads: one at a time for `request`.
MSIV2_API int32_t msiv2_request_set_number(msiv2_request* request, msiv2_request_number_field field,
                                           int64_t value, msiv2_error** error);
/// msiv2_request_free frees `request`. Calls that were given it go on. Threads: any, once.
MSIV2_API void msiv2_request_free(msiv2_request* request);

// ---- Clients ---------------------------------------------------------------------------------------------

/// msiv2_client_new creates a `client`, to be freed by msiv2_client_free; `options` may be NULL. It does no
/// network I/O and creates no key.
/// Errors: MSIV2_E_INVALID_REQUEST names the wrong option. Threads: one at a time for `options`.
MSIV2_API int32_t msiv2_client_new(const msiv2_options* options, msiv2_client** client, msiv2_error** error);
/// msiv2_client_try_new creates a `client` with `options` as msiv2_client_new does, freed by
/// msiv2_client_free, but only if this host may have a managed identity. It is for a credential chain that
/// continues if this host has none. It does no network I/O. If the host gives no evidence, it assumes that an
/// identity may exist; msiv2_client_acquire may then return MSIV2_E_ALL_SOURCES_UNAVAILABLE.
/// Errors: MSIV2_E_ALL_SOURCES_UNAVAILABLE, never if the options name a source; MSIV2_E_INVALID_REQUEST.
/// Threads: one at a time for `options`.
MSIV2_API int32_t msiv2_client_try_new(const msiv2_options* options, msiv2_client** client,
                                       msiv2_error** error);
/// msiv2_client_acquire gets a `token` for `request`: from the cache of `client`, by the seven steps or from
/// an MSI v1 source. It never returns a weaker token than `request` asks for. The token is freed by
/// msiv2_token_free, and outlives the client. It blocks for at most `timeout_ms` milliseconds. If that is 0,
/// the client's timeout of an acquisition applies. It ends early if `cancellation`, which may be NULL, is
/// cancelled.
/// Errors: any code from MSIV2_E_INVALID_REQUEST on. Threads: one at a time for `request`; any for the
/// client.
MSIV2_API int32_t msiv2_client_acquire(msiv2_client* client, const msiv2_request* request, int64_t timeout_ms,
                                       const msiv2_cancellation* cancellation, msiv2_token** token,
                                       msiv2_error** error);
/// msiv2_client_find_token gets the `token` that msiv2_client_acquire would return from the cache of `client`
/// for `request`, freed by msiv2_token_free. It does no network I/O and waits for no other call, so it may
/// run on a thread that must not block. A request that forces a refresh or names a refused token finds none.
/// Errors: MSIV2_E_ABSENT if there is none, whatever the reason: msiv2_client_acquire tells it.
/// MSIV2_E_USED_AFTER_FORK. Threads: one at a time for `request`; any for the client.
MSIV2_API int32_t msiv2_client_find_token(msiv2_client* client, const msiv2_request* request,
                                          msiv2_token** token, msiv2_error** error);
/// msiv2_client_acquire_async starts what msiv2_client_acquire does, on a thread of `client`. It returns the
/// call as `pending`, to be freed by msiv2_pending_free. A token of the cache is ready at once. `request`,
/// `timeout_ms` (milliseconds) and `cancellation` are as there. Freeing the client cancels the call. Errors:
/// the common ones; msiv2_pending_wait returns all others. Threads: one at a time for `request`; any for the
/// client.
MSIV2_API int32_t msiv2_client_acquire_async(msiv2_client* client, const msiv2_request* request,
                                             int64_t timeout_ms, const msiv2_cancellation* cancellation,
                                             msiv2_pending** pending, msiv2_error** error);
/// msiv2_pending_wait waits for the call `pending`, at most `milliseconds` (0: not at all). It returns the
/// call's `token`, to be freed by msiv2_token_free, or its error. It may be called again, with the same
/// result.
/// Errors: MSIV2_E_NOT_READY while the call is under way; else any code of msiv2_client_acquire. Threads:
/// any.
MSIV2_API int32_t msiv2_pending_wait(msiv2_pending* pending, int64_t milliseconds, msiv2_token** token,
                                     msiv2_error** error);
/// msiv2_pending_free frees `pending`. The call continues; only its answer is lost. Threads: any, once.
MSIV2_API void msiv2_pending_free(msiv2_pending* pending);
/// msiv2_client_free frees `client`. It cancels asynchronous calls and waits for them, even if a key provider
/// or an attestor hangs. Tokens and certificates remain valid. Threads: any, once.
MSIV2_API void msiv2_client_free(msiv2_client* client);

// ---- Tokens ----------------------------------------------------------------------------------------------

/// msiv2_token_type says how a token is used.
typedef enum msiv2_token_type MSIV2_ENUM {
  MSIV2_TOKEN_TYPE_BEARER = 0,
  MSIV2_TOKEN_TYPE_MTLS_POP = 1,
  MSIV2_TOKEN_TYPE_FORCE_32 = 0x7fffffff
} msiv2_token_type;

/// msiv2_token_text_field names the texts of a token. The token itself is not among them: see
/// msiv2_token_secret.
typedef enum msiv2_token_text_field MSIV2_ENUM {
  MSIV2_TOKEN_RESOURCE = 1,
  MSIV2_TOKEN_CLIENT_ID = 2,
  MSIV2_TOKEN_TENANT_ID = 3,   ///< MSI v1: for a workload identity only
  MSIV2_TOKEN_MSI_SOURCE = 4,  ///< what issued it, as MSIV2_SOURCE_NAME; "Imds" for every MSI v2 token
  MSIV2_TOKEN_TEXT_FORCE_32 = 0x7fffffff
} msiv2_token_text_field;

/// msiv2_token_number_field names the numbers of a token.
typedef enum msiv2_token_number_field MSIV2_ENUM {
  MSIV2_TOKEN_TYPE = 101,              ///< an msiv2_token_type
  MSIV2_TOKEN_EXPIRES_ON = 102,        ///< seconds since 1970, UTC
  MSIV2_TOKEN_REFRESH_ON = 103,        ///< the same, or 0
  MSIV2_TOKEN_ATTESTED = 104,          ///< flag
  MSIV2_TOKEN_BINDING_VERIFIED = 105,  ///< flag: the token names its certificate
  MSIV2_TOKEN_KEY_STRENGTH = 106,      ///< an msiv2_strength
  MSIV2_TOKEN_KEY_ORIGIN = 107,        ///< an msiv2_origin
  MSIV2_TOKEN_FROM_CACHE = 108,        ///< flag
  MSIV2_TOKEN_NUMBER_FORCE_32 = 0x7fffffff
} msiv2_token_number_field;

/// msiv2_token_secret shows the secret of `token`: the access token itself. Keep no copy longer than
/// needed.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_token_secret(const msiv2_token* token, msiv2_view view, void* context,
                                     msiv2_error** error);
/// msiv2_token_authorization shows the value of the Authorization header that uses `token`, for example
/// "mtls_pop eyJ0...". It holds the secret.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_token_authorization(const msiv2_token* token, msiv2_view view, void* context,
                                            msiv2_error** error);
/// msiv2_token_view shows the text `field` of `token`. None of them is secret.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_token_view(const msiv2_token* token, msiv2_token_text_field field, msiv2_view view,
                                   void* context, msiv2_error** error);
/// msiv2_token_number sets `value` to the number `field` of `token`.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_token_number(const msiv2_token* token, msiv2_token_number_field field, int64_t* value,
                                     msiv2_error** error);
/// msiv2_token_certificate returns the `certificate` to present with `token`, to be freed by
/// msiv2_certificate_free. It outlives the token.
/// Errors: MSIV2_E_ABSENT for a bearer token. Threads: any.
MSIV2_API int32_t msiv2_token_certificate(const msiv2_token* token, msiv2_certificate** certificate,
                                          msiv2_error** error);
/// msiv2_token_free frees `token`. A cached copy of the token is not affected. Threads: any, once.
MSIV2_API void msiv2_token_free(msiv2_token* token);

#ifdef __cplusplus
}
#endif

#endif  // MSIV2_C_TOKEN_H_
