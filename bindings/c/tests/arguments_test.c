/* Calls every function of msiv2.h with NULL and with bad arguments: an error with its own code, never a
   crash. The file check_abi.py checks that each function of the header is called here. */
#include <limits.h>

#include "bindings/c/tests/check.h"
#include "bindings/c/tests/emulated_host.h"

/* A field that no object has. */
#define UNKNOWN(kind) ((msiv2_##kind##_field)4096)

static int32_t take(void* context, const uint8_t* data, size_t size) {
  (void)context;
  (void)data;
  (void)size;
  return MSIV2_OK;
}

static int32_t refuse(void* context, const uint8_t* data, size_t size) {
  (void)context;
  (void)data;
  (void)size;
  return 12345;
}

static void test_free_takes_null(void) {
  msiv2_error_free(NULL);
  msiv2_options_free(NULL);
  msiv2_client_free(NULL);
  msiv2_request_free(NULL);
  msiv2_token_free(NULL);
  msiv2_pending_free(NULL);
  msiv2_certificate_free(NULL);
  msiv2_key_free(NULL);
  msiv2_cancellation_free(NULL);
  msiv2_sources_free(NULL);
  msiv2_capabilities_free(NULL);
  msiv2_diagnosis_free(NULL);
  msiv2_resource_client_free(NULL);
  msiv2_resource_request_free(NULL);
  msiv2_response_free(NULL);
}

static void test_version_and_errors(void) {
  int32_t field;
  CHECK(strlen(msiv2_version()) >= 5);
  CHECK(msiv2_api_version() == MSIV2_API_VERSION);
  CHECK(msiv2_supports_api(MSIV2_API_VERSION) == 1);
  CHECK(msiv2_supports_api(0) == 0 && msiv2_supports_api(MSIV2_API_VERSION + 1) == 0);
  CHECK(strcmp(msiv2_code_name(MSIV2_E_BAD_ARGUMENT), "bad_argument") == 0);
  CHECK(strcmp(msiv2_code_name(-1), "unknown") == 0 && strcmp(msiv2_code_name(4096), "unknown") == 0);
  CHECK(msiv2_error_number(NULL, MSIV2_ERROR_CODE) == 0 &&
        strcmp(msiv2_error_text(NULL, MSIV2_ERROR_LINE), "") == 0);
  CHECK(msiv2_error_aadsts(NULL, 0) == 0);
  for (field = MSIV2_ERROR_CODE; field <= MSIV2_ERROR_ABOUT; ++field) {
    const int unknown = field == MSIV2_ERROR_TLS_ALERT || field == MSIV2_ERROR_RETRY_AFTER;
    CHECK(msiv2_error_number(NULL, (msiv2_error_number_field)field) == (unknown ? -1 : 0));
  }
  {
    msiv2_error* error = NULL;
    CHECK(msiv2_cancellation_new(NULL, &error) == MSIV2_E_BAD_ARGUMENT);
    CHECK(strcmp(msiv2_error_text(error, MSIV2_ERROR_MESSAGE), "cancellation is NULL") == 0);
    CHECK(msiv2_error_number(error, UNKNOWN(error_number)) == 0 &&
          strcmp(msiv2_error_text(error, UNKNOWN(error_text)), "") == 0);
    CHECK(msiv2_error_aadsts(error, 0) == 0 && msiv2_error_aadsts(error, SIZE_MAX) == 0);
    msiv2_error_free(error);
  }
  CHECK(msiv2_cancellation_new(NULL, NULL) == MSIV2_E_BAD_ARGUMENT); /* without an error output */
}

static const char* no_word(void* context, int32_t about) {
  (void)context;
  (void)about;
  return NULL;
}

static void test_words(void) {
  msiv2_error* made = NULL;
  CHECK(strcmp(msiv2_about_name((msiv2_about)4096), "") == 0);
  CHECK(msiv2_cancellation_new(NULL, &made) == MSIV2_E_BAD_ARGUMENT);
  CHECK_BAD(msiv2_error_text_in(NULL, MSIV2_ERROR_LINE, no_word, NULL, take, NULL, &error));
  CHECK_BAD(msiv2_error_text_in(made, MSIV2_ERROR_LINE, NULL, NULL, take, NULL, &error));
  CHECK_BAD(msiv2_error_text_in(made, MSIV2_ERROR_LINE, no_word, NULL, NULL, NULL, &error));
  CHECK_BAD(msiv2_error_text_in(made, UNKNOWN(error_text), no_word, NULL, take, NULL, &error));
  REQUIRE_OK(msiv2_error_text_in(made, MSIV2_ERROR_LINE, no_word, NULL, take, NULL, &error));
  msiv2_error_free(made);
}

