/* Fields that the other programs do not read or set: each is checked by its effect or its value. */
#include "bindings/c/tests/check.h"
#include "bindings/c/tests/emulated_host.h"

/* The emulator's user-assigned identity, and one that it does not have. */
static const char kUserAssigned[] = "88888888-7777-4666-8555-444444444444";
static const char kStrange[] = "dddddddd-0000-4000-8000-000000000000";

/* With keys in memory, whichever keystores the machine has. */
static msiv2_options* memory_options(const emulated_host* host) {
  msiv2_options* options = emulated_host_options(host);
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_KEY_PROVIDER, "in-memory", &error));
  return options;
}

static int32_t acquire_with(const msiv2_options* options, const msiv2_request* request, msiv2_token** token) {
  msiv2_client* client = NULL;
  int32_t answer;
  REQUIRE_OK(msiv2_client_new(options, &client, &error));
  answer = msiv2_client_acquire(client, request, 0, NULL, token, NULL);
  msiv2_client_free(client);
  return answer;
}

static msiv2_request* bound_request(void) {
  msiv2_request* request = NULL;
  REQUIRE_OK(msiv2_request_new("https://vault.azure.net", &request, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_MTLS_POP, 1, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_ALLOW_UNATTESTED, 1, &error));
  return request;
}

/* The values in the events of one acquisition. */
typedef struct Told {
  emulated_host* host;
  int started;
  int ended;
  int retries;
  int misses;
  int forced;
  int hits;
  int counts;
  int bypasses;
} Told;

static int says(const msiv2_event* event, msiv2_event_text_field field, const char* text) {
  return strcmp(msiv2_event_text(event, field), text) == 0;
}

static void check_step(const msiv2_event* event, Told* told) {
  const int64_t step = msiv2_event_number(event, MSIV2_EVENT_STEP);
  const char* const names[] = {"request",    "metadata",    "key",   "csr",     "attestation",
                               "credential", "certificate", "token", "resource"};
  CHECK(step >= 0 && step <= 8 && says(event, MSIV2_EVENT_STEP_NAME, names[step]));
  CHECK(strlen(msiv2_event_text(event, MSIV2_EVENT_CORRELATION_ID)) == 36);
  if (says(event, MSIV2_EVENT_NAME, "step_started")) ++told->started;
  if (!says(event, MSIV2_EVENT_NAME, "step_ended")) return;
  ++told->ended;
  CHECK(msiv2_event_number(event, MSIV2_EVENT_ELAPSED_NS) >= (step == 1));
  CHECK(strlen(msiv2_event_text(event, MSIV2_EVENT_DETAIL)) > 0);
  if (step == 1)
    CHECK(strstr(emulated_host_imds(told->host), msiv2_event_text(event, MSIV2_EVENT_WHERE)) != NULL);
  if (step == 1) CHECK(strlen(msiv2_event_text(event, MSIV2_EVENT_WHERE)) > 10);
  if (step == 1) CHECK(strlen(msiv2_event_text(event, MSIV2_EVENT_IDENTIFIERS)) > 36);
}

static void check_count(const msiv2_event* event, Told* told) {
  ++told->counts;
  if (msiv2_event_number(event, MSIV2_EVENT_BYPASS_CACHE) == 1) ++told->bypasses;
  CHECK(says(event, MSIV2_EVENT_SOURCE, "ImdsV2") || says(event, MSIV2_EVENT_SOURCE, "Imds"));
  CHECK(strlen(msiv2_event_text(event, MSIV2_EVENT_TOKEN_TYPE)) > 0);
  CHECK(strlen(msiv2_event_text(event, MSIV2_EVENT_KEY_TYPE)) > 0);
  CHECK(says(event, MSIV2_EVENT_OUTCOME, "Success"));
  CHECK(msiv2_event_number(event, MSIV2_EVENT_KEY_STRENGTH) == MSIV2_STRENGTH_SOFTWARE);
  CHECK(msiv2_event_number(event, MSIV2_EVENT_KEY_ORIGIN) == MSIV2_ORIGIN_PLATFORM);
}

