// msiv2.h: Azure managed identity v2 in C. The one interface of msiv2 whose binary form is promised: a
// program built with this header runs with every later library of the same soname (docs/adr/0019).
//
//   msiv2_request *request = NULL;
//   msiv2_client *client = NULL;
//   msiv2_token *token = NULL;
//   msiv2_error *error = NULL;
//   if (msiv2_client_new(NULL, &client, &error) == MSIV2_OK &&
//       msiv2_request_new("https://vault.azure.net", &request, &error) == MSIV2_OK &&
//       msiv2_request_set_number(request, MSIV2_REQUEST_MTLS_POP, 1, &error) == MSIV2_OK &&
//       msiv2_request_set_number(request, MSIV2_REQUEST_ATTESTATION, 1, &error) == MSIV2_OK &&
//       msiv2_client_acquire(client, request, 0, NULL, &token, &error) == MSIV2_OK) { ... }
//   else fprintf(stderr, "%s\n", msiv2_error_text(error, MSIV2_ERROR_LINE));
//
// What every function shares:
//
// Results. A function that can fail returns MSIV2_OK or a code. Where it takes `error`, that comes last and
//   is set to NULL, or to an error that the caller frees. (Without memory for one it is NULL beside a code.)
//   Outputs are set to NULL or 0 first, and to a value on success alone. Nothing throws across this header,
//   and no callback may throw or longjmp out of one.
// Arguments. NULL, a number out of range or an unknown field is MSIV2_E_BAD_ARGUMENT; functions that return
//   no code answer 0 or "". So a field that is newer than the library is an error, never silence. What was
//   freed must not be used.
// Ownership. What a _new function or an output gives is the caller's, until the _free function of its type,
//   which takes NULL. Everything else stays the library's. Arguments are copied; handles made from a handle
//   do not need it any more. `const char *` results live as long as their handle; static ones say so.
// Bytes and text come through a view: called once, during the call, with bytes that live until it returns and
//   are not NUL-terminated. What it returns, if not MSIV2_OK, is returned. `msiv2_copy` is a ready one, which
//   fills the caller's buffer. Text is UTF-8; text arguments are NUL-terminated.
// Times are milliseconds, at most 2147483647 (24 days). A `timeout_ms` of 0 is the time of the options for a
//   whole acquisition.
// Secrets. MSIV2_TOKEN_SECRET, MSIV2_TOKEN_AUTHORIZATION and attestation JWTs are secret, and so may be the
//   answer of a resource. No error, event or log line holds one. No function gives a private key.
// Threads. Clients, resource clients, tokens, certificates, keys, cancellations, pending calls and what they
//   answer may be used from many threads at once. Options, requests and errors by one at a time. Nothing may
//   be freed while another thread is in a call with it; to end such a call, cancel it.
// Life. Renewals go on in the background while a client is there; those of clients that share (all without
//   MSIV2_OPTION_PRIVATE_CACHE, a key provider or an attestor) until the process ends. The library cannot be
//   unloaded once a client was made.
// Fork. A child must not use or free what its parent made, and makes its own.
// Callbacks run on the thread where something happened, which may be the library's own, and several at once.
//   They must not call back into the client or free anything of the library. The `release` of a table is
//   called once, on any thread, when no more calls of it follow; never where the call that was given the
//   table failed.
#ifndef MSIV2_H_
#define MSIV2_H_

#include <stddef.h>
#include <stdint.h>

#ifndef MSIV2_API
#define MSIV2_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// MSIV2_API_VERSION is the day of the last change of this header, as the number yyyymmdd.
#define MSIV2_API_VERSION 20261123u

/// msiv2_version returns the version of the library, for example "0.1.0". Static.
MSIV2_API const char* msiv2_version(void);
/// msiv2_api_version returns MSIV2_API_VERSION as the library was built with.
MSIV2_API uint32_t msiv2_api_version(void);
/// msiv2_supports_api returns 1 where the library does all that the header of that day says, else 0.
MSIV2_API int32_t msiv2_supports_api(uint32_t api_version);

typedef struct msiv2_error msiv2_error;
typedef struct msiv2_options msiv2_options;
typedef struct msiv2_client msiv2_client;
typedef struct msiv2_request msiv2_request;
typedef struct msiv2_token msiv2_token;
typedef struct msiv2_pending msiv2_pending;
typedef struct msiv2_certificate msiv2_certificate;
typedef struct msiv2_key msiv2_key;
typedef struct msiv2_cancellation msiv2_cancellation;
typedef struct msiv2_sources msiv2_sources;
typedef struct msiv2_capabilities msiv2_capabilities;
typedef struct msiv2_diagnosis msiv2_diagnosis;
typedef struct msiv2_resource_client msiv2_resource_client;
typedef struct msiv2_resource_request msiv2_resource_request;
typedef struct msiv2_response msiv2_response;
typedef struct msiv2_event msiv2_event;
typedef struct msiv2_call msiv2_call;
typedef struct msiv2_reply msiv2_reply;

// ---- Codes and errors -----------------------------------------------------------------------------------

/// The codes. Their numbers never change; from 10 on they are the rows of docs/errors.md, which tells causes.
enum {
  MSIV2_OK = 0,
  MSIV2_E_BAD_ARGUMENT = 1,      ///< the caller's program is wrong: see "Arguments" above
  MSIV2_E_OUT_OF_MEMORY = 2,     ///< or no thread could be started
  MSIV2_E_UNEXPECTED = 3,        ///< an exception that nothing in msiv2 expects, or one of a C++ callback
  MSIV2_E_BUFFER_TOO_SMALL = 4,  ///< of msiv2_copy: `size` of the buffer says what is needed
  MSIV2_E_ABSENT = 5,            ///< there is no such thing: an index too high, a bearer token's certificate
  MSIV2_E_NOT_READY = 6,         ///< of msiv2_pending_wait: the call goes on

