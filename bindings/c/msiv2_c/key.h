// Part of msiv2.h: keys, and the steps 2 to 4 on their own: create a key, build a CSR, attest the key.
#ifndef MSIV2_C_KEY_H_
#define MSIV2_C_KEY_H_

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/// msiv2_strength says how well a key is protected.
typedef enum msiv2_strength MSIV2_ENUM {
  MSIV2_STRENGTH_NONE = 0,
  MSIV2_STRENGTH_SOFTWARE = 1,
  MSIV2_STRENGTH_HARDWARE = 2,
  MSIV2_STRENGTH_KEYGUARD = 3,
  MSIV2_STRENGTH_FORCE_32 = 0x7fffffff
} msiv2_strength;

/// msiv2_origin says whether that protection is real.
typedef enum msiv2_origin MSIV2_ENUM {
  MSIV2_ORIGIN_PLATFORM = 0,
  MSIV2_ORIGIN_EMULATED = 1,
  MSIV2_ORIGIN_FORCE_32 = 0x7fffffff
} msiv2_origin;

/// msiv2_padding is the form of a signature: RSASSA-PSS, with MGF1 of the same digest and a salt of the same
/// length, or RSASSA-PKCS1-v1_5 (RFC 8017).
typedef enum msiv2_padding MSIV2_ENUM {
  MSIV2_PADDING_PSS = 0,
  MSIV2_PADDING_PKCS1 = 1,
  MSIV2_PADDING_FORCE_32 = 0x7fffffff
} msiv2_padding;

/// msiv2_digest is the algorithm that computed a digest.
typedef enum msiv2_digest MSIV2_ENUM {
  MSIV2_DIGEST_SHA256 = 0,
  MSIV2_DIGEST_SHA384 = 1,
  MSIV2_DIGEST_SHA512 = 2,
  MSIV2_DIGEST_FORCE_32 = 0x7fffffff
} msiv2_digest;

/// msiv2_key_number_field names the numbers of a key.
typedef enum msiv2_key_number_field MSIV2_ENUM {
  MSIV2_KEY_STRENGTH = 101,       ///< an msiv2_strength
  MSIV2_KEY_ORIGIN = 102,         ///< an msiv2_origin
  MSIV2_KEY_NATIVE_HANDLE = 103,  ///< an NCRYPT_KEY_HANDLE on Windows, as long as the key lives; else 0
  MSIV2_KEY_NUMBER_FORCE_32 = 0x7fffffff
} msiv2_key_number_field;

/// msiv2_key_bytes_field names the bytes of a key's public half.
typedef enum msiv2_key_bytes_field MSIV2_ENUM {
  MSIV2_KEY_SPKI_DER = 201,  ///< SubjectPublicKeyInfo, rsaEncryption (RFC 3279 section 2.3.1)
  MSIV2_KEY_MODULUS = 202,   ///< big-endian, without leading zeros
  MSIV2_KEY_EXPONENT = 203,  ///< the same
  MSIV2_KEY_BYTES_FORCE_32 = 0x7fffffff
} msiv2_key_bytes_field;

/// msiv2_key_create gets or creates this host's key of exactly `strength`, to be freed by msiv2_key_free. It
/// asks the keystores of `options`, or the built-in ones if `options` names none or is NULL. The `key` is
/// RSA, 2048 bits, not exportable. A key in memory is a new one each time, never that of a client. A keystore
/// that stores its key returns the same key each time. It blocks. Not needed to get a token.
/// Errors: MSIV2_E_KEYGUARD_UNAVAILABLE or MSIV2_E_MIN_STRENGTH_NOT_MET if this host has no such keystore or
/// its key is weaker, MSIV2_E_KEY_CREATION_FAILED, MSIV2_E_TIMEOUT. Threads: one at a time for `options`.
MSIV2_API int32_t msiv2_key_create(const msiv2_options* options, msiv2_strength strength, msiv2_key** key,
                                   msiv2_error** error);
/// msiv2_key_view shows the bytes `field` of `key`.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_key_view(const msiv2_key* key, msiv2_key_bytes_field field, msiv2_view view,
                                 void* context, msiv2_error** error);
/// msiv2_key_number sets `value` to the number `field` of `key`.
/// Errors: the common ones. Threads: any.
MSIV2_API int32_t msiv2_key_number(const msiv2_key* key, msiv2_key_number_field field, int64_t* value,
                                   msiv2_error** error);
/// msiv2_key_sign signs a digest with `key` and shows the signature, for a TLS stack of the caller. The
/// caller has computed the `digest_size` bytes of `digest` with `digest_algorithm`. `padding` is the form of
/// the signature. It blocks while the keystore signs.
/// Errors: MSIV2_E_KEY_SIGN_FAILED if the keystore refuses. Threads: any.
MSIV2_API int32_t msiv2_key_sign(const msiv2_key* key, msiv2_padding padding, msiv2_digest digest_algorithm,
                                 const uint8_t* digest, size_t digest_size, msiv2_view view, void* context,
                                 msiv2_error** error);
/// msiv2_key_csr builds the PKCS#10 request of step 3, signs it with `key` and shows it: DER, or PEM if `pem`
/// is 1. `client_id` and `tenant_id` are GUIDs; `vm_id` or `vmss_id` may be NULL. Not needed to get a token.
/// Errors: MSIV2_E_INVALID_REQUEST for an id that is not a GUID or if both machine ids are missing,
/// MSIV2_E_KEY_SIGN_FAILED. Threads: any.
MSIV2_API int32_t msiv2_key_csr(const msiv2_key* key, const char* client_id, const char* tenant_id,
                                const char* vm_id, const char* vmss_id, int32_t pem, msiv2_view view,
                                void* context, msiv2_error** error);
/// msiv2_key_attest attests `key` as step 4 does, with the attestor of `options` (which may be NULL), and
/// shows the JWT, which is secret. `endpoint` is checked against the rules for endpoints that IMDS names.
/// `client_id` is passed to the attestor. Nothing is cached. It blocks for at most `timeout_ms` milliseconds,
/// or until `cancellation`, which may be NULL, is cancelled. If the attestor hangs, it waits until the
/// attestor returns. Not needed to get a token.
/// Errors: MSIV2_E_ENDPOINT_NOT_ALLOWED, MSIV2_E_KEYGUARD_UNAVAILABLE, MSIV2_E_ATTESTATION_FAILED,
/// MSIV2_E_ATTESTATION_LIBRARY_UNTRUSTED, MSIV2_E_TIMEOUT, MSIV2_E_CANCELED. Threads: one at a time for
/// `options`.
MSIV2_API int32_t msiv2_key_attest(const msiv2_key* key, const msiv2_options* options, const char* endpoint,
                                   const char* client_id, int64_t timeout_ms,
                                   const msiv2_cancellation* cancellation, msiv2_view view, void* context,
                                   msiv2_error** error);
/// msiv2_key_free frees `key`, the handle. Tokens and certificates with the same key are not affected.
/// Threads: any, once.
MSIV2_API void msiv2_key_free(msiv2_key* key);

#ifdef __cplusplus
}
#endif

#endif  // MSIV2_C_KEY_H_