static void on_event(void* context, const msiv2_event* event) {
  Told* told = context;
  if (says(event, MSIV2_EVENT_NAME, "step_started") || says(event, MSIV2_EVENT_NAME, "step_ended")) {
    check_step(event, told);
  } else if (says(event, MSIV2_EVENT_NAME, "retry")) {
    ++told->retries;
    CHECK(msiv2_event_number(event, MSIV2_EVENT_ATTEMPT) == 1);
    CHECK(msiv2_event_number(event, MSIV2_EVENT_DELAY_NS) > 0);
    CHECK(msiv2_event_number(event, MSIV2_EVENT_HTTP_STATUS) == 503);
    CHECK(says(event, MSIV2_EVENT_FAILURE, ""));
  } else if (says(event, MSIV2_EVENT_NAME, "cache_miss")) {
    ++told->misses;
    CHECK(strlen(msiv2_event_text(event, MSIV2_EVENT_CACHE)) > 0);
    CHECK(strlen(msiv2_event_text(event, MSIV2_EVENT_MISS)) > 0);
    if (says(event, MSIV2_EVENT_MISS, "forced")) ++told->forced;
  } else if (says(event, MSIV2_EVENT_NAME, "cache_hit")) {
    ++told->hits;
  } else if (says(event, MSIV2_EVENT_NAME, "msi_count")) {
    check_count(event, told);
  }
  CHECK(msiv2_event_number(event, MSIV2_EVENT_TOKENS) == 0 && says(event, MSIV2_EVENT_RENEWAL, ""));
}

static void test_events(emulated_host* host) {
  static const msiv2_observer_table observer = {on_event, NULL};
  msiv2_options* options = memory_options(host);
  msiv2_request* request = bound_request();
  msiv2_token* token = NULL;
  msiv2_client* client = NULL;
  Told told;
  memset(&told, 0, sizeof told);
  told.host = host;
  REQUIRE_OK(msiv2_options_add_observer(options, &observer, &told, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_FORCE_REFRESH, 1, &error));
  CHECK(emulated_host_fault(host, "imds.getplatformmetadata status=503 count=1"));
  REQUIRE_OK(msiv2_client_new(options, &client, &error));
  REQUIRE_OK(msiv2_client_acquire(client, request, 0, NULL, &token, &error));
  msiv2_token_free(token);
  CHECK(told.started >= 6 && told.started == told.ended && told.counts == 1 && told.bypasses == 0);
  CHECK(told.retries == 1 && told.misses >= 2 && told.forced == 1 && told.hits == 0);
  emulated_host_fault(host, NULL);

  /* A challenge asks for another certificate than the one that IMDS caches. */
  REQUIRE_OK(msiv2_request_set_text(request, MSIV2_REQUEST_CLAIMS, "{\"access_token\":{}}", &error));
  REQUIRE_OK(msiv2_client_acquire(client, request, 0, NULL, &token, &error));
  msiv2_token_free(token);
  CHECK(told.counts == 2 && told.bypasses == 1);
  msiv2_client_free(client);
  msiv2_request_free(request);
  msiv2_options_free(options);
}

/* An identity that the host does not have, named by each of the three ids. The last id that is set counts. */
static void test_identities(emulated_host* host) {
  static const struct {
    msiv2_options_text_field field;
    const char* value;
  } rows[] = {{MSIV2_OPTION_OBJECT_ID, kStrange},
              {MSIV2_OPTION_RESOURCE_ID, "/subscriptions/s/resourceGroups/g/providers/p/identity/i"},
              {MSIV2_OPTION_CLIENT_ID, kStrange}};
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
    msiv2_options* options = memory_options(host);
    msiv2_request* request = NULL;
    msiv2_token* token = NULL;
    REQUIRE_OK(msiv2_request_new("https://vault.azure.net", &request, &error));
    CHECK(acquire_with(options, request, &token) == MSIV2_OK);
    msiv2_token_free(token);
    CHECK(msiv2_options_set_text(options, rows[i].field, "", NULL) == MSIV2_E_BAD_ARGUMENT);
    REQUIRE_OK(msiv2_options_set_text(options, rows[i].field, rows[i].value, &error));
    CHECK(acquire_with(options, request, &token) == MSIV2_E_IDENTITY_NOT_FOUND);
    REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_CLIENT_ID, kUserAssigned, &error));
    CHECK(acquire_with(options, request, &token) == MSIV2_OK); /* the last one counts */
    msiv2_token_free(token);
    msiv2_request_free(request);
    msiv2_options_free(options);
  }
}