  MSIV2_E_INVALID_REQUEST = 10,
  MSIV2_E_ATTESTATION_REQUIRES_POP = 11,
  MSIV2_E_POP_REQUIRES_ATTESTATION = 12,
  MSIV2_E_IMDS_V2_DISABLED = 13,
  MSIV2_E_POP_NOT_SUPPORTED_FOR_ENVIRONMENT = 14,
  MSIV2_E_MIN_STRENGTH_NOT_MET = 15,
  MSIV2_E_MSI_V1_NOT_AVAILABLE = 16,  ///< no longer given: MSI v1 is there
  MSIV2_E_BUSY = 17,
  MSIV2_E_IMDS_UNREACHABLE = 20,
  MSIV2_E_MANAGED_IDENTITY_REQUEST_FAILED = 21,
  MSIV2_E_POP_NOT_SUPPORTED_IN_IMDS_V1 = 22,
  MSIV2_E_INVALID_METADATA = 23,
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
  MSIV2_E_OTHER = 99,  ///< a code that is newer than this header: MSIV2_ERROR_NAME has its name
  MSIV2_E_ALL_SOURCES_UNAVAILABLE = 100,
  MSIV2_E_INVALID_MANAGED_IDENTITY_ENDPOINT = 101,
  MSIV2_E_USER_ASSIGNED_NOT_SUPPORTED = 102,
  MSIV2_E_USER_ASSIGNED_NOT_CONFIGURABLE = 103,
  MSIV2_E_INVALID_MANAGED_IDENTITY_ID_TYPE = 104,
  MSIV2_E_MANAGED_IDENTITY_UNREACHABLE_NETWORK = 105,
  MSIV2_E_MANAGED_IDENTITY_RESPONSE_PARSE_FAILURE = 106,
  MSIV2_E_INVALID_TIMESTAMP_FORMAT = 107
};

/// msiv2_code_name returns the code's word, for example "attestation_failed"; "unknown" for a number that is
/// no code. Static.
MSIV2_API const char* msiv2_code_name(int32_t code);

/// Numbers of an error.
enum {
  MSIV2_ERROR_CODE = 1,
  MSIV2_ERROR_STEP = 2,         ///< 0 request, 1 metadata, 2 key, 3 csr, 4 attestation, 5 credential,
                                ///< 6 certificate, 7 token, 8 resource
  MSIV2_ERROR_RETRYABLE = 3,    ///< 1: the same call may succeed later, unchanged
  MSIV2_ERROR_HTTP_STATUS = 4,  ///< 0 where no HTTP answer was involved
  MSIV2_ERROR_NATIVE_CODE = 5,  ///< status of libcurl, NCrypt or the attestation library
  MSIV2_ERROR_TLS_ALERT = 6,    ///< the alert that the peer sent, else -1
  MSIV2_ERROR_ATTEMPTS = 7,     ///< HTTP attempts made before giving up
  MSIV2_ERROR_OUT_OF_TIME = 8   ///< 1: another attempt was due and the deadline left no time for it
};
/// Texts of an error.
enum {
  MSIV2_ERROR_NAME = 1,            ///< the code's word
  MSIV2_ERROR_MESSAGE = 2,         ///< the cause, one or two sentences
  MSIV2_ERROR_CURE = 3,            ///< what to do
  MSIV2_ERROR_LINE = 4,            ///< all of it in one line, for a log
  MSIV2_ERROR_STEP_NAME = 5,       ///< for example "attestation"
  MSIV2_ERROR_KIND = 6,            ///< "ClientException", "MsiV2Exception" or "ServiceException"
  MSIV2_ERROR_SERVICE_ERROR = 7,   ///< OAuth `error` or IMDS error code, as sent
  MSIV2_ERROR_CORRELATION_ID = 8,  ///< the x-ms-client-request-id of the acquisition
  MSIV2_ERROR_SOURCE = 9           ///< source of MSI v1 that it is about, as MSIV2_SOURCE_NAME; else ""
};
/// msiv2_error_number returns a number of `error`; 0 for NULL (which is no error) and unknown fields.
MSIV2_API int64_t msiv2_error_number(const msiv2_error* error, int32_t field);
/// msiv2_error_text returns a text of `error`, "" for NULL and unknown fields. It lives as long as `error`.
MSIV2_API const char* msiv2_error_text(const msiv2_error* error, int32_t field);
/// msiv2_error_aadsts returns Entra's error code number `index`, from 0; 0 where there is none.
MSIV2_API int64_t msiv2_error_aadsts(const msiv2_error* error, size_t index);
MSIV2_API void msiv2_error_free(msiv2_error* error);

// ---- Views ----------------------------------------------------------------------------------------------

/// msiv2_view is given `size` bytes that live until it returns. It returns MSIV2_OK or a code.
typedef int32_t (*msiv2_view)(void* context, const uint8_t* data, size_t size);

/// msiv2_buffer is memory of the caller's for msiv2_copy. Wipe it after it has held a secret.
typedef struct msiv2_buffer {
  char* data;
  size_t capacity;  ///< one more than the longest value that fits
  size_t size;      ///< out: of the value, without the NUL; also when it did not fit
} msiv2_buffer;

