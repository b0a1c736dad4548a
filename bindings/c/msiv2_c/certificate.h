// Part of msiv2.h: the certificate that a bound token is used with.
#ifndef MSIV2_C_CERTIFICATE_H_
#define MSIV2_C_CERTIFICATE_H_

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/// msiv2_certificate_text_field names the texts of a certificate. msiv2_certificate_chain shows its bytes.
typedef enum msiv2_certificate_text_field MSIV2_ENUM {
  MSIV2_CERTIFICATE_LEAF_PEM = 1,
  MSIV2_CERTIFICATE_X5T_S256 = 2,          ///< base64url(SHA-256(leaf)), what the token carries (RFC 8705)
  MSIV2_CERTIFICATE_STRENGTH_LABEL = 3,    ///< human-readable, for example "keyguard (emulated)"
  MSIV2_CERTIFICATE_WHY_NOT_STRONGER = 4,  ///< human-readable: why no stronger key was created; may be empty
  MSIV2_CERTIFICATE_TEXT_FORCE_32 = 0x7fffffff
} msiv2_certificate_text_field;

/// msiv2_certificate_number_field names the numbers of a certificate.
typedef enum msiv2_certificate_number_field MSIV2_ENUM {
  MSIV2_CERTIFICATE_NOT_BEFORE = 101,  ///< seconds since 1970, UTC
  MSIV2_CERTIFICATE_NOT_AFTER = 102,   ///< the same
  MSIV2_CERTIFICATE_CHAIN_SIZE = 103,  ///< number of certificates to send: the leaf and the intermediates
  MSIV2_CERTIFICATE_NUMBER_FORCE_32 = 0x7fffffff
} msiv2_certificate_number_field;

/// msiv2_certificate_view shows the text `field` of `certificate`.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_certificate_view(const msiv2_certificate* certificate,
                                         msiv2_certificate_text_field field, msiv2_view view, void* context,
                                         msiv2_error** error);
/// msiv2_certificate_number sets `value` to the number `field` of `certificate`.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_certificate_number(const msiv2_certificate* certificate,
                                           msiv2_certificate_number_field field, int64_t* value,
                                           msiv2_error** error);
/// msiv2_certificate_chain shows certificate `index` of the chain of `certificate`, DER. 0 is the leaf,
/// followed by its issuer.
/// Errors: MSIV2_E_ABSENT past the end. Threads: any.
MSIV2_API int32_t msiv2_certificate_chain(const msiv2_certificate* certificate, size_t index, msiv2_view view,
                                          void* context, msiv2_error** error);
/// msiv2_certificate_key returns the `key` of `certificate`, to be freed by msiv2_key_free. The key signs
/// even after `certificate` was freed.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_certificate_key(const msiv2_certificate* certificate, msiv2_key** key,
                                        msiv2_error** error);
/// msiv2_certificate_free frees `certificate`. Threads: any, once.
MSIV2_API void msiv2_certificate_free(msiv2_certificate* certificate);

#ifdef __cplusplus
}
#endif

#endif  // MSIV2_C_CERTIFICATE_H_
