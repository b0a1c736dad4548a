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
// This is the only header to include; it includes the parts in the folder msiv2_c. What all functions share
// is said here, and each part says what its functions add.
//
// Results. A function that can fail returns MSIV2_OK or a code. Where it takes `error`, that comes last and
//   is set to NULL, or to an error that the caller frees. (Without memory for one it is NULL beside a code.)
//   Outputs are set to NULL or 0 first, and to a value on success alone. Nothing throws across this header,
//   and no callback may throw or longjmp out of one.
// Errors. Each function that returns a code may return the common ones: MSIV2_E_BAD_ARGUMENT,
//   MSIV2_E_OUT_OF_MEMORY and MSIV2_E_UNEXPECTED. "Errors:" at a function lists its others. A function that
//   shows something to a view returns what the view returns as well.
// Arguments. NULL, a number out of range or an unknown field is MSIV2_E_BAD_ARGUMENT; functions that return
//   no code answer 0 or "". So a field that is newer than the library is an error, never silence. What was
//   freed must not be used. Text arguments are UTF-8 and NUL-terminated. Flags are 0 or 1.
// Fields. An object's fields have numbers, by kind: texts from 1, numbers from 101, bytes from 201. No number
//   of an object means two things, and a field of another kind is an unknown one. Each function takes an
//   enumeration of its own, so compilers warn of a field that belongs elsewhere. Each enumeration has the
//   size of int32_t, and a number that it does not name may be passed.
// Ownership. What a _new function or an output gives is the caller's, until the _free function of its type,
//   which takes NULL. Everything else stays the library's. Arguments are copied; handles made from a handle
//   do not need it any more. `const char *` results live as long as their handle; static ones say so.
// Bytes and text come through a view: called once, during the call, with bytes that live until it returns and
//   are not NUL-terminated. What it returns, if not MSIV2_OK, is returned. `context` is passed to it as it
//   is. `msiv2_copy` is a ready one, which fills the caller's buffer. Text is UTF-8.
// Times are milliseconds, at most 2147483647 (24 days). A `timeout_ms` of 0 is the time of the options for a
//   whole acquisition.
// Secrets. What msiv2_token_secret, msiv2_token_authorization and msiv2_key_attest show is secret, and so may
//   be the answer of a resource. No field of any object is. No error, event or log line holds a secret. No
//   function gives a private key.
// Threads. "Threads: any" is a function that many threads may call at once, also with the same handles.
//   Otherwise "Threads:" names the handles that one thread uses at a time. Nothing may be freed while another
//   thread is in a call with it; to end such a call, cancel it.
// Life. Renewals go on in the background while a client is there; those of clients that share (all without
//   MSIV2_OPTION_PRIVATE_CACHE, a key provider or an attestor) until the process ends. The library cannot be
//   unloaded once a client was made.
// Fork. A child makes its own handles. There, what its parent made answers MSIV2_E_USED_AFTER_FORK at once,
//   options, requests and cancellations too, and the parent is not disturbed. Results can still be read:
//   tokens, certificates and public keys, responses, errors, findings, and whether a cancellation was
//   cancelled. Every _free works and leaves to the parent what is shared with it; no `release` of a table
//   that the parent gave is called.
#ifndef MSIV2_H_
#define MSIV2_H_

#include "msiv2_c/base.h"
#include "msiv2_c/callbacks.h"
#include "msiv2_c/certificate.h"
#include "msiv2_c/errors.h"
#include "msiv2_c/events.h"
#include "msiv2_c/host.h"
#include "msiv2_c/key.h"
#include "msiv2_c/options.h"
#include "msiv2_c/resource.h"
#include "msiv2_c/token.h"

#endif  // MSIV2_H_