/// msiv2_copy is a view: copies the value and a NUL into the msiv2_buffer that is its context. A value that
/// does not fit is not copied: MSIV2_E_BUFFER_TOO_SMALL.
MSIV2_API int32_t msiv2_copy(void* buffer, const uint8_t* data, size_t size);

// ---- Cancellation ---------------------------------------------------------------------------------------

MSIV2_API int32_t msiv2_cancellation_new(msiv2_cancellation** cancellation, msiv2_error** error);
/// msiv2_cancellation_cancel ends every call that was given `cancellation` and waits, with MSIV2_E_CANCELED.
/// (A token that is in the cache is given all the same.) From any thread.
MSIV2_API int32_t msiv2_cancellation_cancel(msiv2_cancellation* cancellation, msiv2_error** error);
/// msiv2_cancellation_is_canceled returns 1 or 0.
MSIV2_API int32_t msiv2_cancellation_is_canceled(const msiv2_cancellation* cancellation);
/// Calls that were given `cancellation` go on without it.
MSIV2_API void msiv2_cancellation_free(msiv2_cancellation* cancellation);

// ---- Keys and certificates ------------------------------------------------------------------------------

/// How well a key is protected.
enum {
  MSIV2_STRENGTH_NONE = 0,
  MSIV2_STRENGTH_SOFTWARE = 1,
  MSIV2_STRENGTH_HARDWARE = 2,
  MSIV2_STRENGTH_KEYGUARD = 3
};
/// Whether that protection is real.
enum { MSIV2_ORIGIN_PLATFORM = 0, MSIV2_ORIGIN_EMULATED = 1 };
enum { MSIV2_PADDING_PSS = 0, MSIV2_PADDING_PKCS1 = 1 };
enum { MSIV2_DIGEST_SHA256 = 0, MSIV2_DIGEST_SHA384 = 1, MSIV2_DIGEST_SHA512 = 2 };

enum {
  MSIV2_KEY_SPKI_DER = 1,  ///< bytes: SubjectPublicKeyInfo, rsaEncryption (RFC 3279 section 2.3.1)
  MSIV2_KEY_MODULUS = 2,   ///< bytes, big-endian, without leading zeros
  MSIV2_KEY_EXPONENT = 3   ///< bytes, the same
};
enum {
  MSIV2_KEY_STRENGTH = 1,
  MSIV2_KEY_ORIGIN = 2,
  MSIV2_KEY_NATIVE_HANDLE = 3  ///< an NCRYPT_KEY_HANDLE on Windows, as long as the key lives; else 0
};
/// msiv2_key_create gets or creates this host's key of exactly `strength` in the keystores of `options`, or
/// the built-in ones where those name none (or are NULL): RSA, 2048 bits, not exportable. It blocks. A key in
/// memory is a new one each time, never that of a client; where a keystore keeps the key, it is the same.
/// MSIV2_E_KEYGUARD_UNAVAILABLE or MSIV2_E_MIN_STRENGTH_NOT_MET where there is no such keystore or its key is
/// weaker, MSIV2_E_KEY_CREATION_FAILED where it fails, MSIV2_E_TIMEOUT. Not needed to get a token.
MSIV2_API int32_t msiv2_key_create(const msiv2_options* options, int32_t strength, msiv2_key** key,
                                   msiv2_error** error);
MSIV2_API int32_t msiv2_key_view(const msiv2_key* key, int32_t field, msiv2_view view, void* context,
                                 msiv2_error** error);
MSIV2_API int32_t msiv2_key_number(const msiv2_key* key, int32_t field, int64_t* value, msiv2_error** error);
/// msiv2_key_sign signs a digest that the caller has computed, for a TLS stack of the caller's: RSASSA-PSS
/// with MGF1 of the same digest and a salt as long as it, or RSASSA-PKCS1-v1_5 (RFC 8017). The view gets the
/// signature. MSIV2_E_KEY_SIGN_FAILED when the keystore refuses.
MSIV2_API int32_t msiv2_key_sign(const msiv2_key* key, int32_t padding, int32_t digest_algorithm,
                                 const uint8_t* digest, size_t digest_size, msiv2_view view, void* context,
                                 msiv2_error** error);
/// msiv2_key_csr builds and signs the PKCS#10 request of step 3; `vm_id` or `vmss_id` may be NULL. DER, or
/// PEM where `pem` is 1. MSIV2_E_INVALID_REQUEST for a client or tenant id that is no GUID or where both
/// machine ids are missing, MSIV2_E_KEY_SIGN_FAILED. Not needed to get a token.
MSIV2_API int32_t msiv2_key_csr(const msiv2_key* key, const char* client_id, const char* tenant_id,
                                const char* vm_id, const char* vmss_id, int32_t pem, msiv2_view view,
                                void* context, msiv2_error** error);
/// msiv2_key_attest has `key` vouched for as step 4 does, by the attestor of `options` (which may be NULL),
/// and gives the JWT, which is secret. `endpoint` is held against the rules for what IMDS names. No cache.
/// It waits for the end of a call into an attestor that hangs, even past `timeout_ms` and a cancellation.
/// MSIV2_E_ENDPOINT_NOT_ALLOWED, MSIV2_E_KEYGUARD_UNAVAILABLE, MSIV2_E_ATTESTATION_FAILED and
/// MSIV2_E_ATTESTATION_LIBRARY_UNTRUSTED. Not needed to get a token.
MSIV2_API int32_t msiv2_key_attest(const msiv2_key* key, const msiv2_options* options, const char* endpoint,
                                   const char* client_id, int64_t timeout_ms,
                                   const msiv2_cancellation* cancellation, msiv2_view view, void* context,
                                   msiv2_error** error);
