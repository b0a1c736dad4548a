// Part of msiv2.h: tables of functions. With them a caller supplies keys, keystores, attestors, observers and
// logs.
//
// Callbacks run on the thread where something happened, which may be a thread of the library. Several may run
//   at once. They must not call back into the client or free anything of the library. The `release` of a
//   table may be NULL. It is called once, on any thread, after all other calls of the table. It is never
//   called if the call that was given the table failed.
// The structs never grow: for new needs, a later version adds a table with another name. `context` is passed
//   to each function of a table as it is, and may be NULL.
// Members and arguments of callbacks are int32_t where functions take an enumeration. In C, the type of an
//   enumeration differs between compilers; the layout of a table must not.
#ifndef MSIV2_C_CALLBACKS_H_
#define MSIV2_C_CALLBACKS_H_

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- What callbacks answer, and ask ----------------------------------------------------------------------

/// msiv2_reply_bytes sets the answer of a callback to a copy of the `size` bytes of `data`. `reply`, which
/// the callback received, lives until the callback returns.
/// Errors: the common ones. Threads: the callback's.
MSIV2_API int32_t msiv2_reply_bytes(msiv2_reply* reply, const uint8_t* data, size_t size);
/// msiv2_reply_error states in `reply` why the callback fails. `message` is human-readable text without
/// secrets, or NULL; it is truncated and made printable. `native_code` is the status of what failed.
/// `retryable` is 1 if the cause may pass. A callback that fails without this call counts as retryable. After
/// this call, the callback returns any code other than MSIV2_OK.
/// Errors: the common ones. Threads: the callback's.
MSIV2_API int32_t msiv2_reply_error(msiv2_reply* reply, const char* message, int64_t native_code,
                                    int32_t retryable);
/// msiv2_call_is_canceled returns 1 if the caller no longer wants the answer of `call`, else 0. `call`, which
/// the callback received, lives until the callback returns. Threads: any.
MSIV2_API int32_t msiv2_call_is_canceled(const msiv2_call* call);
/// msiv2_call_milliseconds_left returns how many milliseconds the caller of `call` still waits. 0 or less
/// means that its time is over. Threads: any.
MSIV2_API int64_t msiv2_call_milliseconds_left(const msiv2_call* call);

// ---- Keys and keystores ----------------------------------------------------------------------------------

/// msiv2_key_table is a caller-supplied key: RSA, 2048 bits. `sign` is like msiv2_key_sign and puts the
/// signature into `reply`; several calls may run at once. A key that claims MSIV2_STRENGTH_KEYGUARD must be
/// MSIV2_ORIGIN_EMULATED.
typedef struct msiv2_key_table {
  int32_t strength;        ///< an msiv2_strength
  int32_t origin;          ///< an msiv2_origin
  const uint8_t* modulus;  ///< big-endian
  size_t modulus_size;
  const uint8_t* exponent;
  size_t exponent_size;
  /// `padding` is an msiv2_padding, `digest_algorithm` an msiv2_digest.
  int32_t (*sign)(void* context, int32_t padding, int32_t digest_algorithm, const uint8_t* digest,
                  size_t digest_size, msiv2_reply* reply);
  void (*release)(void* context);
} msiv2_key_table;

/// msiv2_reply_key sets the answer of a key provider to a key: `reply` gets a copy of `table`, whose
/// functions receive `context`. After success, the `release` of the table will be called.
/// Errors: the common ones. Threads: the callback's.
MSIV2_API int32_t msiv2_reply_key(msiv2_reply* reply, const msiv2_key_table* table, void* context);

/// msiv2_key_provider_table is a keystore. `get_or_create` answers with msiv2_reply_key; one call at a time.
/// `discard` receives the context of a key of this provider that stopped signing. It may be called while
/// `get_or_create` runs, and may be NULL.
typedef struct msiv2_key_provider_table {
  const char* name;  ///< for messages
  int32_t strength;  ///< an msiv2_strength, of the keys that it creates; strongest provider first
  int32_t (*get_or_create)(void* context, msiv2_reply* reply);
  void (*discard)(void* context, void* key_context);
  void (*release)(void* context);
} msiv2_key_provider_table;

/// msiv2_attestor_table attests keys. `attest` answers with the JWT by msiv2_reply_bytes. It gets one call of
/// a client at a time. Calls of msiv2_key_attest and of other clients may run at the same time. All pointers
/// that it receives live until it returns.
typedef struct msiv2_attestor_table {
  int32_t accepts_emulated_keys;  ///< 1 for an emulator's attestor only
  int32_t (*attest)(void* context, const char* endpoint, const char* client_id, const msiv2_key* key,
                    const msiv2_call* call, msiv2_reply* reply);
  void (*release)(void* context);
} msiv2_attestor_table;

// ---- Observers and logs ----------------------------------------------------------------------------------

/// msiv2_observer_table receives the events. An event lives until `on_event` returns. `on_event` must be
/// quick.
typedef struct msiv2_observer_table {
  void (*on_event)(void* context, const msiv2_event* event);
  void (*release)(void* context);
} msiv2_observer_table;

/// msiv2_log_table receives each event as a line of printable ASCII without a line terminator; one call at a
/// time.
typedef struct msiv2_log_table {
  void (*write)(void* context, const char* line);
  void (*release)(void* context);
} msiv2_log_table;

#ifdef __cplusplus
}
#endif

#endif  // MSIV2_C_CALLBACKS_H_
