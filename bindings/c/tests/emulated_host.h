// An emulated host for C programs: the emulator, and its key provider and attestor as tables.
#ifndef MSIV2_EMULATED_HOST_H_
#define MSIV2_EMULATED_HOST_H_

#include "bindings/c/msiv2.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct emulated_host emulated_host;

/// emulated_host_start starts an emulator. If that fails, it returns NULL and writes a line to stderr.
emulated_host* emulated_host_start(void);
void emulated_host_stop(emulated_host* host);
/// emulated_host_attach creates a host for an emulator that runs elsewhere. It has the tables alone and
/// attests at `attestation`, whose certificate authority is `ca_pem`. Functions that ask the emulator itself
/// must not be called.
emulated_host* emulated_host_attach(const char* attestation, const char* ca_pem);

const char* emulated_host_imds(const emulated_host* host);
const char* emulated_host_attestation(const emulated_host* host);
const char* emulated_host_resource(const emulated_host* host);
const char* emulated_host_ca_pem(const emulated_host* host);
const char* emulated_host_client_id(const emulated_host* host);
const char* emulated_host_tenant_id(const emulated_host* host);

/// emulated_host_fault adds a fault rule; NULL clears all rules. Returns 1, or 0 for an invalid rule.
int emulated_host_fault(emulated_host* host, const char* rule);
/// emulated_host_hanging returns how many requests a fault holds up.
size_t emulated_host_hanging(const emulated_host* host);
/// emulated_host_await_hanging returns when a fault holds up a request.
void emulated_host_await_hanging(const emulated_host* host);
/// emulated_host_requests returns how many requests to `server` whose path ends with `path` were answered.
size_t emulated_host_requests(const emulated_host* host, const char* server, const char* path);

/// emulated_host_options creates options for a client with private caches, which the caller frees. If that
/// fails, it ends the program. Its timeouts are long: under valgrind a key takes minutes.
msiv2_options* emulated_host_options(const emulated_host* host);

/// emulated_host_key_provider and emulated_host_attestor return the tables; their context is the host.
/// emulated_host_releases returns how often they and their keys were released.
const msiv2_key_provider_table* emulated_host_key_provider(void);
const msiv2_attestor_table* emulated_host_attestor(void);
int emulated_host_releases(const emulated_host* host);
/// emulated_host_attestations returns how often the attestor was asked.
int emulated_host_attestations(const emulated_host* host);
/// emulated_host_refuse makes the provider ("key"), its keys ("sign") or the attestor ("attest") fail from
/// now on. "" ends that.
void emulated_host_refuse(emulated_host* host, const char* what);

/// emulated_host_verifies returns 1 if `signature` over `digest` is from the key with this SPKI, as judged by
/// OpenSSL alone, else 0.
int emulated_host_verifies(const uint8_t* spki, size_t spki_size, msiv2_padding padding,
                           msiv2_digest digest_algorithm, const uint8_t* digest, const uint8_t* signature,
                           size_t signature_size);
/// emulated_host_same_key returns 1 if a DER certificate is for the key with this SPKI, else 0.
int emulated_host_same_key(const uint8_t* certificate, size_t certificate_size, const uint8_t* spki,
                           size_t spki_size);

#ifdef __cplusplus
}
#endif

#endif
