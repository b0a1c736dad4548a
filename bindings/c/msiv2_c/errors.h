// Part of msiv2.h: codes, and errors, which say more than a code.
#ifndef MSIV2_C_ERRORS_H_
#define MSIV2_C_ERRORS_H_

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/// msiv2_code lists the codes that functions return, as int32_t. Their numbers never change. From 10 on they
/// are the rows of docs/errors.md, which describes causes.
typedef enum msiv2_code MSIV2_ENUM {
  MSIV2_OK = 0,
  MSIV2_E_BAD_ARGUMENT = 1,      ///< the caller's program is wrong: see "Arguments" in msiv2.h
  MSIV2_E_OUT_OF_MEMORY = 2,     ///< no memory, or no thread could be started
  MSIV2_E_UNEXPECTED = 3,        ///< an exception that msiv2 does not expect, or one from a C++ callback
  MSIV2_E_BUFFER_TOO_SMALL = 4,  ///< from msiv2_copy: `size` of the buffer is the size of the value
  MSIV2_E_ABSENT = 5,            ///< it does not exist: an index too high, the certificate of a bearer token
  MSIV2_E_NOT_READY = 6,         ///< from msiv2_pending_wait: the call is still under way

  MSIV2_E_INVALID_REQUEST = 10,
  MSIV2_E_ATTESTATION_REQUIRES_POP = 11,
  MSIV2_E_POP_REQUIRES_ATTESTATION = 12,
  MSIV2_E_IMDS_V2_DISABLED = 13,
  MSIV2_E_POP_NOT_SUPPORTED_FOR_ENVIRONMENT = 14,
  MSIV2_E_MIN_STRENGTH_NOT_MET = 15,
  MSIV2_E_BUSY = 17,
  MSIV2_E_IMDS_UNREACHABLE = 20,
  MSIV2_E_MANAGED_IDENTITY_REQUEST_FAILED = 21,
  MSIV2_E_POP_NOT_SUPPORTED_IN_IMDS_V1 = 22,
  MSIV2_E_INVALID_METADATA = 23,
  MSIV2_E_IDENTITY_NOT_FOUND = 24,
  MSIV2_E_KEYGUARD_UNAVAILABLE = 30,
  MSIV2_E_KEY_CREATION_FAILED = 31,
  MSIV2_E_KEY_SIGN_FAILED = 32,
  MSIV2_E_ATTESTATION_FAILED = 40,
  MSIV2_E_ATTESTATION_LIBRARY_UNTRUSTED = 41,
  MSIV2_E_CREDENTIAL_REQUEST_FAILED = 50,
  MSIV2_E_INVALID_CERTIFICATE = 60,
  MSIV2_E_ENDPOINT_NOT_ALLOWED = 61,
  MSIV2_E_TOKEN_REQUEST_FAILED = 70,
  MSIV2_E_TOKEN_TYPE_MISMATCH = 71,
  MSIV2_E_TOKEN_BINDING_MISMATCH = 72,
  MSIV2_E_TLS_FAILED = 73,
  MSIV2_E_PROXY_FAILED = 74,
  MSIV2_E_RESOURCE_REQUEST_FAILED = 80,
  MSIV2_E_TIMEOUT = 90,
  MSIV2_E_CANCELED = 91,
  MSIV2_E_MSI_V2_ERROR = 92,
  MSIV2_E_USED_AFTER_FORK = 93,  ///< a handle of the parent process, in a child: see "Fork" in msiv2.h
  MSIV2_E_LOCAL_RESOURCES_EXHAUSTED = 94,  ///< no descriptor or memory left in this process
  MSIV2_E_OTHER = 99,  ///< a code that is newer than this header: MSIV2_ERROR_NAME is its name
  MSIV2_E_ALL_SOURCES_UNAVAILABLE = 100,
  MSIV2_E_INVALID_MANAGED_IDENTITY_ENDPOINT = 101,
  MSIV2_E_USER_ASSIGNED_NOT_SUPPORTED = 102,
  MSIV2_E_USER_ASSIGNED_NOT_CONFIGURABLE = 103,
  MSIV2_E_INVALID_MANAGED_IDENTITY_ID_TYPE = 104,
  MSIV2_E_MANAGED_IDENTITY_UNREACHABLE_NETWORK = 105,
  MSIV2_E_MANAGED_IDENTITY_RESPONSE_PARSE_FAILURE = 106,
  MSIV2_E_INVALID_TIMESTAMP_FORMAT = 107,
  MSIV2_E_ASSERTION_UNAVAILABLE = 108,  ///< the file of the workload identity has no usable token
  MSIV2_CODE_FORCE_32 = 0x7fffffff
} msiv2_code;

/// msiv2_code_name returns the word of `code`, for example "attestation_failed"; "unknown" for a number
/// that is not a code. Static. Threads: any.
MSIV2_API const char* msiv2_code_name(int32_t code);

/// msiv2_error_text_field names the texts of an error.
typedef enum msiv2_error_text_field MSIV2_ENUM {
  MSIV2_ERROR_NAME = 1,            ///< the code's word
  MSIV2_ERROR_MESSAGE = 2,         ///< the cause, one or two sentences
  MSIV2_ERROR_CURE = 3,            ///< what to do
  MSIV2_ERROR_LINE = 4,            ///< all of it in one line, for a log
  MSIV2_ERROR_STEP_NAME = 5,       ///< for example "attestation"
  MSIV2_ERROR_KIND = 6,            ///< "ClientException", "MsiV2Exception" or "ServiceException"
  MSIV2_ERROR_SERVICE_ERROR = 7,   ///< OAuth `error` or IMDS error code, as sent
  MSIV2_ERROR_CORRELATION_ID = 8,  ///< the x-ms-client-request-id of the acquisition
  MSIV2_ERROR_SOURCE = 9,          ///< MSI v1 source that the error is about, as MSIV2_SOURCE_NAME; else ""
  MSIV2_ERROR_TEXT_FORCE_32 = 0x7fffffff
} msiv2_error_text_field;