/* Options with which this host refuses a request. */
static void test_refusing_options(emulated_host* host) {
  msiv2_options* options = memory_options(host);
  msiv2_request* request = bound_request();
  msiv2_client* client = NULL;
  msiv2_token* token = NULL;
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_ALLOWED_HOST, "login.example.com", &error));
  CHECK(acquire_with(options, request, &token) == MSIV2_E_ENDPOINT_NOT_ALLOWED);
  msiv2_options_free(options);

  REQUIRE_OK(msiv2_options_new(&options, &error));
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_IMDS_BASE_URL, "http://imds.example.com", &error));
  CHECK_FAILS(MSIV2_E_INVALID_REQUEST, msiv2_client_new(options, &client, &error));
  REQUIRE_OK(msiv2_options_set_number(options, MSIV2_OPTION_ALLOW_INSECURE_IMDS_BASE, 1, &error));
  REQUIRE_OK(msiv2_client_new(options, &client, &error));
  msiv2_client_free(client);
  msiv2_options_free(options);

  /* These options are for Windows: the first attestation checks them. On other systems the client is refused.
   */
  options = memory_options(host);
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_ATTESTATION_LIBRARY_SHA256, "00", &error));
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_ATTESTATION_LIBRARY, "relative.dll", &error));
  CHECK(msiv2_client_new(options, &client, NULL) == MADE_WITH_ATTESTATION_LIBRARY);
  msiv2_client_free(client);
  msiv2_options_free(options);

  options = memory_options(host);
  REQUIRE_OK(
      msiv2_request_set_number(request, MSIV2_REQUEST_MINIMUM_STRENGTH, MSIV2_STRENGTH_KEYGUARD, &error));
  CHECK(acquire_with(options, request, &token) == MSIV2_E_MIN_STRENGTH_NOT_MET);
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_MINIMUM_STRENGTH, MSIV2_STRENGTH_NONE, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_OVER_MTLS, 1, &error));
  CHECK(acquire_with(options, request, &token) == MSIV2_E_INVALID_REQUEST);
  REQUIRE_OK(msiv2_request_set_text(request, MSIV2_REQUEST_RESOURCE, "", &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_OVER_MTLS, 0, &error));
  CHECK(acquire_with(options, request, &token) == MSIV2_E_INVALID_REQUEST);
  CHECK(token == NULL);
  msiv2_request_free(request);
  msiv2_options_free(options);
}

static int64_t certificate_number(const msiv2_certificate* certificate,
                                  msiv2_certificate_number_field field) {
  int64_t value = -1;
  REQUIRE_OK(msiv2_certificate_number(certificate, field, &value, &error));
  return value;
}

static void check_certificate(const msiv2_token* token) {
  msiv2_certificate* certificate = NULL;
  msiv2_key* key = NULL;
  int64_t value = -1;
  BUFFER(text, 4096);
  REQUIRE_OK(msiv2_token_certificate(token, &certificate, &error));
  CHECK(certificate_number(certificate, MSIV2_CERTIFICATE_NOT_BEFORE) > 1600000000);
  CHECK(certificate_number(certificate, MSIV2_CERTIFICATE_NOT_BEFORE) <
        certificate_number(certificate, MSIV2_CERTIFICATE_NOT_AFTER));
  REQUIRE_OK(
      msiv2_certificate_view(certificate, MSIV2_CERTIFICATE_WHY_NOT_STRONGER, msiv2_copy, &text, &error));
  REQUIRE_OK(msiv2_certificate_key(certificate, &key, &error));
  REQUIRE_OK(msiv2_key_number(key, MSIV2_KEY_NATIVE_HANDLE, &value, &error));
  CHECK(value == 0); /* in memory */
  REQUIRE_OK(msiv2_key_number(key, MSIV2_KEY_ORIGIN, &value, &error));
  CHECK(value == MSIV2_ORIGIN_PLATFORM);
  REQUIRE_OK(msiv2_key_view(key, MSIV2_KEY_EXPONENT, msiv2_copy, &text, &error));
  CHECK(text.size == 3 && memcmp(text.data, "\1\0\1", 3) == 0);
  msiv2_key_free(key);
  msiv2_certificate_free(certificate);
}

