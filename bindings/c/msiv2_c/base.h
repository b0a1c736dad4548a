// Part of msiv2.h: what the other parts need: version, types, views and cancellation.
#ifndef MSIV2_C_BASE_H_
#define MSIV2_C_BASE_H_

#include <stddef.h>
#include <stdint.h>

#ifndef MSIV2_API
#define MSIV2_API
#endif

// MSIV2_ENUM gives an enumeration the type int32_t in C++. There, a number outside its values would otherwise
// be undefined behaviour. In C, the value ..._FORCE_32 gives it the same size.
#ifdef __cplusplus
#define MSIV2_ENUM : int32_t
#else
#define MSIV2_ENUM
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// MSIV2_API_VERSION is the date of the last change of this interface, as the number yyyymmdd.
#define MSIV2_API_VERSION 20261128u

/// msiv2_version returns the version of the library, for example "0.1.0". Static. Threads: any.
MSIV2_API const char* msiv2_version(void);
/// msiv2_api_version returns the MSIV2_API_VERSION that the library was built with. Threads: any.
MSIV2_API uint32_t msiv2_api_version(void);
/// msiv2_supports_api returns 1 if the library supports everything in the header of the date `api_version`,
/// else 0. Threads: any.
MSIV2_API int32_t msiv2_supports_api(uint32_t api_version);

// ---- Types ----------------------------------------------------------------------------------------------

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

// ---- Views ----------------------------------------------------------------------------------------------

/// msiv2_view receives `size` bytes, which live until it returns. It returns MSIV2_OK or a code.
typedef int32_t (*msiv2_view)(void* context, const uint8_t* data, size_t size);

/// msiv2_buffer is caller-supplied memory for msiv2_copy. Wipe it after it has held a secret.
typedef struct msiv2_buffer {
  char* data;
  size_t capacity;  ///< bytes at `data`: one more than the longest value that fits
  size_t size;      ///< out: bytes of the value, without the NUL; also if it did not fit
} msiv2_buffer;

/// msiv2_copy is a view: it copies `size` bytes of `data` and a NUL into the msiv2_buffer `buffer`, its
/// context. A value that does not fit is not copied.
/// Errors: MSIV2_E_BUFFER_TOO_SMALL. Threads: one at a time for `buffer`.
MSIV2_API int32_t msiv2_copy(void* buffer, const uint8_t* data, size_t size);

// ---- Cancellation ---------------------------------------------------------------------------------------

/// msiv2_cancellation_new creates a `cancellation`, to be freed by msiv2_cancellation_free. It can be used
/// for any number of calls.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_cancellation_new(msiv2_cancellation** cancellation, msiv2_error** error);
/// msiv2_cancellation_cancel ends every waiting call that was given `cancellation`, with MSIV2_E_CANCELED.
/// Each later call with it ends in the same way. A token that is in the cache is returned nevertheless.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_cancellation_cancel(msiv2_cancellation* cancellation, msiv2_error** error);
/// msiv2_cancellation_is_canceled returns 1 if `cancellation` was cancelled, else 0. Threads: any.
MSIV2_API int32_t msiv2_cancellation_is_canceled(const msiv2_cancellation* cancellation);
/// msiv2_cancellation_free frees `cancellation`. Calls that were given it continue without it. Threads: any,
/// once.
MSIV2_API void msiv2_cancellation_free(msiv2_cancellation* cancellation);

#ifdef __cplusplus
}
#endif

#endif  // MSIV2_C_BASE_H_