MSIV2_API void msiv2_key_free(msiv2_key* key);

enum {
  MSIV2_CERTIFICATE_LEAF_DER = 1,
  MSIV2_CERTIFICATE_LEAF_PEM = 2,
  MSIV2_CERTIFICATE_X5T_S256 = 3,         ///< base64url(SHA-256(leaf)), what the token carries (RFC 8705)
  MSIV2_CERTIFICATE_STRENGTH_LABEL = 4,   ///< for people, for example "keyguard (emulated)"
  MSIV2_CERTIFICATE_WHY_NOT_STRONGER = 5  ///< why no stronger key was made, for people; may be empty
};
enum {
  MSIV2_CERTIFICATE_NOT_BEFORE = 1,  ///< seconds since 1970, UTC
  MSIV2_CERTIFICATE_NOT_AFTER = 2,
  MSIV2_CERTIFICATE_CHAIN_SIZE = 3  ///< certificates to send: the leaf and the intermediates
};
MSIV2_API int32_t msiv2_certificate_view(const msiv2_certificate* certificate, int32_t field, msiv2_view view,
                                         void* context, msiv2_error** error);
MSIV2_API int32_t msiv2_certificate_number(const msiv2_certificate* certificate, int32_t field,
                                           int64_t* value, msiv2_error** error);
/// msiv2_certificate_chain gives certificate `index` of the chain, DER: 0 is the leaf, its issuer follows.
/// MSIV2_E_ABSENT past the end.
MSIV2_API int32_t msiv2_certificate_chain(const msiv2_certificate* certificate, size_t index, msiv2_view view,
                                          void* context, msiv2_error** error);
/// msiv2_certificate_key gives the key of the certificate.
MSIV2_API int32_t msiv2_certificate_key(const msiv2_certificate* certificate, msiv2_key** key,
                                        msiv2_error** error);
MSIV2_API void msiv2_certificate_free(msiv2_certificate* certificate);

// ---- Callback tables ------------------------------------------------------------------------------------
// The structs never grow: what a later version needs gets a table of another name. Context may be NULL.

/// msiv2_reply is where a callback puts its answer; it lives for the callback. Copies what it is given.
MSIV2_API int32_t msiv2_reply_bytes(msiv2_reply* reply, const uint8_t* data, size_t size);
/// msiv2_reply_error says why the callback fails: text for people without secrets, the native status, and
/// whether the cause may pass (as it may where a callback fails without this call). The text is cut and made
/// printable. The callback then returns any code but MSIV2_OK.
MSIV2_API int32_t msiv2_reply_error(msiv2_reply* reply, const char* message, int64_t native_code,
                                    int32_t retryable);
/// msiv2_call_is_canceled returns 1 when the caller no longer wants the answer.
MSIV2_API int32_t msiv2_call_is_canceled(const msiv2_call* call);
/// msiv2_call_milliseconds_left returns how long the caller still waits: 0 or less is over.
MSIV2_API int64_t msiv2_call_milliseconds_left(const msiv2_call* call);

/// msiv2_key_table is a key of the caller's: RSA, 2048 bits. `sign` is as msiv2_key_sign and puts the
/// signature into `reply`; several at once. A key that claims MSIV2_STRENGTH_KEYGUARD must be
/// MSIV2_ORIGIN_EMULATED.
typedef struct msiv2_key_table {
  int32_t strength;
  int32_t origin;
  const uint8_t* modulus;  ///< big-endian
  size_t modulus_size;
  const uint8_t* exponent;
  size_t exponent_size;
  int32_t (*sign)(void* context, int32_t padding, int32_t digest_algorithm, const uint8_t* digest,
                  size_t digest_size, msiv2_reply* reply);
  void (*release)(void* context);  ///< may be NULL
} msiv2_key_table;

/// msiv2_reply_key is the answer of a key provider. `table` is copied; on success its `release` will be
/// called.
MSIV2_API int32_t msiv2_reply_key(msiv2_reply* reply, const msiv2_key_table* table, void* context);

/// msiv2_key_provider_table is a keystore. `get_or_create` answers with msiv2_reply_key; one call at a time.
/// `discard` is told of the context of a key of this provider that stopped signing, also while
/// `get_or_create` runs; it may be NULL.
typedef struct msiv2_key_provider_table {
  const char* name;  ///< for messages
  int32_t strength;  ///< of the keys that it makes: decides the order of the providers
  int32_t (*get_or_create)(void* context, msiv2_reply* reply);
  void (*discard)(void* context, void* key_context);
  void (*release)(void* context);
} msiv2_key_provider_table;

/// msiv2_attestor_table vouches for keys: `attest` answers with the JWT by msiv2_reply_bytes; one call of a
/// client at a time, and calls of msiv2_key_attest and other clients beside it. All its pointers live for the
/// call.
typedef struct msiv2_attestor_table {
  int32_t accepts_emulated_keys;  ///< 1 for an emulator's attestor alone
  int32_t (*attest)(void* context, const char* endpoint, const char* client_id, const msiv2_key* key,
                    const msiv2_call* call, msiv2_reply* reply);
  void (*release)(void* context);
} msiv2_attestor_table;

/// msiv2_observer_table is told what happens. The event lives for the call. It must be quick.
typedef struct msiv2_observer_table {
  void (*on_event)(void* context, const msiv2_event* event);
  void (*release)(void* context);
} msiv2_observer_table;

/// msiv2_log_table is given each event as a line of printable ASCII without an end; one call at a time.
typedef struct msiv2_log_table {
  void (*write)(void* context, const char* line);
  void (*release)(void* context);
} msiv2_log_table;