/* A bearer token over the bound connection, with a changed resource, a capability and other timeouts. */
static void test_over_mtls(emulated_host* host) {
  msiv2_options* options = memory_options(host);
  msiv2_request* request = bound_request();
  msiv2_token* token = NULL;
  int64_t value = -1;
  BUFFER(text, 4096);
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_CLIENT_CAPABILITY, "cp1", &error));
  REQUIRE_OK(msiv2_options_set_number(options, MSIV2_OPTION_IMDS_CONNECT_MS, 60000, &error));
  REQUIRE_OK(msiv2_options_set_number(options, MSIV2_OPTION_CONNECT_MS, 60000, &error));
  REQUIRE_OK(msiv2_options_set_number(options, MSIV2_OPTION_TOKEN_LEG_MAX_TLS, MSIV2_TLS_1_3, &error));
  REQUIRE_OK(msiv2_options_set_number(options, MSIV2_OPTION_RESOURCE_LEG_MAX_TLS, MSIV2_TLS_1_2, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_MTLS_POP, 0, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_OVER_MTLS, 1, &error));
  REQUIRE_OK(msiv2_request_set_text(request, MSIV2_REQUEST_RESOURCE, "https://storage.azure.com", &error));
  REQUIRE_OK(msiv2_request_set_text(request, MSIV2_REQUEST_CLAIMS, "{}", &error));
  /* A9. */
  REQUIRE_OK(msiv2_request_set_text(request, MSIV2_REQUEST_REJECTED_TOKEN_SHA256, "not a digest", &error));
  CHECK(acquire_with(options, request, &token) == MSIV2_E_INVALID_REQUEST);
  REQUIRE_OK(msiv2_request_set_text(request, MSIV2_REQUEST_REJECTED_TOKEN_SHA256, "", &error));
  CHECK(acquire_with(options, request, &token) == MSIV2_OK);
  REQUIRE_OK(msiv2_token_number(token, MSIV2_TOKEN_TYPE, &value, &error));
  CHECK(value == MSIV2_TOKEN_TYPE_BEARER);
  REQUIRE_OK(msiv2_token_number(token, MSIV2_TOKEN_REFRESH_ON, &value, &error));
  CHECK(value == 0 || value > 1600000000);
  REQUIRE_OK(msiv2_token_view(token, MSIV2_TOKEN_RESOURCE, msiv2_copy, &text, &error));
  CHECK(strcmp(text.data, "https://storage.azure.com") == 0);
  msiv2_token_free(token);
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_OVER_MTLS, 0, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_MTLS_POP, 1, &error));
  CHECK(acquire_with(options, request, &token) == MSIV2_OK);
  check_certificate(token);
  msiv2_token_free(token);
  msiv2_request_free(request);
  msiv2_options_free(options);
}

static void test_resource(emulated_host* host) {
  msiv2_options* options = memory_options(host);
  msiv2_request* request = bound_request();
  msiv2_resource_client* client = NULL;
  msiv2_resource_request* call = NULL;
  msiv2_response* response = NULL;
  msiv2_token* token = NULL;
  int64_t count = 0;
  char url[256];
  BUFFER(text, 4096);
  snprintf(url, sizeof url, "%s/hello", emulated_host_resource(host));
  CHECK(acquire_with(options, request, &token) == MSIV2_OK);
  REQUIRE_OK(msiv2_resource_client_new(options, &client, &error));
  REQUIRE_OK(msiv2_resource_request_new("https://127.0.0.1:1/none", &call, &error));
  CHECK_FAILS(MSIV2_E_RESOURCE_REQUEST_FAILED,
              msiv2_resource_send(client, token, call, 0, NULL, &response, &error));
  REQUIRE_OK(msiv2_resource_request_set_text(call, MSIV2_RESOURCE_URL, url, &error));
  REQUIRE_OK(msiv2_resource_request_set_text(call, MSIV2_RESOURCE_METHOD, "GET", &error));
  REQUIRE_OK(msiv2_resource_send(client, token, call, 0, NULL, &response, &error));
  REQUIRE_OK(msiv2_response_number(response, MSIV2_RESPONSE_HEADER_COUNT, &count, &error));
  CHECK(count > 0);
  REQUIRE_OK(msiv2_response_header_at(response, (size_t)count - 1, 1, msiv2_copy, &text, &error));
  CHECK_FAILS(MSIV2_E_ABSENT,
              msiv2_response_header_at(response, (size_t)count, 1, msiv2_copy, &text, &error));
  msiv2_response_free(response);
  msiv2_resource_request_free(call);
  msiv2_resource_client_free(client);
  msiv2_token_free(token);
  msiv2_request_free(request);
  msiv2_options_free(options);
}