static void test_copy(void) {
  char memory[4] = "xxx";
  msiv2_buffer buffer = {memory, sizeof memory, 0};
  const uint8_t* four = (const uint8_t*)"four";
  CHECK(msiv2_copy(NULL, four, 4) == MSIV2_E_BAD_ARGUMENT);
  CHECK(msiv2_copy(&buffer, NULL, 4) == MSIV2_E_BAD_ARGUMENT);
  CHECK(msiv2_copy(&buffer, four, 4) == MSIV2_E_BUFFER_TOO_SMALL && buffer.size == 4 && memory[0] == '\0');
  CHECK(msiv2_copy(&buffer, four, 3) == MSIV2_OK && strcmp(memory, "fou") == 0);
  CHECK(msiv2_copy(&buffer, NULL, 0) == MSIV2_OK && memory[0] == '\0' && buffer.size == 0);
  buffer.data = NULL;
  CHECK(msiv2_copy(&buffer, four, 1) == MSIV2_E_BUFFER_TOO_SMALL);
}

static void test_cancellation(void) {
  CHECK_BAD(msiv2_cancellation_new(NULL, &error));
  CHECK_BAD(msiv2_cancellation_cancel(NULL, &error));
  CHECK(msiv2_cancellation_is_canceled(NULL) == 0);
}

static int32_t no_key(void* context, msiv2_reply* reply) {
  (void)context;
  CHECK(msiv2_reply_key(reply, NULL, NULL) == MSIV2_E_BAD_ARGUMENT);
  return MSIV2_OK; /* a success without a key */
}

static void on_event(void* context, const msiv2_event* event) {
  (void)context;
  (void)event;
}

static void on_line(void* context, const char* line) {
  (void)context;
  (void)line;
}

static void test_tables(msiv2_options* options) {
  msiv2_key_provider_table provider = {"x", MSIV2_STRENGTH_SOFTWARE, no_key, NULL, NULL};
  msiv2_attestor_table attestor = {0, NULL, NULL};
  const msiv2_observer_table observer = {on_event, NULL};
  const msiv2_observer_table no_observer = {NULL, NULL};
  const msiv2_log_table log = {on_line, NULL};
  const msiv2_log_table no_log = {NULL, NULL};
  CHECK_BAD(msiv2_options_add_key_provider(NULL, &provider, NULL, &error));
  CHECK_BAD(msiv2_options_add_key_provider(options, NULL, NULL, &error));
  provider.name = NULL;
  CHECK_BAD(msiv2_options_add_key_provider(options, &provider, NULL, &error));
  provider.name = "x";
  provider.get_or_create = NULL;
  CHECK_BAD(msiv2_options_add_key_provider(options, &provider, NULL, &error));
  provider.get_or_create = no_key;
  provider.strength = MSIV2_STRENGTH_KEYGUARD + 1;
  CHECK_BAD(msiv2_options_add_key_provider(options, &provider, NULL, &error));
  CHECK_BAD(msiv2_options_set_attestor(NULL, emulated_host_attestor(), NULL, &error));
  CHECK_BAD(msiv2_options_set_attestor(options, NULL, NULL, &error));
  CHECK_BAD(msiv2_options_set_attestor(options, &attestor, NULL, &error));
  attestor = *emulated_host_attestor();
  attestor.accepts_emulated_keys = 2;
  CHECK_BAD(msiv2_options_set_attestor(options, &attestor, NULL, &error));
  CHECK_BAD(msiv2_options_add_observer(NULL, &observer, NULL, &error));
  CHECK_BAD(msiv2_options_add_observer(options, NULL, NULL, &error));
  CHECK_BAD(msiv2_options_add_observer(options, &no_observer, NULL, &error));
  CHECK_BAD(msiv2_options_add_log(NULL, 0, 0, &log, NULL, &error));
  CHECK_BAD(msiv2_options_add_log(options, 0, 0, NULL, NULL, &error));
  CHECK_BAD(msiv2_options_add_log(options, 0, 0, &no_log, NULL, &error));
  CHECK_BAD(msiv2_options_add_log(options, 2, 0, &log, NULL, &error));
  CHECK_BAD(msiv2_options_add_log(options, 0, -1, &log, NULL, &error));
  CHECK_BAD(msiv2_options_add_log(options, 0, 2, &log, NULL, &error));
  CHECK(msiv2_reply_bytes(NULL, NULL, 0) == MSIV2_E_BAD_ARGUMENT);
  CHECK(msiv2_reply_error(NULL, "x", 0, 0) == MSIV2_E_BAD_ARGUMENT);
  CHECK(msiv2_reply_key(NULL, NULL, NULL) == MSIV2_E_BAD_ARGUMENT);
  CHECK(msiv2_call_is_canceled(NULL) == 0 && msiv2_call_milliseconds_left(NULL) == 0);
  CHECK(msiv2_event_number(NULL, MSIV2_EVENT_STEP) == 0 &&
        strcmp(msiv2_event_text(NULL, MSIV2_EVENT_NAME), "") == 0);
  CHECK(msiv2_event_error(NULL) == NULL);
}

