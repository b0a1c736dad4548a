// An emulated host for C programs: the emulator, and its key provider and attestor as tables.
#ifndef MSIV2_EMULATED_HOST_H_
#define MSIV2_EMULATED_HOST_H_

#include "bindings/c/msiv2.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct emulated_host emulated_host;

/// emulated_host_start starts an emulator; NULL, with a line on stderr, where that fails.
emulated_host* emulated_host_start(void);
void emulated_host_stop(emulated_host* host);
/// emulated_host_attach makes one for an emulator that runs elsewhere: the tables alone, attesting at
/// `attestation`, which is known by `ca_pem`. What asks the emulator itself must not be called.
emulated_host* emulated_host_attach(const char* attestation, const char* ca_pem);

const char* emulated_host_imds(const emulated_host* host);
const char* emulated_host_attestation(const emulated_host* host);
const char* emulated_host_resource(const emulated_host* host);
const char* emulated_host_ca_pem(const emulated_host* host);
const char* emulated_host_client_id(const emulated_host* host);
const char* emulated_host_tenant_id(const emulated_host* host);

/// emulated_host_fault adds a fault rule; NULL clears them. Returns 1, or 0 for a rule that is none.
int emulated_host_fault(emulated_host* host, const char* rule);
/// emulated_host_hanging returns how many requests a fault holds up.
size_t emulated_host_hanging(const emulated_host* host);
/// emulated_host_await_hanging returns when a fault holds up a request.
void emulated_host_await_hanging(const emulated_host* host);
/// emulated_host_requests returns how many requests `server` has answered whose path ends with `path`.
size_t emulated_host_requests(const emulated_host* host, const char* server, const char* path);

/// emulated_host_options makes options for a client of its own caches, which the caller frees; it ends the
/// program where that fails. Its times are long: under valgrind a key takes minutes.
msiv2_options* emulated_host_options(const emulated_host* host);

/// The tables; their context is the host. Each release is counted.
const msiv2_key_provider_table* emulated_host_key_provider(void);
const msiv2_attestor_table* emulated_host_attestor(void);
int emulated_host_releases(const emulated_host* host);
/// emulated_host_attestations returns how often the attestor was asked.
int emulated_host_attestations(const emulated_host* host);
/// emulated_host_refuse makes the provider ("key"), its keys ("sign") or the attestor ("attest") fail from
/// now on; "" ends that.
void emulated_host_refuse(emulated_host* host, const char* what);

/// emulated_host_verifies tells, by OpenSSL alone, whether `signature` over `digest` is of the key with this
/// SPKI.
int emulated_host_verifies(const uint8_t* spki, size_t spki_size, msiv2_padding padding,
                           msiv2_digest digest_algorithm, const uint8_t* digest, const uint8_t* signature,
                           size_t signature_size);
/// emulated_host_same_key tells whether a DER certificate is for the key with this SPKI.
int emulated_host_same_key(const uint8_t* certificate, size_t certificate_size, const uint8_t* spki,
                           size_t spki_size);

#ifdef __cplusplus
}
#endif

#endif
