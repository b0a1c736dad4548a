/* Get a bound token from C and print what it is. Never print the token itself.

     c_get_token RESOURCE [TRUST_ANCHORS_FILE] */
#include <msiv2.h>
#include <stdio.h>

static int32_t get_token(const char* resource, const char* anchors, msiv2_token** token,
                         msiv2_error** error) {
  msiv2_options* options = NULL;
  msiv2_client* client = NULL;
  msiv2_request* request = NULL;
  int32_t code = msiv2_options_new(&options, error);
  if (!code && anchors)
    code = msiv2_options_set_text(options, MSIV2_OPTION_TRUST_ANCHORS_FILE, anchors, error);
  if (!code) code = msiv2_client_new(options, &client, error);
  if (!code) code = msiv2_request_new(resource, &request, error);
  if (!code) code = msiv2_request_set_number(request, MSIV2_REQUEST_MTLS_POP, 1, error);
  /* On a KeyGuard host: MSIV2_REQUEST_ATTESTATION instead. */
  if (!code) code = msiv2_request_set_number(request, MSIV2_REQUEST_ALLOW_UNATTESTED, 1, error);
  if (!code) code = msiv2_client_acquire(client, request, 0, NULL, token, error);
  msiv2_request_free(request);
  msiv2_client_free(client);
  msiv2_options_free(options);
  return code;
}

int main(int argc, char** argv) {
  msiv2_token* token = NULL;
  msiv2_certificate* certificate = NULL;
  msiv2_error* error = NULL;
  char thumbprint[64];
  msiv2_buffer buffer = {thumbprint, sizeof thumbprint, 0};
  int32_t code =
      get_token(argc > 1 ? argv[1] : "https://vault.azure.net", argc > 2 ? argv[2] : NULL, &token, &error);
  if (!code) code = msiv2_token_certificate(token, &certificate, &error);
  if (!code)
    code = msiv2_certificate_view(certificate, MSIV2_CERTIFICATE_X5T_S256, msiv2_copy, &buffer, &error);
  if (!code) printf("mtls_pop bound to %s\n", thumbprint);
  if (code) fprintf(stderr, "%s\n", msiv2_error_text(error, MSIV2_ERROR_LINE));
  msiv2_error_free(error);
  msiv2_certificate_free(certificate);
  msiv2_token_free(token);
  return code ? 1 : 0;
}