static void test_options(msiv2_options* options) {
  static const struct {
    msiv2_options_number_field field;
    int64_t value;
  } bad[] = {{MSIV2_OPTION_RETRIES, 2},
             {MSIV2_OPTION_RETRIES, -1},
             {MSIV2_OPTION_REMEDIATIONS, -1},
             {MSIV2_OPTION_REMEDIATIONS, INT64_MAX},
             {MSIV2_OPTION_TOKEN_CACHE, 7},
             {MSIV2_OPTION_MAX_PENDING_CALLS, 0},
             {MSIV2_OPTION_PRIVATE_CACHE, 2},
             {MSIV2_OPTION_TOKEN_LEG_MAX_TLS, 11},
             {MSIV2_OPTION_ACQUISITION_MS, 0},
             {MSIV2_OPTION_RESOURCE_LEG_MAX_TLS, 14},
             {MSIV2_OPTION_CONNECT_MS, INT64_MIN},
             {MSIV2_OPTION_ATTEMPT_MS, INT64_MAX},
             {MSIV2_OPTION_ALLOW_WORKLOAD_IDENTITY, 2},
             {(msiv2_options_number_field)0, 1},
             {(msiv2_options_number_field)-1, 1},
             {UNKNOWN(options_number), 1}};
  size_t i;
  CHECK_BAD(msiv2_options_new(NULL, &error));
  CHECK_BAD(msiv2_options_set_text(NULL, MSIV2_OPTION_CLIENT_ID, "x", &error));
  CHECK_BAD(msiv2_options_set_text(options, MSIV2_OPTION_CLIENT_ID, NULL, &error));
  CHECK_BAD(msiv2_options_set_text(options, UNKNOWN(options_text), "x", &error));
  CHECK_BAD(msiv2_options_set_text(options, MSIV2_OPTION_KEY_PROVIDER, "no such provider", &error));
  CHECK_BAD(msiv2_options_set_text(options, MSIV2_OPTION_SOURCE, "imds", &error)); /* case-sensitive */
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_SOURCE, "AppService", &error));
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_SOURCE, "", &error));
  CHECK_BAD(msiv2_options_set_number(NULL, MSIV2_OPTION_RETRIES, 1, &error));
  for (i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
    CHECK_BAD(msiv2_options_set_number(options, bad[i].field, bad[i].value, &error));
  }
}

/* U7. Such an id must not become the host's own identity. */
static void test_blank_ids(msiv2_options* options) {
  static const char* const blank[] = {"", " ", "\t\r\n "};
  size_t i;
  for (i = 0; i < sizeof blank / sizeof blank[0]; ++i) {
    CHECK_BAD(msiv2_options_set_text(options, MSIV2_OPTION_CLIENT_ID, blank[i], &error));
    CHECK_BAD(msiv2_options_set_text(options, MSIV2_OPTION_OBJECT_ID, blank[i], &error));
    CHECK_BAD(msiv2_options_set_text(options, MSIV2_OPTION_RESOURCE_ID, blank[i], &error));
  }
}

static void test_requests(void) {
  msiv2_request* request = NULL;
  CHECK_BAD(msiv2_request_new("https://vault.azure.net", NULL, &error));
  CHECK_BAD(msiv2_request_new(NULL, &request, &error));
  REQUIRE_OK(msiv2_request_new("", &request, &error));
  CHECK_BAD(msiv2_request_set_text(NULL, MSIV2_REQUEST_CLAIMS, "{}", &error));
  CHECK_BAD(msiv2_request_set_text(request, MSIV2_REQUEST_CLAIMS, NULL, &error));
  CHECK_BAD(msiv2_request_set_text(request, UNKNOWN(request_text), "x", &error));
  CHECK_BAD(msiv2_request_set_number(NULL, MSIV2_REQUEST_MTLS_POP, 1, &error));
  CHECK_BAD(msiv2_request_set_number(request, MSIV2_REQUEST_MTLS_POP, 2, &error));
  CHECK_BAD(msiv2_request_set_number(request, MSIV2_REQUEST_MINIMUM_STRENGTH, 4, &error));
  CHECK_BAD(msiv2_request_set_number(request, UNKNOWN(request_number), 0, &error));
  msiv2_request_free(request);
}