/// Numbers of an event.
enum {
  MSIV2_EVENT_STEP = 1,  ///< as MSIV2_ERROR_STEP
  MSIV2_EVENT_ELAPSED_NS = 2,
  MSIV2_EVENT_ATTEMPT = 3,
  MSIV2_EVENT_DELAY_NS = 4,
  MSIV2_EVENT_HTTP_STATUS = 5,
  MSIV2_EVENT_TOKENS = 6,
  MSIV2_EVENT_BYPASS_CACHE = 7,
  MSIV2_EVENT_KEY_STRENGTH = 8,
  MSIV2_EVENT_KEY_ORIGIN = 9
};
/// Texts of an event; "" where an event has none: docs/howto/observability.md tells which has which.
enum {
  MSIV2_EVENT_NAME = 1,  ///< "step_started", "step_ended", "retry", ... or "msi_count"
  MSIV2_EVENT_STEP_NAME = 2,
  MSIV2_EVENT_WHERE = 3,        ///< host and port, or key provider
  MSIV2_EVENT_DETAIL = 4,       ///< for people; no identifier
  MSIV2_EVENT_IDENTIFIERS = 5,  ///< client, tenant, thumbprint: for debug level
  MSIV2_EVENT_CORRELATION_ID = 6,
  MSIV2_EVENT_FAILURE = 7,  ///< of a retry: why there was no answer
  MSIV2_EVENT_CACHE = 8,
  MSIV2_EVENT_MISS = 9,
  MSIV2_EVENT_RENEWAL = 10,
  MSIV2_EVENT_SOURCE = 11,  ///< from here on tags of "msi_count"
  MSIV2_EVENT_TOKEN_TYPE = 12,
  MSIV2_EVENT_KEY_TYPE = 13,
  MSIV2_EVENT_OUTCOME = 14
};
MSIV2_API int64_t msiv2_event_number(const msiv2_event* event, int32_t field);
MSIV2_API const char* msiv2_event_text(const msiv2_event* event, int32_t field);
/// msiv2_event_error returns the error of an event, or NULL. It lives as long as the event; it is not freed.
MSIV2_API const msiv2_error* msiv2_event_error(const msiv2_event* event);

// ---- Options --------------------------------------------------------------------------------------------

enum { MSIV2_TLS_1_2 = 12, MSIV2_TLS_1_3 = 13 };

/// Texts of options. Where a text may be given again, each is added.
enum {
  MSIV2_OPTION_CLIENT_ID = 1,    ///< of a user-assigned identity; the last of these three counts
  MSIV2_OPTION_OBJECT_ID = 2,    ///< the same by its object id
  MSIV2_OPTION_RESOURCE_ID = 3,  ///< the same by its Azure resource id
  MSIV2_OPTION_IMDS_BASE_URL = 4,
  MSIV2_OPTION_CLIENT_CAPABILITY = 5,    ///< for example "cp1"; may be given again
  MSIV2_OPTION_ALLOWED_HOST = 6,         ///< closes the list of endpoints; may be given again
  MSIV2_OPTION_TRUST_ANCHORS_PEM = 7,    ///< PEM text, beside the system's
  MSIV2_OPTION_TRUST_ANCHORS_FILE = 8,   ///< PEM file, beside the system's
  MSIV2_OPTION_ATTESTATION_LIBRARY = 9,  ///< absolute path; Windows only
  MSIV2_OPTION_ATTESTATION_LIBRARY_SHA256 = 10,
  MSIV2_OPTION_KEY_PROVIDER = 11,  ///< a selectable one by name ("in-memory", on Windows "platform-crypto",
                                   ///< "cng") in place of the built-in chain; may be given again
  MSIV2_OPTION_SOURCE = 12         ///< where bearer tokens (MSI v1) come from, by MSIV2_SOURCE_NAME; "", the
                                   ///< default, is the first that this host has
};
/// Numbers of options: flags 0 or 1, times in milliseconds (1 or more), counts.
enum {
  MSIV2_OPTION_ALLOW_INSECURE_IMDS_BASE = 1,  ///< flag
  MSIV2_OPTION_RETRIES = 2,                   ///< flag, default 1
  MSIV2_OPTION_REMEDIATIONS = 3,              ///< count, default 4
  MSIV2_OPTION_TOKEN_CACHE = 4,               ///< flag, default 1
  MSIV2_OPTION_MAX_PENDING_CALLS = 5,         ///< count, default 256
  MSIV2_OPTION_PRIVATE_CACHE = 6,             ///< 1: clients of these options share with no others
  MSIV2_OPTION_TOKEN_LEG_MAX_TLS = 7,         ///< MSIV2_TLS_1_2, the default, or MSIV2_TLS_1_3
  MSIV2_OPTION_RESOURCE_LEG_MAX_TLS = 8,
  MSIV2_OPTION_IMDS_CONNECT_MS = 9,
  MSIV2_OPTION_CONNECT_MS = 10,
  MSIV2_OPTION_ATTEMPT_MS = 11,
  MSIV2_OPTION_ATTESTATION_MS = 12,
  MSIV2_OPTION_ACQUISITION_MS = 13,          ///< a whole call that names no timeout
  MSIV2_OPTION_ALLOW_WORKLOAD_IDENTITY = 14  ///< 1: look for a Kubernetes workload identity first
};
MSIV2_API int32_t msiv2_options_new(msiv2_options** options, msiv2_error** error);
MSIV2_API int32_t msiv2_options_set_text(msiv2_options* options, int32_t field, const char* value,
                                         msiv2_error** error);
