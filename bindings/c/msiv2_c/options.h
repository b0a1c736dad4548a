// Part of msiv2.h: the options of clients.
#ifndef MSIV2_C_OPTIONS_H_
#define MSIV2_C_OPTIONS_H_

#include "base.h"
#include "callbacks.h"

#ifdef __cplusplus
extern "C" {
#endif

/// msiv2_tls is a version of TLS.
typedef enum msiv2_tls MSIV2_ENUM {
  MSIV2_TLS_1_2 = 12,
  MSIV2_TLS_1_3 = 13,
  MSIV2_TLS_FORCE_32 = 0x7fffffff
} msiv2_tls;

/// msiv2_options_text_field names the texts of options. A text that may be set again is added each time.
typedef enum msiv2_options_text_field MSIV2_ENUM {
  MSIV2_OPTION_CLIENT_ID = 1,    ///< of a user-assigned identity, never blank; the last of these three counts
  MSIV2_OPTION_OBJECT_ID = 2,    ///< the same, by its object id
  MSIV2_OPTION_RESOURCE_ID = 3,  ///< the same, by its Azure resource id
  MSIV2_OPTION_IMDS_BASE_URL = 4,
  MSIV2_OPTION_CLIENT_CAPABILITY = 5,    ///< for example "cp1"; may be set again
  MSIV2_OPTION_ALLOWED_HOST = 6,         ///< only these hosts are allowed as endpoints; may be set again
  MSIV2_OPTION_TRUST_ANCHORS_PEM = 7,    ///< PEM text, in addition to the system's
  MSIV2_OPTION_TRUST_ANCHORS_FILE = 8,   ///< PEM file, in addition to the system's
  MSIV2_OPTION_ATTESTATION_LIBRARY = 9,  ///< absolute path; Windows only
  MSIV2_OPTION_ATTESTATION_LIBRARY_SHA256 = 10,
  MSIV2_OPTION_KEY_PROVIDER = 11,  ///< a selectable one by name ("in-memory", on Windows "platform-crypto",
                                   ///< "cng"), in place of the built-in chain; may be set again
  MSIV2_OPTION_SOURCE = 12,        ///< where bearer tokens (MSI v1) come from, as MSIV2_SOURCE_NAME; "", the
                                   ///< default, is the first that this host has
  MSIV2_OPTION_TEXT_FORCE_32 = 0x7fffffff
} msiv2_options_text_field;

/// msiv2_options_number_field names the numbers of options: flags, times in milliseconds (1 or more) and
/// counts.
typedef enum msiv2_options_number_field MSIV2_ENUM {
  MSIV2_OPTION_ALLOW_INSECURE_IMDS_BASE = 101,  ///< flag
  MSIV2_OPTION_RETRIES = 102,                   ///< flag, default 1
  MSIV2_OPTION_REMEDIATIONS = 103,              ///< count, default 4
  MSIV2_OPTION_TOKEN_CACHE = 104,               ///< flag, default 1
  MSIV2_OPTION_MAX_PENDING_CALLS = 105,         ///< count, default 256
  MSIV2_OPTION_PRIVATE_CACHE = 106,             ///< 1: clients with these options share with no others
  MSIV2_OPTION_TOKEN_LEG_MAX_TLS = 107,         ///< an msiv2_tls, default MSIV2_TLS_1_2
  MSIV2_OPTION_RESOURCE_LEG_MAX_TLS = 108,      ///< the same
  MSIV2_OPTION_IMDS_CONNECT_MS = 109,
  MSIV2_OPTION_CONNECT_MS = 110,
  MSIV2_OPTION_ATTEMPT_MS = 111,
  MSIV2_OPTION_ATTESTATION_MS = 112,
  MSIV2_OPTION_ACQUISITION_MS = 113,           ///< a whole call without a timeout of its own
  MSIV2_OPTION_ALLOW_WORKLOAD_IDENTITY = 114,  ///< 1: look for a Kubernetes workload identity first
  MSIV2_OPTION_NUMBER_FORCE_32 = 0x7fffffff
} msiv2_options_number_field;

/// msiv2_options_new creates `options` with every default, to be freed by msiv2_options_free. Clients that
/// were created with the options do not need them any more.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_options_new(msiv2_options** options, msiv2_error** error);
/// msiv2_options_set_text sets the text `field` of `options` to `value`, or adds it. Most values are checked
/// when a client is created.
/// Errors: the common ones. Threads: one at a time for `options`.
MSIV2_API int32_t msiv2_options_set_text(msiv2_options* options, msiv2_options_text_field field,
                                         const char* value, msiv2_error** error);
/// msiv2_options_set_number sets the number `field` of `options` to `value`.
/// Errors: the common ones. Threads: one at a time for `options`.
MSIV2_API int32_t msiv2_options_set_number(msiv2_options* options, msiv2_options_number_field field,
                                           int64_t value, msiv2_error** error);
/// msiv2_options_add_key_provider adds the keystore `table` to `options`, with its `context`. Added keystores
/// replace the built-in chain. The table and its name are copied. `release` is called when the options and
/// all their clients and keys are gone.
/// Errors: the common ones. Threads: one at a time for `options`.
MSIV2_API int32_t msiv2_options_add_key_provider(msiv2_options* options,
                                                 const msiv2_key_provider_table* table, void* context,
                                                 msiv2_error** error);
/// msiv2_options_set_attestor sets the attestor of `options` to `table`, with its `context`. It replaces the
/// built-in attestor or the one set before. The table is copied. `release` is called when the options and all
/// clients with it are gone.
/// Errors: the common ones. Threads: one at a time for `options`.
MSIV2_API int32_t msiv2_options_set_attestor(msiv2_options* options, const msiv2_attestor_table* table,
                                             void* context, msiv2_error** error);
/// msiv2_options_add_observer adds the observer `table` to `options`, with its `context`. The table is
/// copied. `release` is called when the options and all clients with it are gone.
/// Errors: the common ones. Threads: one at a time for `options`.
MSIV2_API int32_t msiv2_options_add_observer(msiv2_options* options, const msiv2_observer_table* table,
                                             void* context, msiv2_error** error);
/// msiv2_options_add_log adds the log `table` to `options`, with its `context`. If `debug` is 1, the log also
/// has starts of steps, cache hits, identifiers and error messages. If `json` is 1, each line is a JSON
/// object. The table is copied. `release` is called when the options and all clients with it are gone.
/// Errors: the common ones. Threads: one at a time for `options`.
MSIV2_API int32_t msiv2_options_add_log(msiv2_options* options, int32_t debug, int32_t json,
                                        const msiv2_log_table* table, void* context, msiv2_error** error);
/// msiv2_options_free frees `options`. Clients that were created with them are not affected. Threads: any,
/// once.
MSIV2_API void msiv2_options_free(msiv2_options* options);

#ifdef __cplusplus
}
#endif

#endif  // MSIV2_C_OPTIONS_H_