static void test_client(msiv2_client* client, msiv2_request* request) {
  msiv2_options* options = NULL;
  msiv2_client* none = NULL;
  msiv2_token* token = NULL;
  msiv2_pending* pending = NULL;
  msiv2_capabilities* capabilities = NULL;
  msiv2_diagnosis* diagnosis = NULL;
  msiv2_error* reason = NULL;
  int64_t value = 1;
  CHECK_BAD(msiv2_client_new(NULL, NULL, &error));
  REQUIRE_OK(msiv2_options_new(&options, &error));
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_IMDS_BASE_URL, "no url", &error));
  CHECK_FAILS(MSIV2_E_INVALID_REQUEST, msiv2_client_new(options, &none, &error));
  CHECK(none == NULL);
  msiv2_options_free(options);
  CHECK_BAD(msiv2_client_acquire(NULL, request, 0, NULL, &token, &error));
  CHECK_BAD(msiv2_client_acquire(client, NULL, 0, NULL, &token, &error));
  CHECK_BAD(msiv2_client_acquire(client, request, 0, NULL, NULL, &error));
  CHECK_BAD(msiv2_client_acquire(client, request, -1, NULL, &token, &error));
  CHECK_BAD(msiv2_client_acquire(client, request, INT64_MAX, NULL, &token, &error));
  CHECK_BAD(msiv2_client_find_token(NULL, request, &token, &error));
  CHECK_BAD(msiv2_client_find_token(client, NULL, &token, &error));
  CHECK_BAD(msiv2_client_find_token(client, request, NULL, &error));
  CHECK_BAD(msiv2_client_acquire_async(NULL, request, 0, NULL, &pending, &error));
  CHECK_BAD(msiv2_client_acquire_async(client, NULL, 0, NULL, &pending, &error));
  CHECK_BAD(msiv2_client_acquire_async(client, request, 0, NULL, NULL, &error));
  CHECK_BAD(msiv2_client_acquire_async(client, request, -5, NULL, &pending, &error));
  CHECK_BAD(msiv2_pending_wait(NULL, 0, &token, &error));
  REQUIRE_OK(msiv2_client_acquire_async(client, request, 0, NULL, &pending, &error));
  CHECK_BAD(msiv2_pending_wait(pending, 0, NULL, &error));
  CHECK_BAD(msiv2_pending_wait(pending, -1, &token, &error));
  msiv2_pending_free(pending); /* while the call may still run */
  CHECK_BAD(msiv2_client_capabilities(NULL, 0, NULL, &capabilities, &error));
  CHECK_BAD(msiv2_client_capabilities(client, 0, NULL, NULL, &error));
  CHECK_BAD(msiv2_client_capabilities(client, -1, NULL, &capabilities, &error));
  CHECK_BAD(msiv2_capabilities_number(NULL, MSIV2_CAPABILITY_STRENGTH, &value, &error));
  CHECK(value == 0);
  CHECK(strcmp(msiv2_capabilities_text(NULL, MSIV2_CAPABILITY_SOURCE), "") == 0);
  CHECK(msiv2_capabilities_reason(NULL, 0, &reason) == MSIV2_E_BAD_ARGUMENT && reason == NULL);
  CHECK(msiv2_capabilities_reason(NULL, 0, NULL) == MSIV2_E_BAD_ARGUMENT);
  REQUIRE_OK(msiv2_client_capabilities(client, 0, NULL, &capabilities, &error));
  CHECK_BAD(msiv2_capabilities_number(capabilities, MSIV2_CAPABILITY_STRENGTH, NULL, &error));
  CHECK_BAD(msiv2_capabilities_number(capabilities, UNKNOWN(capabilities_number), &value, &error));
  CHECK(strcmp(msiv2_capabilities_text(capabilities, UNKNOWN(capabilities_text)), "") == 0);
  CHECK(msiv2_capabilities_reason(capabilities, SIZE_MAX, &reason) == MSIV2_E_ABSENT);
  msiv2_capabilities_free(capabilities);
  CHECK_BAD(msiv2_diagnose(NULL, NULL, 0, NULL, NULL, &error));
  CHECK_BAD(msiv2_diagnose(NULL, NULL, -1, NULL, &diagnosis, &error));
  CHECK(msiv2_diagnosis_size(NULL) == 0 && msiv2_diagnosis_severity(NULL, 0) == -1);
  CHECK(strcmp(msiv2_diagnosis_text(NULL, 0, MSIV2_FINDING_TEXT), "") == 0);
  CHECK_BAD(msiv2_diagnosis_text_in(NULL, 0, MSIV2_FINDING_TEXT, no_word, NULL, take, NULL, &error));
}