MSIV2_API int32_t msiv2_options_set_number(msiv2_options* options, int32_t field, int64_t value,
                                           msiv2_error** error);
/// msiv2_options_add_key_provider adds a keystore; those that are added replace the built-in chain.
MSIV2_API int32_t msiv2_options_add_key_provider(msiv2_options* options,
                                                 const msiv2_key_provider_table* table, void* context,
                                                 msiv2_error** error);
MSIV2_API int32_t msiv2_options_set_attestor(msiv2_options* options, const msiv2_attestor_table* table,
                                             void* context, msiv2_error** error);
MSIV2_API int32_t msiv2_options_add_observer(msiv2_options* options, const msiv2_observer_table* table,
                                             void* context, msiv2_error** error);
/// msiv2_options_add_log adds a log: with `debug` 1 also starts of steps, cache hits, identifiers and
/// messages of errors; with `json` 1 a JSON object a line.
MSIV2_API int32_t msiv2_options_add_log(msiv2_options* options, int32_t debug, int32_t json,
                                        const msiv2_log_table* table, void* context, msiv2_error** error);
MSIV2_API void msiv2_options_free(msiv2_options* options);

// ---- Tokens ---------------------------------------------------------------------------------------------

enum { MSIV2_REQUEST_RESOURCE = 1, MSIV2_REQUEST_CLAIMS = 2 };
/// Numbers of a request: flags 0 (the default) or 1, and the floor of the key's strength. Without a flag it
/// asks for a bearer token (MSI v1) from the source of this host. MTLS_POP or OVER_MTLS, never both, needs
/// ATTESTATION or ALLOW_UNATTESTED; without either, these two and MINIMUM_STRENGTH are wrong. What does not
/// go together is refused by msiv2_client_acquire, before any I/O.
enum {
  MSIV2_REQUEST_MTLS_POP = 1,          ///< a token bound to this host's key
  MSIV2_REQUEST_ATTESTATION = 2,       ///< on an attested KeyGuard key
  MSIV2_REQUEST_ALLOW_UNATTESTED = 3,  ///< accept an unattested binding
  MSIV2_REQUEST_OVER_MTLS = 4,         ///< a bearer token over the bound connection
  MSIV2_REQUEST_FORCE_REFRESH = 5,     ///< skip the token cache
  MSIV2_REQUEST_MINIMUM_STRENGTH = 6
};
MSIV2_API int32_t msiv2_request_new(const char* resource, msiv2_request** request, msiv2_error** error);
MSIV2_API int32_t msiv2_request_set_text(msiv2_request* request, int32_t field, const char* value,
                                         msiv2_error** error);
MSIV2_API int32_t msiv2_request_set_number(msiv2_request* request, int32_t field, int64_t value,
                                           msiv2_error** error);
MSIV2_API void msiv2_request_free(msiv2_request* request);

/// msiv2_client_new makes a client; `options` may be NULL. It does no network I/O and makes no key.
/// MSIV2_E_INVALID_REQUEST names the option that is wrong.
MSIV2_API int32_t msiv2_client_new(const msiv2_options* options, msiv2_client** client, msiv2_error** error);
/// msiv2_client_try_new does the same where this host may have a managed identity, for a chain of credentials
/// that goes on where it has none: MSIV2_E_ALL_SOURCES_UNAVAILABLE, never where the options name a source. It
/// asks nobody; a host that tells nothing may have one, and then msiv2_client_acquire has that code.
MSIV2_API int32_t msiv2_client_try_new(const msiv2_options* options, msiv2_client** client,
                                       msiv2_error** error);
/// msiv2_client_acquire returns a token, from the cache, by the seven steps or from a source of MSI v1. It
/// blocks, at most `timeout_ms`, or the client's time for an acquisition where that is 0. `cancellation` may
/// be NULL. Any code; never something weaker.
MSIV2_API int32_t msiv2_client_acquire(msiv2_client* client, const msiv2_request* request, int64_t timeout_ms,
                                       const msiv2_cancellation* cancellation, msiv2_token** token,
                                       msiv2_error** error);
/// msiv2_client_acquire_async does the same on a thread of the client's. Freeing the client cancels the call.
MSIV2_API int32_t msiv2_client_acquire_async(msiv2_client* client, const msiv2_request* request,
                                             int64_t timeout_ms, const msiv2_cancellation* cancellation,
                                             msiv2_pending** pending, msiv2_error** error);
/// msiv2_pending_wait waits at most `milliseconds` (0: not at all) and gives the token or the error of the
/// call, each time it is asked; MSIV2_E_NOT_READY while the call goes on.
MSIV2_API int32_t msiv2_pending_wait(msiv2_pending* pending, int64_t milliseconds, msiv2_token** token,
                                     msiv2_error** error);
/// The call goes on; only its answer is lost.
MSIV2_API void msiv2_pending_free(msiv2_pending* pending);
/// Cancels asynchronous calls and waits for them, also for a key provider or an attestor that hangs. Tokens
/// and certificates stay usable.
MSIV2_API void msiv2_client_free(msiv2_client* client);