/// msiv2_error_number_field names the numbers of an error.
typedef enum msiv2_error_number_field MSIV2_ENUM {
  MSIV2_ERROR_CODE = 101,
  MSIV2_ERROR_STEP = 102,         ///< 0 request, 1 metadata, 2 key, 3 csr, 4 attestation, 5 credential,
                                  ///< 6 certificate, 7 token, 8 resource
  MSIV2_ERROR_RETRYABLE = 103,    ///< 1: the same call may succeed later, unchanged
  MSIV2_ERROR_HTTP_STATUS = 104,  ///< 0 if no HTTP answer was involved
  MSIV2_ERROR_NATIVE_CODE = 105,  ///< status of libcurl, NCrypt or the attestation library
  MSIV2_ERROR_TLS_ALERT = 106,    ///< the alert that the peer sent, else -1
  MSIV2_ERROR_ATTEMPTS = 107,     ///< HTTP attempts made before giving up
  MSIV2_ERROR_OUT_OF_TIME = 108,  ///< 1: another attempt was due, but the deadline left no time for it
  MSIV2_ERROR_RETRY_AFTER = 109,  ///< seconds that the service asked to wait (Retry-After), else -1
  MSIV2_ERROR_ABOUT = 110,        ///< an msiv2_about: the option that the error is about
  MSIV2_ERROR_NUMBER_FORCE_32 = 0x7fffffff
} msiv2_error_number_field;

/// msiv2_about is an option that a text may name. Its numbers never change. In a text, an option has the name
/// of the field that sets it, for example MSIV2_REQUEST_ALLOW_UNATTESTED.
typedef enum msiv2_about MSIV2_ENUM {
  MSIV2_ABOUT_NONE = 0,   ///< no option
  MSIV2_ABOUT_OTHER = 1,  ///< an option that is newer than this header
  MSIV2_ABOUT_RESOURCE = 10,
  MSIV2_ABOUT_MTLS_POP = 11,
  MSIV2_ABOUT_ATTESTATION = 12,
  MSIV2_ABOUT_ALLOW_UNATTESTED = 13,
  MSIV2_ABOUT_OVER_MTLS = 14,
  MSIV2_ABOUT_MINIMUM_STRENGTH = 15,
  MSIV2_ABOUT_CLAIMS = 16,
  MSIV2_ABOUT_REJECTED_TOKEN_SHA256 = 17,
  MSIV2_ABOUT_IMDS_BASE_URL = 30,  ///< from here on options of a client
  MSIV2_ABOUT_ALLOW_INSECURE_IMDS_BASE = 31,
  MSIV2_ABOUT_ALLOW_WORKLOAD_IDENTITY = 32,
  MSIV2_ABOUT_TRUST_ANCHORS_PEM = 33,
  MSIV2_ABOUT_TRUST_ANCHORS_FILE = 34,
  MSIV2_ABOUT_MAX_PENDING_CALLS = 35,
  MSIV2_ABOUT_ATTESTATION_LIBRARY = 36,
  MSIV2_ABOUT_FORCE_32 = 0x7fffffff
} msiv2_about;

/// msiv2_about_name returns the name of the field that sets the option `about`, for example
/// "MSIV2_REQUEST_ALLOW_UNATTESTED", or "" for a number that is not an option. Static. Threads: any.
MSIV2_API const char* msiv2_about_name(msiv2_about about);

/// msiv2_about_word is a function of a binding for another language. It returns what that language calls the
/// option `about`, as text that lives until its next call. It returns "" or NULL if the language has no such
/// option. `context` is passed to it as it is.
typedef const char* (*msiv2_about_word)(void* context, int32_t about);

/// msiv2_error_number returns the number `field` of `error`. `error` may be NULL, which means success, or no
/// memory for an error. Then MSIV2_ERROR_TLS_ALERT and MSIV2_ERROR_RETRY_AFTER are -1, as in an error without
/// them, and the others 0. An unknown field is 0. Threads: one at a time for `error`.
MSIV2_API int64_t msiv2_error_number(const msiv2_error* error, msiv2_error_number_field field);
/// msiv2_error_text returns the text `field` of `error`, "" for NULL and unknown fields. It lives as long
/// as `error`. Threads: one at a time for `error`.
MSIV2_API const char* msiv2_error_text(const msiv2_error* error, msiv2_error_text_field field);
/// msiv2_error_text_in shows the text `field` of `error` to `view` with `context`. It is for bindings of
/// other languages: options have the names that `word` with `word_context` returns. Words of a service stay
/// as they are. `failure` is the error of this call, to be freed by msiv2_error_free. Errors: the common
/// ones. Threads: any.
MSIV2_API int32_t msiv2_error_text_in(const msiv2_error* error, msiv2_error_text_field field,
                                      msiv2_about_word word, void* word_context, msiv2_view view,
                                      void* context, msiv2_error** failure);
/// msiv2_error_aadsts returns number `index`, from 0, of the Entra error codes of `error`; 0 past the last
/// one. Threads: one at a time for `error`.
MSIV2_API int64_t msiv2_error_aadsts(const msiv2_error* error, size_t index);
/// msiv2_error_free frees `error` and its texts. Threads: any, once.
MSIV2_API void msiv2_error_free(msiv2_error* error);

#ifdef __cplusplus
}
#endif

#endif  // MSIV2_C_ERRORS_H_