static void test_sources(const msiv2_options* options) {
  msiv2_sources* sources = NULL;
  msiv2_client* client = NULL;
  size_t size;
  CHECK_BAD(msiv2_client_try_new(NULL, NULL, &error));
  CHECK_BAD(msiv2_find_sources(options, NULL, &error));
  CHECK(msiv2_sources_size(NULL) == 0 && msiv2_sources_state(NULL, 0) == -1);
  CHECK(msiv2_sources_is_chosen(NULL, 0) == 0 &&
        strcmp(msiv2_sources_text(NULL, 0, MSIV2_SOURCE_NAME), "") == 0);
  REQUIRE_OK(msiv2_find_sources(NULL, &sources, &error));
  size = msiv2_sources_size(sources);
  CHECK(msiv2_sources_state(sources, size) == -1 && msiv2_sources_is_chosen(sources, size) == 0);
  CHECK(strcmp(msiv2_sources_text(sources, size, MSIV2_SOURCE_WHY), "") == 0);
  CHECK(strcmp(msiv2_sources_text(sources, size, MSIV2_SOURCE_WARNING), "") == 0);
  CHECK(strcmp(msiv2_sources_text(sources, 0, UNKNOWN(sources_text)), "") == 0);
  CHECK_BAD(msiv2_sources_text_in(NULL, 0, MSIV2_SOURCE_WHY, no_word, NULL, take, NULL, &error));
  CHECK_BAD(msiv2_sources_text_in(sources, 0, MSIV2_SOURCE_WHY, NULL, NULL, take, NULL, &error));
  CHECK_BAD(msiv2_sources_text_in(sources, 0, UNKNOWN(sources_text), no_word, NULL, take, NULL, &error));
  CHECK_FAILS(MSIV2_E_ABSENT,
              msiv2_sources_text_in(sources, size, MSIV2_SOURCE_WHY, no_word, NULL, take, NULL, &error));
  msiv2_sources_free(sources);
  REQUIRE_OK(msiv2_client_try_new(options, &client, &error)); /* its IMDS address is set */
  msiv2_client_free(client);
}

static void test_token(const msiv2_token* token) {
  msiv2_certificate* certificate = NULL;
  int64_t value = 1;
  char memory[4];
  msiv2_buffer small = {memory, sizeof memory, 0};
  CHECK_BAD(msiv2_token_secret(NULL, take, NULL, &error));
  CHECK_BAD(msiv2_token_secret(token, NULL, NULL, &error));
  CHECK_BAD(msiv2_token_authorization(NULL, take, NULL, &error));
  CHECK_BAD(msiv2_token_authorization(token, NULL, NULL, &error));
  CHECK_FAILS(12345, msiv2_token_authorization(token, refuse, NULL, &error));
  CHECK_BAD(msiv2_token_view(NULL, MSIV2_TOKEN_RESOURCE, take, NULL, &error));
  CHECK_BAD(msiv2_token_view(token, MSIV2_TOKEN_RESOURCE, NULL, NULL, &error));
  CHECK_FAILS(12345, msiv2_token_view(token, MSIV2_TOKEN_RESOURCE, refuse, NULL, &error));
  CHECK_BAD(msiv2_token_view(token, UNKNOWN(token_text), take, NULL, &error));
  CHECK_BAD(msiv2_token_secret(token, msiv2_copy, NULL, &error));
  CHECK_FAILS(MSIV2_E_BUFFER_TOO_SMALL, msiv2_token_secret(token, msiv2_copy, &small, &error));
  CHECK(small.size > 100);
  CHECK_FAILS(12345, msiv2_token_secret(token, refuse, NULL, &error));
  CHECK_BAD(msiv2_token_number(NULL, MSIV2_TOKEN_TYPE, &value, &error));
  CHECK_BAD(msiv2_token_number(token, MSIV2_TOKEN_TYPE, NULL, &error));
  CHECK_BAD(msiv2_token_number(token, UNKNOWN(token_number), &value, &error));
  CHECK_BAD(msiv2_token_certificate(NULL, &certificate, &error));
  CHECK_BAD(msiv2_token_certificate(token, NULL, &error));
}