enum {
  MSIV2_TOKEN_SECRET = 1,         ///< the token itself
  MSIV2_TOKEN_AUTHORIZATION = 2,  ///< value of the Authorization header
  MSIV2_TOKEN_RESOURCE = 3,
  MSIV2_TOKEN_CLIENT_ID = 4,
  MSIV2_TOKEN_TENANT_ID = 5,  ///< MSI v1: of a workload identity only
  MSIV2_TOKEN_MSI_SOURCE = 6  ///< who gave it, as MSIV2_SOURCE_NAME; "Imds" for every token of MSI v2
};
enum { MSIV2_TOKEN_TYPE_BEARER = 0, MSIV2_TOKEN_TYPE_MTLS_POP = 1 };
enum {
  MSIV2_TOKEN_TYPE = 1,
  MSIV2_TOKEN_EXPIRES_ON = 2,  ///< seconds since 1970, UTC
  MSIV2_TOKEN_REFRESH_ON = 3,  ///< the same, or 0
  MSIV2_TOKEN_ATTESTED = 4,
  MSIV2_TOKEN_BINDING_VERIFIED = 5,  ///< the token names its certificate
  MSIV2_TOKEN_KEY_STRENGTH = 6,
  MSIV2_TOKEN_KEY_ORIGIN = 7,
  MSIV2_TOKEN_FROM_CACHE = 8
};
MSIV2_API int32_t msiv2_token_view(const msiv2_token* token, int32_t field, msiv2_view view, void* context,
                                   msiv2_error** error);
MSIV2_API int32_t msiv2_token_number(const msiv2_token* token, int32_t field, int64_t* value,
                                     msiv2_error** error);
/// msiv2_token_certificate gives the certificate to present with the token; MSIV2_E_ABSENT for a bearer
/// token.
MSIV2_API int32_t msiv2_token_certificate(const msiv2_token* token, msiv2_certificate** certificate,
                                          msiv2_error** error);
MSIV2_API void msiv2_token_free(msiv2_token* token);

// ---- Resources ------------------------------------------------------------------------------------------

/// msiv2_resource_client_new makes a client that calls resources with a token and its certificate. It takes
/// trust anchors, TLS version and times of `options`, which may be NULL.
MSIV2_API int32_t msiv2_resource_client_new(const msiv2_options* options, msiv2_resource_client** client,
                                            msiv2_error** error);
MSIV2_API void msiv2_resource_client_free(msiv2_resource_client* client);

enum { MSIV2_RESOURCE_METHOD = 1, MSIV2_RESOURCE_URL = 2 };
/// msiv2_resource_request_new makes a GET of `url`, which is https.
MSIV2_API int32_t msiv2_resource_request_new(const char* url, msiv2_resource_request** request,
                                             msiv2_error** error);
MSIV2_API int32_t msiv2_resource_request_set_text(msiv2_resource_request* request, int32_t field,
                                                  const char* value, msiv2_error** error);
/// An Authorization header is refused by the call: the token makes it.
MSIV2_API int32_t msiv2_resource_request_add_header(msiv2_resource_request* request, const char* name,
                                                    const char* value, msiv2_error** error);
MSIV2_API int32_t msiv2_resource_request_set_body(msiv2_resource_request* request, const uint8_t* data,
                                                  size_t size, msiv2_error** error);
/// The longest body of an answer; 16 MiB unless set.
MSIV2_API int32_t msiv2_resource_request_set_max_answer(msiv2_resource_request* request, size_t size,
                                                        msiv2_error** error);
MSIV2_API void msiv2_resource_request_free(msiv2_resource_request* request);

/// msiv2_resource_send sends `request` and gives the answer, whatever its status. No redirect is followed.
/// MSIV2_E_INVALID_REQUEST, MSIV2_E_RESOURCE_REQUEST_FAILED, MSIV2_E_PROXY_FAILED, MSIV2_E_TLS_FAILED,
/// MSIV2_E_TIMEOUT, MSIV2_E_CANCELED.
MSIV2_API int32_t msiv2_resource_send(msiv2_resource_client* client, const msiv2_token* token,
                                      const msiv2_resource_request* request, int64_t timeout_ms,
                                      const msiv2_cancellation* cancellation, msiv2_response** response,
                                      msiv2_error** error);

enum { MSIV2_RESPONSE_STATUS = 1, MSIV2_RESPONSE_HEADER_COUNT = 2 };
MSIV2_API int32_t msiv2_response_number(const msiv2_response* response, int32_t field, int64_t* value,
                                        msiv2_error** error);
MSIV2_API int32_t msiv2_response_body(const msiv2_response* response, msiv2_view view, void* context,
                                      msiv2_error** error);
/// msiv2_response_header gives the value of the first header called `name`, ignoring case; MSIV2_E_ABSENT
/// without.
MSIV2_API int32_t msiv2_response_header(const msiv2_response* response, const char* name, msiv2_view view,
                                        void* context, msiv2_error** error);
/// msiv2_response_header_at gives name (`value` 0) or value (1) of header `index`; MSIV2_E_ABSENT past the
/// end.
MSIV2_API int32_t msiv2_response_header_at(const msiv2_response* response, size_t index, int32_t value,
                                           msiv2_view view, void* context, msiv2_error** error);
/// msiv2_response_claims gives what a 401 asks for, to be set as MSIV2_REQUEST_CLAIMS; MSIV2_E_ABSENT where
/// it asks for no claims. Repeat a call once for a challenge, no more.
MSIV2_API int32_t msiv2_response_claims(const msiv2_response* response, msiv2_view view, void* context,
                                        msiv2_error** error);
MSIV2_API void msiv2_response_free(msiv2_response* response);
/// msiv2_challenge_claims gives what a 401 asks for by the value of a header WWW-Authenticate, for answers of
/// another HTTP client; else as msiv2_response_claims.
MSIV2_API int32_t msiv2_challenge_claims(const char* www_authenticate, msiv2_view view, void* context,
                                         msiv2_error** error);