/* Without an attestor and KeyGuard, this host could bind tokens to a software key only, and reports why. */
static void test_host(emulated_host* host) {
  msiv2_options* options = memory_options(host);
  msiv2_client* client = NULL;
  msiv2_capabilities* capabilities = NULL;
  msiv2_diagnosis* diagnosis = NULL;
  msiv2_sources* sources = NULL;
  msiv2_error* reason = NULL;
  int64_t value = -1;
  int bad = 0;
  size_t i;
  REQUIRE_OK(msiv2_client_new(options, &client, &error));
  REQUIRE_OK(msiv2_client_capabilities(client, 0, NULL, &capabilities, &error));
  REQUIRE_OK(msiv2_capabilities_number(capabilities, MSIV2_CAPABILITY_COULD_BIND, &value, &error));
  CHECK(value >= MSIV2_STRENGTH_SOFTWARE);
  CHECK(strlen(msiv2_capabilities_text(capabilities, MSIV2_CAPABILITY_HOST_SECURITY)) > 0);
  REQUIRE_OK(msiv2_capabilities_number(capabilities, MSIV2_CAPABILITY_REASON_COUNT, &value, &error));
  CHECK(value >= 1);
  CHECK(msiv2_capabilities_reason(capabilities, 0, &reason) == MSIV2_OK);
  CHECK(strlen(msiv2_error_text(reason, MSIV2_ERROR_CURE)) > 0);
  CHECK(strcmp(msiv2_error_text(reason, MSIV2_ERROR_STEP_NAME), "") != 0);
  msiv2_error_free(reason);
  CHECK(msiv2_capabilities_reason(capabilities, (size_t)value, &reason) == MSIV2_E_ABSENT && reason == NULL);
  msiv2_capabilities_free(capabilities);
  msiv2_client_free(client);

  REQUIRE_OK(msiv2_diagnose(options, NULL, 0, NULL, &diagnosis, &error));
  for (i = 0; i < msiv2_diagnosis_size(diagnosis); ++i) {
    const int32_t severity = msiv2_diagnosis_severity(diagnosis, i);
    CHECK(strlen(msiv2_diagnosis_text(diagnosis, i, MSIV2_FINDING_TEXT)) > 0);
    if (severity != MSIV2_SEVERITY_WARNING && severity != MSIV2_SEVERITY_FAILURE) {
      CHECK(severity == MSIV2_SEVERITY_OK || severity == MSIV2_SEVERITY_SKIPPED);
      continue;
    }
    ++bad;
    CHECK(strlen(msiv2_diagnosis_text(diagnosis, i, MSIV2_FINDING_CAUSE)) > 0);
    CHECK(strlen(msiv2_diagnosis_text(diagnosis, i, MSIV2_FINDING_CURE)) > 0);
  }
  CHECK(bad > 0); /* no KeyGuard */
  CHECK(msiv2_diagnosis_severity(diagnosis, i) == -1);
  CHECK(strcmp(msiv2_diagnosis_text(diagnosis, i, MSIV2_FINDING_TEXT), "") == 0);
  msiv2_diagnosis_free(diagnosis);

  REQUIRE_OK(msiv2_find_sources(options, &sources, &error));
  for (i = 0; i < msiv2_sources_size(sources); ++i) {
    const int32_t state = msiv2_sources_state(sources, i);
    const int is_imds = strcmp(msiv2_sources_text(sources, i, MSIV2_SOURCE_NAME), "Imds") == 0;
    CHECK(state == (is_imds ? MSIV2_SOURCE_FOUND : MSIV2_SOURCE_ABSENT) || state == MSIV2_SOURCE_POSSIBLE);
  }
  msiv2_sources_free(sources);
  msiv2_options_free(options);
}

int main(void) {
  emulated_host* host = emulated_host_start();
  if (host == NULL) return 1;
  test_events(host);
  test_identities(host);
  test_refusing_options(host);
  test_over_mtls(host);
  test_resource(host);
  test_host(host);
  emulated_host_stop(host);
  if (failed_checks == 0) puts("fields_test: ok");
  return failed_checks == 0 ? 0 : 1;
}