static void test_certificate(const msiv2_certificate* certificate) {
  int64_t value = 1;
  msiv2_key* key = NULL;
  CHECK_BAD(msiv2_certificate_view(NULL, MSIV2_CERTIFICATE_LEAF_PEM, take, NULL, &error));
  CHECK_BAD(msiv2_certificate_view(certificate, MSIV2_CERTIFICATE_LEAF_PEM, NULL, NULL, &error));
  CHECK_BAD(msiv2_certificate_view(certificate, UNKNOWN(certificate_text), take, NULL, &error));
  CHECK_BAD(msiv2_certificate_number(NULL, MSIV2_CERTIFICATE_NOT_AFTER, &value, &error));
  CHECK_BAD(msiv2_certificate_number(certificate, MSIV2_CERTIFICATE_NOT_AFTER, NULL, &error));
  CHECK_BAD(msiv2_certificate_number(certificate, UNKNOWN(certificate_number), &value, &error));
  CHECK_BAD(msiv2_certificate_chain(NULL, 0, take, NULL, &error));
  CHECK_BAD(msiv2_certificate_chain(certificate, 0, NULL, NULL, &error));
  CHECK_FAILS(MSIV2_E_ABSENT, msiv2_certificate_chain(certificate, SIZE_MAX, take, NULL, &error));
  CHECK_BAD(msiv2_certificate_key(NULL, &key, &error));
  CHECK_BAD(msiv2_certificate_key(certificate, NULL, &error));
}

static void test_key(const msiv2_key* key) {
  static const char guid[] = "11111111-2222-4333-8444-555555555555";
  uint8_t digest[64] = {0};
  int64_t value = 1;
  msiv2_key* made = NULL;
  CHECK_BAD(msiv2_key_create(NULL, MSIV2_STRENGTH_SOFTWARE, NULL, &error));
  CHECK_BAD(msiv2_key_create(NULL, MSIV2_STRENGTH_NONE, &made, &error));
  CHECK_BAD(msiv2_key_create(NULL, (msiv2_strength)4, &made, &error));
  CHECK_BAD(msiv2_key_view(NULL, MSIV2_KEY_SPKI_DER, take, NULL, &error));
  CHECK_BAD(msiv2_key_view(key, MSIV2_KEY_SPKI_DER, NULL, NULL, &error));
  CHECK_BAD(msiv2_key_view(key, UNKNOWN(key_bytes), take, NULL, &error));
  CHECK_BAD(msiv2_key_number(NULL, MSIV2_KEY_STRENGTH, &value, &error));
  CHECK_BAD(msiv2_key_number(key, MSIV2_KEY_STRENGTH, NULL, &error));
  CHECK_BAD(msiv2_key_number(key, UNKNOWN(key_number), &value, &error));
  CHECK_BAD(msiv2_key_sign(NULL, MSIV2_PADDING_PSS, MSIV2_DIGEST_SHA256, digest, 32, take, NULL, &error));
  CHECK_BAD(msiv2_key_sign(key, MSIV2_PADDING_PSS, MSIV2_DIGEST_SHA256, NULL, 32, take, NULL, &error));
  CHECK_BAD(msiv2_key_sign(key, MSIV2_PADDING_PSS, MSIV2_DIGEST_SHA256, digest, 32, NULL, NULL, &error));
  CHECK_BAD(msiv2_key_sign(key, (msiv2_padding)2, MSIV2_DIGEST_SHA256, digest, 32, take, NULL, &error));
  CHECK_BAD(msiv2_key_sign(key, MSIV2_PADDING_PSS, (msiv2_digest)3, digest, 32, take, NULL, &error));
  CHECK_BAD(msiv2_key_sign(key, MSIV2_PADDING_PSS, (msiv2_digest)-1, digest, 32, take, NULL, &error));
  CHECK_BAD(msiv2_key_sign(key, MSIV2_PADDING_PSS, MSIV2_DIGEST_SHA512, digest, 32, take, NULL, &error));
  CHECK_BAD(msiv2_key_sign(key, MSIV2_PADDING_PSS, MSIV2_DIGEST_SHA256, digest, 0, take, NULL, &error));
  CHECK_BAD(msiv2_key_csr(NULL, guid, guid, "a", NULL, 0, take, NULL, &error));
  CHECK_BAD(msiv2_key_csr(key, NULL, guid, "a", NULL, 0, take, NULL, &error));
  CHECK_BAD(msiv2_key_csr(key, guid, NULL, "a", NULL, 0, take, NULL, &error));
  CHECK_BAD(msiv2_key_csr(key, guid, guid, "a", NULL, 2, take, NULL, &error));
  CHECK_BAD(msiv2_key_csr(key, guid, guid, "a", NULL, 0, NULL, NULL, &error));
  CHECK_FAILS(MSIV2_E_INVALID_REQUEST, msiv2_key_csr(key, guid, guid, NULL, NULL, 0, take, NULL, &error));
}

