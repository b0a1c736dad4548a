/* What texts call the options of a request and of a client: fields, or the words of another language. */
#include "bindings/c/tests/check.h"

/* Every option that a text may name, with the field that sets it. */
static const struct {
  msiv2_about about;
  const char* field;
} kNames[] = {
#define ROW(about, field) \
  { MSIV2_ABOUT_##about, field }
    {MSIV2_ABOUT_NONE, ""},
    {MSIV2_ABOUT_OTHER, ""},
    {MSIV2_ABOUT_RESOURCE, "MSIV2_REQUEST_RESOURCE"},
    {MSIV2_ABOUT_MTLS_POP, "MSIV2_REQUEST_MTLS_POP"},
    {MSIV2_ABOUT_ATTESTATION, "MSIV2_REQUEST_ATTESTATION"},
    {MSIV2_ABOUT_ALLOW_UNATTESTED, "MSIV2_REQUEST_ALLOW_UNATTESTED"},
    {MSIV2_ABOUT_OVER_MTLS, "MSIV2_REQUEST_OVER_MTLS"},
    {MSIV2_ABOUT_MINIMUM_STRENGTH, "MSIV2_REQUEST_MINIMUM_STRENGTH"},
    {MSIV2_ABOUT_CLAIMS, "MSIV2_REQUEST_CLAIMS"},
    {MSIV2_ABOUT_REJECTED_TOKEN_SHA256, "MSIV2_REQUEST_REJECTED_TOKEN_SHA256"},
    {MSIV2_ABOUT_IMDS_BASE_URL, "MSIV2_OPTION_IMDS_BASE_URL"},
    {MSIV2_ABOUT_ALLOW_INSECURE_IMDS_BASE, "MSIV2_OPTION_ALLOW_INSECURE_IMDS_BASE"},
    {MSIV2_ABOUT_ALLOW_WORKLOAD_IDENTITY, "MSIV2_OPTION_ALLOW_WORKLOAD_IDENTITY"},
    {MSIV2_ABOUT_TRUST_ANCHORS_PEM, "MSIV2_OPTION_TRUST_ANCHORS_PEM"},
    {MSIV2_ABOUT_TRUST_ANCHORS_FILE, "MSIV2_OPTION_TRUST_ANCHORS_FILE"},
    {MSIV2_ABOUT_MAX_PENDING_CALLS, "MSIV2_OPTION_MAX_PENDING_CALLS"},
    {MSIV2_ABOUT_ATTESTATION_LIBRARY, "MSIV2_OPTION_ATTESTATION_LIBRARY"},
};

static void test_names(void) {
  size_t i;
  for (i = 0; i < sizeof kNames / sizeof kNames[0]; ++i) {
    CHECK(strcmp(msiv2_about_name(kNames[i].about), kNames[i].field) == 0);
  }
}

/* Words of another language: marks that no text has. */
static const char* word_of(void* context, int32_t about) {
  if (context != NULL && about == *(const int32_t*)context) return "";
  return about == MSIV2_ABOUT_MTLS_POP           ? "<pop>"
         : about == MSIV2_ABOUT_ALLOW_UNATTESTED ? "<any>"
                                                 : "<other>";
}

static const char* text_in(const msiv2_error* made, msiv2_error_text_field field, int32_t unknown) {
  BUFFER(text, 1024);
  REQUIRE_OK(msiv2_error_text_in(made, field, word_of, &unknown, msiv2_copy, &text, &error));
  text_data[text.size] = '\0';
  return text_data;
}

static int holds(const char* text, const char* part) { return strstr(text, part) != NULL; }

static msiv2_error* error_of_request(msiv2_request_number_field flag) {
  msiv2_client* client = NULL;
  msiv2_request* request = NULL;
  msiv2_token* token = NULL;
  msiv2_error* made = NULL;
  REQUIRE_OK(msiv2_client_new(NULL, &client, &error));
  REQUIRE_OK(msiv2_request_new("https://vault.azure.net", &request, &error));
  REQUIRE_OK(msiv2_request_set_number(request, flag, 1, &error));
  CHECK(msiv2_client_acquire(client, request, 0, NULL, &token, &made) != MSIV2_OK);
  msiv2_request_free(request);
  msiv2_client_free(client);
  return made;
}

static void test_errors(void) {
  msiv2_error* made = error_of_request(MSIV2_REQUEST_ALLOW_UNATTESTED);
  CHECK(msiv2_error_number(made, MSIV2_ERROR_ABOUT) == MSIV2_ABOUT_ALLOW_UNATTESTED);
  CHECK(strcmp(msiv2_error_text(made, MSIV2_ERROR_MESSAGE),
               "MSIV2_REQUEST_ALLOW_UNATTESTED does nothing without MSIV2_REQUEST_MTLS_POP") == 0);
  CHECK(holds(msiv2_error_text(made, MSIV2_ERROR_LINE), "MSIV2_REQUEST_ALLOW_UNATTESTED does nothing"));
  CHECK(strcmp(text_in(made, MSIV2_ERROR_MESSAGE, -1), "<any> does nothing without <pop>") == 0);
  CHECK(holds(text_in(made, MSIV2_ERROR_LINE, -1), "<any> does nothing without <pop>"));
  CHECK(strcmp(text_in(made, MSIV2_ERROR_NAME, -1), "invalid_request") == 0);
  msiv2_error_free(made);
  made = error_of_request(MSIV2_REQUEST_MTLS_POP);
  CHECK(msiv2_error_number(made, MSIV2_ERROR_ABOUT) == MSIV2_ABOUT_MTLS_POP);
  CHECK(holds(msiv2_error_text(made, MSIV2_ERROR_CURE), "with MSIV2_REQUEST_ALLOW_UNATTESTED."));
  CHECK(holds(text_in(made, MSIV2_ERROR_CURE, -1), "Set <other>, or accept"));
  CHECK(holds(text_in(made, MSIV2_ERROR_LINE, -1), "<pop> was set without <other>. Set <other>, or accept"));
  msiv2_error_free(made);
}

/* Without a word for an option, the part of a text that is about it is left out. */
static void test_unknown_words(void) {
  msiv2_options* options = NULL;
  msiv2_client* client = NULL;
  msiv2_error* made = NULL;
  REQUIRE_OK(msiv2_options_new(&options, &error));
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_IMDS_BASE_URL, "http://10.0.0.1", &error));
  CHECK(msiv2_client_new(options, &client, &made) == MSIV2_E_INVALID_REQUEST);
  CHECK(
      holds(msiv2_error_text(made, MSIV2_ERROR_MESSAGE), "; use https, or set MSIV2_OPTION_ALLOW_INSECURE"));
  CHECK(holds(text_in(made, MSIV2_ERROR_MESSAGE, MSIV2_ABOUT_ALLOW_INSECURE_IMDS_BASE),
              "<other> ('http://10.0"));
  CHECK(!holds(text_in(made, MSIV2_ERROR_MESSAGE, MSIV2_ABOUT_ALLOW_INSECURE_IMDS_BASE), "knowingly"));
  msiv2_error_free(made);
  msiv2_options_free(options);
}

int main(void) {
  test_names();
  test_errors();
  test_unknown_words();
  if (failed_checks == 0) puts("words_test: ok");
  return failed_checks == 0 ? 0 : 1;
}
