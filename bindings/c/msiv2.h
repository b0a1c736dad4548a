// msiv2.h: Azure managed identity v2 in C. This is the only interface of msiv2 with a stable binary form. A
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
// This is the only header to include; it includes the parts in the folder msiv2_c. The rules that all
// functions share are stated here. Each part describes what its functions add.
//
// Results. A function that can fail returns MSIV2_OK or a code. If it takes `error`, that parameter comes
//   last. It is set to NULL, or to an error that the caller frees. (If there is no memory for an error, it is
//   NULL although a code is returned.) Outputs are set to NULL or 0 first, and to a value only on success.
//   Nothing throws across this header, and no callback may throw or longjmp out of a call.
// Errors. Each function that returns a code may return the common ones: MSIV2_E_BAD_ARGUMENT,
//   MSIV2_E_OUT_OF_MEMORY and MSIV2_E_UNEXPECTED. "Errors:" in a function's comment lists its other codes. A
//   function that shows bytes or text to a view also returns what the view returns.
// Arguments. NULL, a number out of range or an unknown field is MSIV2_E_BAD_ARGUMENT. Functions that return
//   no code return 0 or "", or what their comment says. A function that returns a code thus never silently
//   ignores a field that is newer than the library. Freed handles must not be used. Text arguments are UTF-8
//   and NUL-terminated. Flags are 0 or 1.
// Fields. The fields of an object are numbered by kind: texts from 1, numbers from 101, bytes from 201. No
//   number of an object has two meanings, and a field of another kind is an unknown field. Each function
//   takes an enumeration of its own, so that compilers warn about a field that belongs elsewhere. Each
//   enumeration has the size of int32_t, and a number that it does not name may be passed.
// Ownership. The caller owns what a _new function or an output returns, and frees it with the _free function
//   of its type. A _free function accepts NULL. The library owns everything else. Arguments are copied. A
//   handle that was obtained from another handle does not depend on it. `const char *` results live as long
//   as their handle; static results are marked "Static".
// Bytes and text are shown to a view, a function of the caller. It is called once, during the call. The bytes
//   live until it returns and are not NUL-terminated. If the view does not return MSIV2_OK, the call returns
//   what the view returned. `context` is passed to the view as it is. `msiv2_copy` is a ready-made view,
//   which fills a buffer of the caller. Text is UTF-8.
// Times are in milliseconds, at most 2147483647 (24 days). A `timeout_ms` of 0 means the timeout of a whole
//   acquisition in the options.
// Secrets. msiv2_token_secret, msiv2_token_authorization and msiv2_key_attest show secrets. The answer of a
//   resource may be secret too. No field of any object is secret. No error, event or log line holds a secret.
//   No function returns a private key.
// Threads. "Threads: any" means that many threads may call the function at once, also with the same handles.
//   Otherwise "Threads:" names the handles that only one thread may use at a time. A handle must not be freed
//   while another thread is in a call with it. To end such a call, cancel it.
// Lifetime. The renewals of a client run in the background while the client exists. The renewals of clients
//   that share state run until the process ends. All clients share, except those with
//   MSIV2_OPTION_PRIVATE_CACHE, a key provider or an attestor. After a client has been created, the library
//   cannot be unloaded.
// Fork. A child creates its own handles. In the child, a call with a handle that its parent created returns
//   MSIV2_E_USED_AFTER_FORK at once. This includes options, requests and cancellations. The parent is not
//   disturbed. Results can still be read: tokens, certificates and public keys, responses, errors, findings,
//   and whether a cancellation was cancelled. Every _free function works and leaves shared state to the
//   parent. The `release` functions of the parent's tables are not called.
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