static void test_attest(const msiv2_key* key) {
  CHECK_BAD(msiv2_key_attest(NULL, NULL, "https://x", "c", 0, NULL, take, NULL, &error));
  CHECK_BAD(msiv2_key_attest(key, NULL, NULL, "c", 0, NULL, take, NULL, &error));
  CHECK_BAD(msiv2_key_attest(key, NULL, "https://x", NULL, 0, NULL, take, NULL, &error));
  CHECK_BAD(msiv2_key_attest(key, NULL, "https://x", "c", 0, NULL, NULL, NULL, &error));
  CHECK_BAD(msiv2_key_attest(key, NULL, "https://x", "c", -1, NULL, take, NULL, &error));
  CHECK_FAILS(MSIV2_E_ENDPOINT_NOT_ALLOWED,
              msiv2_key_attest(key, NULL, "https://evil.example", "c", 0, NULL, take, NULL, &error));
}

static void test_created_key(void) {
  msiv2_key* key = NULL;
  int64_t strength = 0;
  REQUIRE_OK(msiv2_key_create(NULL, MSIV2_STRENGTH_SOFTWARE, &key, &error));
  REQUIRE_OK(msiv2_key_number(key, MSIV2_KEY_STRENGTH, &strength, &error));
  CHECK(strength == MSIV2_STRENGTH_SOFTWARE);
  test_key(key);
  test_attest(key);
  msiv2_key_free(key);
}

static void test_resource_client(emulated_host* host, const msiv2_token* token) {
  msiv2_resource_client* client = NULL;
  msiv2_resource_request* request = NULL;
  msiv2_response* response = NULL;
  msiv2_options* options = NULL;
  int64_t value = 1;
  CHECK_BAD(msiv2_resource_client_new(NULL, NULL, &error));
  REQUIRE_OK(msiv2_options_new(&options, &error));
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_TRUST_ANCHORS_FILE, "/no/such/file", &error));
  CHECK_FAILS(MSIV2_E_INVALID_REQUEST, msiv2_resource_client_new(options, &client, &error));
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_TRUST_ANCHORS_FILE, "", &error));
  REQUIRE_OK(
      msiv2_options_set_text(options, MSIV2_OPTION_TRUST_ANCHORS_PEM, emulated_host_ca_pem(host), &error));
  REQUIRE_OK(msiv2_resource_client_new(options, &client, &error));
  CHECK_BAD(msiv2_resource_request_new(NULL, &request, &error));
  CHECK_BAD(msiv2_resource_request_new("https://x", NULL, &error));
  REQUIRE_OK(msiv2_resource_request_new(emulated_host_resource(host), &request, &error));
  CHECK_BAD(msiv2_resource_request_set_text(NULL, MSIV2_RESOURCE_METHOD, "GET", &error));
  CHECK_BAD(msiv2_resource_request_set_text(request, MSIV2_RESOURCE_METHOD, NULL, &error));
  CHECK_BAD(msiv2_resource_request_set_text(request, UNKNOWN(resource_request_text), "GET", &error));
  CHECK_BAD(msiv2_resource_request_add_header(NULL, "a", "b", &error));
  CHECK_BAD(msiv2_resource_request_add_header(request, NULL, "b", &error));
  CHECK_BAD(msiv2_resource_request_add_header(request, "a", NULL, &error));
  CHECK_BAD(msiv2_resource_request_set_body(NULL, (const uint8_t*)"x", 1, &error));
  CHECK_BAD(msiv2_resource_request_set_body(request, NULL, 1, &error));
  REQUIRE_OK(msiv2_resource_request_set_body(request, NULL, 0, &error));
  CHECK_BAD(msiv2_resource_request_set_max_answer(NULL, 1, &error));
  CHECK_BAD(msiv2_resource_send(NULL, token, request, 0, NULL, &response, &error));
  CHECK_BAD(msiv2_resource_send(client, NULL, request, 0, NULL, &response, &error));
  CHECK_BAD(msiv2_resource_send(client, token, NULL, 0, NULL, &response, &error));
  CHECK_BAD(msiv2_resource_send(client, token, request, 0, NULL, NULL, &error));
  CHECK_BAD(msiv2_resource_send(client, token, request, -1, NULL, &response, &error));
  REQUIRE_OK(msiv2_resource_request_set_max_answer(request, 1 << 20, &error));
  REQUIRE_OK(msiv2_resource_send(client, token, request, 0, NULL, &response, &error));
  CHECK_BAD(msiv2_response_number(NULL, MSIV2_RESPONSE_STATUS, &value, &error));
  CHECK_BAD(msiv2_response_number(response, MSIV2_RESPONSE_STATUS, NULL, &error));
  CHECK_BAD(msiv2_response_number(response, UNKNOWN(response_number), &value, &error));
  CHECK_BAD(msiv2_response_body(NULL, take, NULL, &error));
  CHECK_BAD(msiv2_response_body(response, NULL, NULL, &error));
  CHECK_BAD(msiv2_response_header(NULL, "Server", take, NULL, &error));
  CHECK_BAD(msiv2_response_header(response, NULL, take, NULL, &error));
  CHECK_BAD(msiv2_response_header(response, "Server", NULL, NULL, &error));
  CHECK_BAD(msiv2_response_header_at(NULL, 0, 0, take, NULL, &error));
  CHECK_BAD(msiv2_response_header_at(response, 0, 2, take, NULL, &error));
  CHECK_BAD(msiv2_response_header_at(response, 0, 0, NULL, NULL, &error));
  CHECK_BAD(msiv2_response_claims(NULL, take, NULL, &error));
  CHECK_BAD(msiv2_response_claims(response, NULL, NULL, &error));
  CHECK_BAD(msiv2_challenge_claims(NULL, take, NULL, &error));
  CHECK_BAD(msiv2_challenge_claims("Bearer", NULL, NULL, &error));
  msiv2_response_free(response);
  msiv2_resource_request_free(request);
  msiv2_resource_client_free(client);
  msiv2_options_free(options);
}

