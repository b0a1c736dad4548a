/* A program that ends while its clients exist. Their threads wait to renew what the clients hold, in a shared
   cache and in a private one. The program must end soon, with the code of main. In msiv2.dll, Windows ends
   those threads before the library is notified. */
#include "bindings/c/tests/check.h"
#include "bindings/c/tests/emulated_host.h"

static msiv2_client* kept[2] = {NULL, NULL}; /* one in the scope of the process, one in a private scope */

int main(void) {
  emulated_host* host = emulated_host_start();
  msiv2_options* options;
  msiv2_request* request = NULL;
  msiv2_token* token = NULL;
  int64_t own = 0;
  if (host == NULL) return 1;
  options = emulated_host_options(host);
  REQUIRE_OK(msiv2_request_new(emulated_host_resource(host), &request, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_MTLS_POP, 1, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_ALLOW_UNATTESTED, 1, &error));
  for (own = 0; own < 2; ++own) {
    REQUIRE_OK(msiv2_options_set_number(options, MSIV2_OPTION_PRIVATE_CACHE, own, &error));
    REQUIRE_OK(msiv2_client_new(options, &kept[own], &error));
    REQUIRE_OK(msiv2_client_acquire(kept[own], request, 0, NULL, &token, &error));
    msiv2_token_free(token);
  }
  msiv2_request_free(request);
  msiv2_options_free(options);
  emulated_host_stop(host);
  puts("exit_test: ok");
  return failed_checks == 0 ? 0 : 1;
}
