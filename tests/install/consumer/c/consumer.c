/* A C program of another project: it uses only the installed header and library. */
#include <msiv2.h>
#include <stdio.h>

int main(void) {
  msiv2_client* client = NULL;
  msiv2_request* request = NULL;
  msiv2_token* token = NULL;
  int32_t code = MSIV2_OK;
  if (msiv2_supports_api(MSIV2_API_VERSION) != 1) return 1;
  if (msiv2_client_new(NULL, &client, NULL) != MSIV2_OK) return 1;
  if (msiv2_request_new("https://vault.azure.net", &request, NULL) != MSIV2_OK) return 1;
  /* Without proof of possession: refused before any I/O. */
  if (msiv2_request_set_number(request, MSIV2_REQUEST_ATTESTATION, 1, NULL) != MSIV2_OK) return 1;
  code = msiv2_client_acquire(client, request, 0, NULL, &token, NULL);
  puts(msiv2_code_name(code));
  msiv2_request_free(request);
  msiv2_client_free(client);
  return code == MSIV2_E_ATTESTATION_REQUIRES_POP ? 0 : 1;
}