/* A provider that returns success without a key. */
static void test_provider_without_key(emulated_host* host, const msiv2_request* request) {
  static const msiv2_key_provider_table provider = {"x", MSIV2_STRENGTH_SOFTWARE, no_key, NULL, NULL};
  msiv2_options* options = emulated_host_options(host);
  msiv2_client* client = NULL;
  msiv2_token* token = NULL;
  REQUIRE_OK(msiv2_options_add_key_provider(options, &provider, NULL, &error));
  REQUIRE_OK(msiv2_client_new(options, &client, &error));
  CHECK_FAILS(MSIV2_E_KEY_CREATION_FAILED, msiv2_client_acquire(client, request, 0, NULL, &token, &error));
  msiv2_client_free(client);
  msiv2_options_free(options);
}

int main(void) {
  emulated_host* host = emulated_host_start();
  msiv2_options* options;
  msiv2_client* client = NULL;
  msiv2_request* request = NULL;
  msiv2_token* token = NULL;
  msiv2_certificate* certificate = NULL;
  msiv2_key* key = NULL;
  if (host == NULL) return 1;
  options = emulated_host_options(host);
  REQUIRE_OK(msiv2_request_new(emulated_host_resource(host), &request, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_MTLS_POP, 1, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_ALLOW_UNATTESTED, 1, &error));
  REQUIRE_OK(msiv2_client_new(options, &client, &error));
  REQUIRE_OK(msiv2_client_acquire(client, request, 0, NULL, &token, &error));
  REQUIRE_OK(msiv2_token_certificate(token, &certificate, &error));
  REQUIRE_OK(msiv2_certificate_key(certificate, &key, &error));
  test_free_takes_null();
  test_version_and_errors();
  test_words();
  test_copy();
  test_cancellation();
  test_tables(options);
  test_options(options);
  test_blank_ids(options);
  test_requests();
  test_client(client, request);
  test_sources(options);
  test_token(token);
  test_certificate(certificate);
  test_key(key);
  test_created_key();
  test_resource_client(host, token);
  test_provider_without_key(host, request);
  msiv2_key_free(key);
  msiv2_certificate_free(certificate);
  msiv2_token_free(token);
  msiv2_request_free(request);
  msiv2_client_free(client);
  msiv2_options_free(options);
  emulated_host_stop(host);
  if (failed_checks == 0) puts("arguments_test: ok");
  return failed_checks == 0 ? 0 : 1;
}