// ---- What this host can do ------------------------------------------------------------------------------

/// What is known of a source of MSI v1 without asking it.
enum { MSIV2_SOURCE_ABSENT = 0, MSIV2_SOURCE_POSSIBLE = 1, MSIV2_SOURCE_FOUND = 2 };
enum {
  MSIV2_SOURCE_NAME = 1,  ///< "WorkloadIdentity", "ServiceFabric", "AppService", "AppService2017",
                          ///< "MachineLearning", "CloudShell", "AzureArc" or "Imds"
  MSIV2_SOURCE_WHY = 2    ///< for people: names variables and files, never their values
};
/// msiv2_find_sources tells of each source of MSI v1 what is known of it, in the order in which they are
/// looked for, and which of them serves requests for bearer tokens. It asks nobody. `options` may be NULL.
MSIV2_API int32_t msiv2_find_sources(const msiv2_options* options, msiv2_sources** sources,
                                     msiv2_error** error);
/// msiv2_sources_size returns how many there are.
MSIV2_API size_t msiv2_sources_size(const msiv2_sources* sources);
/// msiv2_sources_state returns the state of source `index`, or -1.
MSIV2_API int32_t msiv2_sources_state(const msiv2_sources* sources, size_t index);
/// msiv2_sources_is_chosen returns 1 for the source that serves, else 0.
MSIV2_API int32_t msiv2_sources_is_chosen(const msiv2_sources* sources, size_t index);
/// msiv2_sources_text returns a text of source `index`, or "". It lives as long as `sources`.
MSIV2_API const char* msiv2_sources_text(const msiv2_sources* sources, size_t index, int32_t field);
MSIV2_API void msiv2_sources_free(msiv2_sources* sources);

enum {
  MSIV2_CAPABILITY_POP_AVAILABLE = 1,
  MSIV2_CAPABILITY_STRENGTH = 2,    ///< that a bound token can have now
  MSIV2_CAPABILITY_COULD_BIND = 3,  ///< the strongest, were nothing else in the way
  MSIV2_CAPABILITY_ORIGIN = 4,      ///< of that
  MSIV2_CAPABILITY_REASON_COUNT = 5,
  MSIV2_CAPABILITY_IDENTITY_HERE = 6  ///< MSIV2_SOURCE_FOUND where bearer tokens are to be had, and so on
};
enum {
  MSIV2_CAPABILITY_SOURCE = 1,
  MSIV2_CAPABILITY_HOST_SECURITY = 2,
  MSIV2_CAPABILITY_BEARER_SOURCE = 3  ///< as MSIV2_SOURCE_NAME; "" where this host has no managed identity
};
/// msiv2_client_capabilities tells what this host can do. It asks IMDS and makes no key.
MSIV2_API int32_t msiv2_client_capabilities(msiv2_client* client, int64_t timeout_ms,
                                            const msiv2_cancellation* cancellation,
                                            msiv2_capabilities** capabilities, msiv2_error** error);
MSIV2_API int32_t msiv2_capabilities_number(const msiv2_capabilities* capabilities, int32_t field,
                                            int64_t* value, msiv2_error** error);
/// MSIV2_CAPABILITY_SOURCE: "unknown", "imds_v2", "imds_v1" or "other"; MSIV2_CAPABILITY_HOST_SECURITY:
/// "unknown", "standard", "trusted_launch" or "confidential_vm". Static; "" for NULL and unknown fields.
MSIV2_API const char* msiv2_capabilities_text(const msiv2_capabilities* capabilities, int32_t field);
/// msiv2_capabilities_reason gives reason `index` why it is no more, as an error: code, message and cure.
/// MSIV2_E_ABSENT past the end, and then no reason.
MSIV2_API int32_t msiv2_capabilities_reason(const msiv2_capabilities* capabilities, size_t index,
                                            msiv2_error** reason);
MSIV2_API void msiv2_capabilities_free(msiv2_capabilities* capabilities);

enum {
  MSIV2_SEVERITY_OK = 0,
  MSIV2_SEVERITY_SKIPPED = 1,
  MSIV2_SEVERITY_WARNING = 2,
  MSIV2_SEVERITY_FAILURE = 3
};
enum { MSIV2_FINDING_CHECK = 1, MSIV2_FINDING_CAUSE = 2, MSIV2_FINDING_TEXT = 3, MSIV2_FINDING_CURE = 4 };
/// msiv2_diagnose looks for what is in the way of bound tokens: read-only checks. `options` and
/// `token_endpoint` may be NULL.
MSIV2_API int32_t msiv2_diagnose(const msiv2_options* options, const char* token_endpoint, int64_t timeout_ms,
                                 const msiv2_cancellation* cancellation, msiv2_diagnosis** diagnosis,
                                 msiv2_error** error);
/// msiv2_diagnosis_size returns how many findings there are.
MSIV2_API size_t msiv2_diagnosis_size(const msiv2_diagnosis* diagnosis);
/// msiv2_diagnosis_severity returns that of finding `index`, or -1.
MSIV2_API int32_t msiv2_diagnosis_severity(const msiv2_diagnosis* diagnosis, size_t index);
/// msiv2_diagnosis_text returns a text of finding `index`, or "". It lives as long as `diagnosis`.
MSIV2_API const char* msiv2_diagnosis_text(const msiv2_diagnosis* diagnosis, size_t index, int32_t field);
MSIV2_API void msiv2_diagnosis_free(msiv2_diagnosis* diagnosis);

#ifdef __cplusplus
}
#endif

#endif  // MSIV2_H_
