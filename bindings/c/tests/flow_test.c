/* The seven steps from a C program, and what can be done with the token. The key is an attested, emulated
   KeyGuard key that function tables supply. Compiled as C99, -pedantic. */
#include "bindings/c/tests/check.h"
#include "bindings/c/tests/emulated_host.h"

typedef struct Seen {
  int steps_ended;
  int msi_counts;
  int secrets;
  int lines;
  char outcome[32];
} Seen;

static void on_event(void* context, const msiv2_event* event) {
  Seen* seen = context;
  const char* name = msiv2_event_text(event, MSIV2_EVENT_NAME);
  int32_t number;
  if (strcmp(name, "step_ended") == 0 && msiv2_event_error(event) == NULL) ++seen->steps_ended;
  if (strcmp(name, "msi_count") == 0) {
    ++seen->msi_counts;
    snprintf(seen->outcome, sizeof seen->outcome, "%s", msiv2_event_text(event, MSIV2_EVENT_OUTCOME));
  }
  for (number = MSIV2_EVENT_NAME; number <= MSIV2_EVENT_OUTCOME; ++number) {
    if (strstr(msiv2_event_text(event, (msiv2_event_text_field)number), "eyJ") != NULL) ++seen->secrets;
  }
  if (strstr(msiv2_error_text(msiv2_event_error(event), MSIV2_ERROR_LINE), "eyJ") != NULL) ++seen->secrets;
}

static void on_line(void* context, const char* line) {
  Seen* seen = context;
  ++seen->lines;
  if (strstr(line, "eyJ") != NULL) ++seen->secrets;
}

static msiv2_options* options_of(emulated_host* host) {
  msiv2_options* options = emulated_host_options(host);
  REQUIRE_OK(msiv2_options_set_number(options, MSIV2_OPTION_RETRIES, 0, &error));
  REQUIRE_OK(msiv2_options_add_key_provider(options, emulated_host_key_provider(), host, &error));
  REQUIRE_OK(msiv2_options_set_attestor(options, emulated_host_attestor(), host, &error));
  return options;
}

static msiv2_client* client_of(emulated_host* host) {
  msiv2_options* options = options_of(host);
  msiv2_client* client = NULL;
  REQUIRE_OK(msiv2_client_new(options, &client, &error));
  msiv2_options_free(options);
  return client;
}

static msiv2_request* attested_request(const char* resource) {
  msiv2_request* request = NULL;
  REQUIRE_OK(msiv2_request_new(resource, &request, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_MTLS_POP, 1, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_ATTESTATION, 1, &error));
  return request;
}

static int64_t token_number(const msiv2_token* token, msiv2_token_number_field field) {
  int64_t value = -1;
  REQUIRE_OK(msiv2_token_number(token, field, &value, &error));
  return value;
}

static void check_token(emulated_host* host, const msiv2_token* token) {
  BUFFER(secret, 8192);
  BUFFER(text, 8192);
  CHECK(token_number(token, MSIV2_TOKEN_TYPE) == MSIV2_TOKEN_TYPE_MTLS_POP);
  CHECK(token_number(token, MSIV2_TOKEN_ATTESTED) == 1);
  CHECK(token_number(token, MSIV2_TOKEN_BINDING_VERIFIED) == 1);
  CHECK(token_number(token, MSIV2_TOKEN_KEY_STRENGTH) == MSIV2_STRENGTH_KEYGUARD);
  CHECK(token_number(token, MSIV2_TOKEN_KEY_ORIGIN) == MSIV2_ORIGIN_EMULATED);
  CHECK(token_number(token, MSIV2_TOKEN_EXPIRES_ON) > 1600000000);
  REQUIRE_OK(msiv2_token_secret(token, msiv2_copy, &secret, &error));
  CHECK(strncmp(secret.data, "eyJ", 3) == 0 && strlen(secret.data) == secret.size);
  REQUIRE_OK(msiv2_token_authorization(token, msiv2_copy, &text, &error));
  CHECK(strncmp(text.data, "mtls_pop ", 9) == 0 && strcmp(text.data + 9, secret.data) == 0);
  REQUIRE_OK(msiv2_token_view(token, MSIV2_TOKEN_CLIENT_ID, msiv2_copy, &text, &error));
  CHECK(strcmp(text.data, emulated_host_client_id(host)) == 0);
  REQUIRE_OK(msiv2_token_view(token, MSIV2_TOKEN_TENANT_ID, msiv2_copy, &text, &error));
  CHECK(strcmp(text.data, emulated_host_tenant_id(host)) == 0);
  REQUIRE_OK(msiv2_token_view(token, MSIV2_TOKEN_RESOURCE, msiv2_copy, &text, &error));
  CHECK(strcmp(text.data, emulated_host_resource(host)) == 0);
}

static void check_signature(const msiv2_key* key, const msiv2_buffer* spki, msiv2_padding padding,
                            msiv2_digest algorithm, size_t digest_size) {
  uint8_t digest[64];
  BUFFER(signature, 1024);
  memset(digest, 0x5a, sizeof digest);
  REQUIRE_OK(msiv2_key_sign(key, padding, algorithm, digest, digest_size, msiv2_copy, &signature, &error));
  CHECK(signature.size == 256);
  CHECK(emulated_host_verifies((const uint8_t*)spki->data, spki->size, padding, algorithm, digest,
                               (const uint8_t*)signature.data, signature.size));
  signature.data[7] = (char)(signature.data[7] ^ 1); /* the verifier must reject a wrong signature */
  CHECK(!emulated_host_verifies((const uint8_t*)spki->data, spki->size, padding, algorithm, digest,
                                (const uint8_t*)signature.data, signature.size));
}

static void check_signatures(const msiv2_key* key, const msiv2_buffer* spki) {
  static const msiv2_padding paddings[] = {MSIV2_PADDING_PSS, MSIV2_PADDING_PKCS1};
  size_t i;
  for (i = 0; i < sizeof paddings / sizeof paddings[0]; ++i) {
    check_signature(key, spki, paddings[i], MSIV2_DIGEST_SHA256, 32);
    check_signature(key, spki, paddings[i], MSIV2_DIGEST_SHA384, 48);
    check_signature(key, spki, paddings[i], MSIV2_DIGEST_SHA512, 64);
  }
}

static void check_certificate(const msiv2_token* token) {
  msiv2_certificate* certificate = NULL;
  msiv2_key* key = NULL;
  int64_t number = 0;
  BUFFER(leaf, 8192);
  BUFFER(spki, 1024);
  BUFFER(text, 8192);
  REQUIRE_OK(msiv2_token_certificate(token, &certificate, &error));
  REQUIRE_OK(msiv2_certificate_key(certificate, &key, &error));
  REQUIRE_OK(msiv2_certificate_chain(certificate, 0, msiv2_copy, &leaf, &error));
  REQUIRE_OK(msiv2_key_view(key, MSIV2_KEY_SPKI_DER, msiv2_copy, &spki, &error));
  CHECK(emulated_host_same_key((const uint8_t*)leaf.data, leaf.size, (const uint8_t*)spki.data, spki.size));
  REQUIRE_OK(msiv2_certificate_view(certificate, MSIV2_CERTIFICATE_X5T_S256, msiv2_copy, &text, &error));
  CHECK(text.size == 43);
  REQUIRE_OK(msiv2_certificate_view(certificate, MSIV2_CERTIFICATE_LEAF_PEM, msiv2_copy, &text, &error));
  CHECK(strncmp(text.data, "-----BEGIN CERTIFICATE-----", 27) == 0);
  REQUIRE_OK(
      msiv2_certificate_view(certificate, MSIV2_CERTIFICATE_STRENGTH_LABEL, msiv2_copy, &text, &error));
  CHECK(strcmp(text.data, "keyguard (emulated)") == 0);
  REQUIRE_OK(msiv2_certificate_number(certificate, MSIV2_CERTIFICATE_CHAIN_SIZE, &number, &error));
  CHECK_FAILS(MSIV2_E_ABSENT,
              msiv2_certificate_chain(certificate, (size_t)number, msiv2_copy, &leaf, &error));
  REQUIRE_OK(msiv2_key_number(key, MSIV2_KEY_STRENGTH, &number, &error));
  CHECK(number == MSIV2_STRENGTH_KEYGUARD);
  msiv2_certificate_free(certificate); /* the key does not need it */
  check_signatures(key, &spki);
  REQUIRE_OK(msiv2_key_csr(key, "11111111-2222-4333-8444-555555555555",
                           "11111111-2222-4333-8444-555555555555", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
                           NULL, 1, msiv2_copy, &text, &error));
  CHECK(strncmp(text.data, "-----BEGIN CERTIFICATE REQUEST-----", 35) == 0);
  CHECK_FAILS(MSIV2_E_INVALID_REQUEST,
              msiv2_key_csr(key, "no guid", "nor this", "a", NULL, 0, msiv2_copy, &text, &error));
  msiv2_key_free(key);
}

static const char kClaims[] = "{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}";

static void check_resource(emulated_host* host, const msiv2_token* token) {
  msiv2_options* options = options_of(host);
  msiv2_resource_client* client = NULL;
  msiv2_resource_request* request = NULL;
  msiv2_response* response = NULL;
  int64_t number = 0;
  char url[256];
  char header[1024];
  BUFFER(text, 8192);
  snprintf(url, sizeof url, "%s/hello", emulated_host_resource(host));
  REQUIRE_OK(msiv2_resource_client_new(options, &client, &error));
  REQUIRE_OK(msiv2_resource_request_new(url, &request, &error));
  REQUIRE_OK(msiv2_resource_request_add_header(request, "X-Test", "1", &error));
  REQUIRE_OK(msiv2_resource_send(client, token, request, 0, NULL, &response, &error));
  REQUIRE_OK(msiv2_response_number(response, MSIV2_RESPONSE_STATUS, &number, &error));
  CHECK(number == 200);
  REQUIRE_OK(msiv2_response_body(response, msiv2_copy, &text, &error));
  CHECK(text.size > 0);
  REQUIRE_OK(msiv2_response_header(response, "CONTENT-TYPE", msiv2_copy, &text, &error));
  REQUIRE_OK(msiv2_response_header_at(response, 0, 0, msiv2_copy, &text, &error));
  CHECK_FAILS(MSIV2_E_ABSENT, msiv2_response_header(response, "X-None", msiv2_copy, &text, &error));
  CHECK_FAILS(MSIV2_E_ABSENT, msiv2_response_header_at(response, 999, 1, msiv2_copy, &text, &error));
  CHECK_FAILS(MSIV2_E_ABSENT, msiv2_response_claims(response, msiv2_copy, &text, &error));
  msiv2_response_free(response);

  CHECK(emulated_host_fault(host, "resource.call answer=claims:acrs:c1"));
  REQUIRE_OK(msiv2_resource_send(client, token, request, 0, NULL, &response, &error));
  emulated_host_fault(host, NULL);
  REQUIRE_OK(msiv2_response_claims(response, msiv2_copy, &text, &error));
  CHECK(strcmp(text.data, kClaims) == 0);
  REQUIRE_OK(msiv2_response_header(response, "WWW-Authenticate", msiv2_copy, &text, &error));
  snprintf(header, sizeof header, "%s", text.data);
  REQUIRE_OK(msiv2_challenge_claims(header, msiv2_copy, &text, &error));
  CHECK(strcmp(text.data, kClaims) == 0);
  CHECK_FAILS(MSIV2_E_ABSENT, msiv2_challenge_claims("Bearer", msiv2_copy, &text, &error));
  msiv2_response_free(response);

  REQUIRE_OK(msiv2_resource_request_add_header(request, "Authorization", "Bearer x", &error));
  CHECK_FAILS(MSIV2_E_INVALID_REQUEST,
              msiv2_resource_send(client, token, request, 0, NULL, &response, &error));
  CHECK(response == NULL);
  msiv2_resource_request_free(request);
  msiv2_resource_client_free(client);
  msiv2_options_free(options);
}

/* Everything of one attested acquisition: the token, its certificate, a resource, the cache, the observers.
 */
static void test_seven_steps(emulated_host* host) {
  static const msiv2_observer_table observer = {on_event, NULL};
  static const msiv2_log_table log = {on_line, NULL};
  msiv2_options* options = options_of(host);
  msiv2_request* request = attested_request(emulated_host_resource(host));
  msiv2_client* client = NULL;
  msiv2_token* token = NULL;
  msiv2_token* again = NULL;
  Seen seen = {0, 0, 0, 0, ""};
  REQUIRE_OK(msiv2_options_add_observer(options, &observer, &seen, &error));
  REQUIRE_OK(msiv2_options_add_log(options, 1, 1, &log, &seen, &error));
  REQUIRE_OK(msiv2_client_new(options, &client, &error));
  msiv2_options_free(options);
  REQUIRE_OK(msiv2_client_acquire(client, request, 0, NULL, &token, &error));
  CHECK(emulated_host_requests(host, "imds", "/issuecredential") == 1);
  CHECK(emulated_host_attestations(host) == 1);
  CHECK(seen.steps_ended >= 6 && seen.msi_counts == 1 && seen.secrets == 0 && seen.lines > seen.steps_ended);
  CHECK(strcmp(seen.outcome, "Success") == 0);
  CHECK(token_number(token, MSIV2_TOKEN_FROM_CACHE) == 0);
  check_token(host, token);
  REQUIRE_OK(msiv2_client_acquire(client, request, 0, NULL, &again, &error));
  CHECK(token_number(again, MSIV2_TOKEN_FROM_CACHE) == 1);
  msiv2_client_free(client);
  msiv2_token_free(again);
  check_certificate(token); /* a token outlives its client */
  check_resource(host, token);
  msiv2_token_free(token);
  msiv2_request_free(request);
}

static void test_find_token(emulated_host* host) {
  msiv2_client* client = client_of(host);
  msiv2_request* request = attested_request(emulated_host_resource(host));
  msiv2_token* acquired = NULL;
  msiv2_token* token = NULL;
  size_t before;
  CHECK_FAILS(MSIV2_E_ABSENT, msiv2_client_find_token(client, request, &token, &error));
  CHECK(token == NULL);
  REQUIRE_OK(msiv2_client_acquire(client, request, 0, NULL, &acquired, &error));
  before = emulated_host_requests(host, "imds", "");
  REQUIRE_OK(msiv2_client_find_token(client, request, &token, &error));
  CHECK(token_number(token, MSIV2_TOKEN_FROM_CACHE) == 1);
  check_token(host, token);
  msiv2_token_free(token);
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_FORCE_REFRESH, 1, &error));
  CHECK_FAILS(MSIV2_E_ABSENT, msiv2_client_find_token(client, request, &token, &error));
  CHECK(token == NULL && emulated_host_requests(host, "imds", "") == before);
  msiv2_token_free(acquired);
  msiv2_request_free(request);
  msiv2_client_free(client);
}

static void test_refused_before_io(emulated_host* host) {
  msiv2_client* client = client_of(host);
  msiv2_request* request = NULL;
  msiv2_token* token = NULL;
  const size_t before = emulated_host_requests(host, "imds", "");
  REQUIRE_OK(msiv2_request_new("https://vault.azure.net", &request, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_ATTESTATION, 1, &error));
  CHECK_FAILS(MSIV2_E_ATTESTATION_REQUIRES_POP,
              msiv2_client_acquire(client, request, 0, NULL, &token, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_ATTESTATION, 0, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_MTLS_POP, 1, &error));
  CHECK_FAILS(MSIV2_E_POP_REQUIRES_ATTESTATION,
              msiv2_client_acquire(client, request, 0, NULL, &token, &error));
  CHECK(token == NULL && emulated_host_requests(host, "imds", "") == before);
  msiv2_request_free(request);
  msiv2_client_free(client);
}

/* A fault at each step results in its own code, step and details. */
static void test_faults(emulated_host* host) {
  static const struct {
    const char* rule;   /* of the emulator, or */
    const char* refuse; /* of a table */
    int32_t code;
    int64_t step;
    int64_t status;
    int64_t native_code;
    int64_t retryable;
    int64_t retry_after; /* 0: the service asks for no wait */
  } rows[] = {
      {"imds.getplatformmetadata status=404", "", MSIV2_E_POP_NOT_SUPPORTED_IN_IMDS_V1, 1, 404, 0, 0, 0},
      {NULL, "key", MSIV2_E_KEYGUARD_UNAVAILABLE, 2, 0, 4712, 0, 0},
      {NULL, "sign", MSIV2_E_KEY_SIGN_FAILED, 3, 0, 4711, 1, 0},
      {NULL, "attest", MSIV2_E_ATTESTATION_FAILED, 4, 0, 4713, 0, 0},
      {"imds.issuecredential status=429 retry-after=7", "", MSIV2_E_CREDENTIAL_REQUEST_FAILED, 5, 429, 0, 1,
       7},
      {"imds.issuecredential status=400", "", MSIV2_E_CREDENTIAL_REQUEST_FAILED, 5, 400, 0, 0, 0},
      {"imds.issuecredential answer=wrong-key", "", MSIV2_E_INVALID_CERTIFICATE, 6, 0, 0, 0, 0},
      {"entra.token status=400", "", MSIV2_E_TOKEN_REQUEST_FAILED, 7, 400, 0, 0, 0},
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
    msiv2_client* client = client_of(host);
    msiv2_request* request = attested_request(emulated_host_resource(host));
    msiv2_token* token = (msiv2_token*)&failed_checks; /* must be overwritten */
    msiv2_error* error = NULL;
    int32_t code;
    if (rows[i].rule != NULL) CHECK(emulated_host_fault(host, rows[i].rule));
    emulated_host_refuse(host, rows[i].refuse);
    code = msiv2_client_acquire(client, request, 0, NULL, &token, &error);
    if (code != rows[i].code || msiv2_error_number(error, MSIV2_ERROR_STEP) != rows[i].step ||
        msiv2_error_number(error, MSIV2_ERROR_HTTP_STATUS) != rows[i].status ||
        msiv2_error_number(error, MSIV2_ERROR_NATIVE_CODE) != rows[i].native_code ||
        msiv2_error_number(error, MSIV2_ERROR_RETRYABLE) != rows[i].retryable) {
      fprintf(stderr, "row %d: code %d: %s\n", (int)i, (int)code, msiv2_error_text(error, MSIV2_ERROR_LINE));
      ++failed_checks;
    }
    CHECK(token == NULL);
    CHECK(strlen(msiv2_error_text(error, MSIV2_ERROR_CORRELATION_ID)) == 36);
    CHECK(msiv2_error_number(error, MSIV2_ERROR_TLS_ALERT) == -1);
    CHECK(msiv2_error_number(error, MSIV2_ERROR_OUT_OF_TIME) == 0);
    CHECK(msiv2_error_number(error, MSIV2_ERROR_RETRY_AFTER) ==
          (rows[i].retry_after == 0 ? -1 : rows[i].retry_after));
    if (rows[i].status != 0) CHECK(msiv2_error_number(error, MSIV2_ERROR_ATTEMPTS) == 1);
    CHECK(strlen(msiv2_error_text(error, MSIV2_ERROR_CURE)) > 0);
    CHECK(strcmp(msiv2_error_text(error, MSIV2_ERROR_KIND), "MsiV2Exception") == 0);
    CHECK(strcmp(msiv2_error_text(error, MSIV2_ERROR_NAME), msiv2_code_name(code)) == 0);
    msiv2_error_free(error);
    emulated_host_refuse(host, "");
    emulated_host_fault(host, NULL);
    msiv2_request_free(request);
    msiv2_client_free(client);
  }
}

/* Cancels a call from another thread: this one, while the client's own thread waits. */
static void test_cancellation(emulated_host* host) {
  msiv2_client* client = client_of(host);
  msiv2_request* request = attested_request(emulated_host_resource(host));
  msiv2_cancellation* cancellation = NULL;
  msiv2_pending* pending = NULL;
  msiv2_token* token = NULL;
  CHECK(emulated_host_fault(host, "imds.getplatformmetadata hang"));
  REQUIRE_OK(msiv2_cancellation_new(&cancellation, &error));
  CHECK(msiv2_cancellation_is_canceled(cancellation) == 0);
  REQUIRE_OK(msiv2_client_acquire_async(client, request, 0, cancellation, &pending, &error));
  CHECK_FAILS(MSIV2_E_NOT_READY, msiv2_pending_wait(pending, 0, &token, &error));
  emulated_host_await_hanging(host);
  REQUIRE_OK(msiv2_cancellation_cancel(cancellation, &error));
  CHECK(msiv2_cancellation_is_canceled(cancellation) == 1);
  CHECK_FAILS(MSIV2_E_CANCELED, msiv2_pending_wait(pending, 60000, &token, &error));
  CHECK_FAILS(MSIV2_E_CANCELED, msiv2_pending_wait(pending, 0, &token, &error)); /* the same result again */
  CHECK_FAILS(MSIV2_E_CANCELED, msiv2_client_acquire(client, request, 0, cancellation, &token, &error));
  CHECK_FAILS(MSIV2_E_TIMEOUT, msiv2_client_acquire(client, request, 50, NULL, &token, &error));
  msiv2_cancellation_free(cancellation);
  msiv2_pending_free(pending);
  emulated_host_fault(host, NULL);

  REQUIRE_OK(msiv2_client_acquire_async(client, request, 0, NULL, &pending, &error));
  REQUIRE_OK(msiv2_pending_wait(pending, 60000, &token, &error));
  msiv2_token_free(token);
  msiv2_pending_free(pending);
  msiv2_request_free(request);
  msiv2_client_free(client);
}

static void test_host(emulated_host* host) {
  msiv2_client* client = client_of(host);
  msiv2_options* options = options_of(host);
  msiv2_capabilities* capabilities = NULL;
  msiv2_diagnosis* diagnosis = NULL;
  msiv2_error* reason = NULL;
  int64_t number = 0;
  REQUIRE_OK(msiv2_client_capabilities(client, 0, NULL, &capabilities, &error));
  CHECK(strcmp(msiv2_capabilities_text(capabilities, MSIV2_CAPABILITY_SOURCE), "imds_v2") == 0);
  REQUIRE_OK(msiv2_capabilities_number(capabilities, MSIV2_CAPABILITY_POP_AVAILABLE, &number, &error));
  CHECK(number == 1);
  REQUIRE_OK(msiv2_capabilities_number(capabilities, MSIV2_CAPABILITY_STRENGTH, &number, &error));
  CHECK(number == MSIV2_STRENGTH_KEYGUARD);
  REQUIRE_OK(msiv2_capabilities_number(capabilities, MSIV2_CAPABILITY_ORIGIN, &number, &error));
  CHECK(number == MSIV2_ORIGIN_EMULATED);
  CHECK(msiv2_capabilities_reason(capabilities, 999, &reason) == MSIV2_E_ABSENT && reason == NULL);
  CHECK(strcmp(msiv2_capabilities_text(capabilities, MSIV2_CAPABILITY_BEARER_SOURCE), "Imds") == 0);
  REQUIRE_OK(msiv2_capabilities_number(capabilities, MSIV2_CAPABILITY_IDENTITY_HERE, &number, &error));
  CHECK(number == MSIV2_SOURCE_FOUND);
  msiv2_capabilities_free(capabilities);
  REQUIRE_OK(msiv2_diagnose(options, NULL, 0, NULL, &diagnosis, &error));
  CHECK(msiv2_diagnosis_size(diagnosis) > 3);
  CHECK(strlen(msiv2_diagnosis_text(diagnosis, 0, MSIV2_FINDING_CHECK)) > 0);
  CHECK(msiv2_diagnosis_severity(diagnosis, 0) >= MSIV2_SEVERITY_OK);
  msiv2_diagnosis_free(diagnosis);
  msiv2_options_free(options);
  msiv2_client_free(client);
}

/* The error of an MSI v1 source names the source. */
static void check_refused_bearer(emulated_host* host, msiv2_client* client, const msiv2_request* request) {
  msiv2_token* token = NULL;
  msiv2_error* error = NULL;
  CHECK(emulated_host_fault(host, "imds.token status=400"));
  CHECK(msiv2_client_acquire(client, request, 0, NULL, &token, &error) ==
        MSIV2_E_MANAGED_IDENTITY_REQUEST_FAILED);
  CHECK(token == NULL && strcmp(msiv2_error_text(error, MSIV2_ERROR_SOURCE), "Imds") == 0);
  CHECK(msiv2_error_number(error, MSIV2_ERROR_HTTP_STATUS) == 400);
  msiv2_error_free(error);
  emulated_host_fault(host, NULL);
}

/* A request without flags returns a bearer token from the source that the options name (MSI v1). */
static void test_bearer(emulated_host* host) {
  msiv2_options* options = options_of(host);
  msiv2_client* client = NULL;
  msiv2_request* request = NULL;
  msiv2_token* token = NULL;
  msiv2_certificate* certificate = NULL;
  BUFFER(text, 8192);
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_SOURCE, "Imds", &error));
  REQUIRE_OK(msiv2_client_try_new(options, &client, &error));
  REQUIRE_OK(msiv2_request_new(emulated_host_resource(host), &request, &error));
  REQUIRE_OK(msiv2_client_acquire(client, request, 0, NULL, &token, &error));
  CHECK(token_number(token, MSIV2_TOKEN_TYPE) == MSIV2_TOKEN_TYPE_BEARER);
  CHECK(token_number(token, MSIV2_TOKEN_ATTESTED) == 0);
  REQUIRE_OK(msiv2_token_authorization(token, msiv2_copy, &text, &error));
  CHECK(strncmp(text.data, "Bearer ", 7) == 0 && text.size > 7);
  REQUIRE_OK(msiv2_token_view(token, MSIV2_TOKEN_MSI_SOURCE, msiv2_copy, &text, &error));
  CHECK(strcmp(text.data, "Imds") == 0);
  CHECK_FAILS(MSIV2_E_ABSENT, msiv2_token_certificate(token, &certificate, &error));
  msiv2_token_free(token);

  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_FORCE_REFRESH, 1, &error));
  check_refused_bearer(host, client, request);
  msiv2_request_free(request);
  msiv2_client_free(client);
  msiv2_options_free(options);
}

/* The sources in their order. Exactly one is chosen: the one that the options name. */
static void test_sources(emulated_host* host) {
  static const char* const names[] = {"WorkloadIdentity", "ServiceFabric", "AppService", "AppService2017",
                                      "MachineLearning",  "CloudShell",    "AzureArc",   "Imds"};
  msiv2_options* options = options_of(host);
  msiv2_sources* sources = NULL;
  msiv2_client* client = NULL;
  msiv2_request* request = NULL;
  msiv2_token* token = NULL;
  size_t i;
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_SOURCE, "AppService", &error));
  REQUIRE_OK(msiv2_options_set_number(options, MSIV2_OPTION_ALLOW_WORKLOAD_IDENTITY, 1, &error));
  REQUIRE_OK(msiv2_find_sources(options, &sources, &error));
  CHECK(msiv2_sources_size(sources) == sizeof names / sizeof names[0]);
  for (i = 0; i < msiv2_sources_size(sources); ++i) {
    CHECK(strcmp(msiv2_sources_text(sources, i, MSIV2_SOURCE_NAME), names[i]) == 0);
    CHECK(strlen(msiv2_sources_text(sources, i, MSIV2_SOURCE_WHY)) > 0);
    CHECK(strcmp(msiv2_sources_text(sources, i, MSIV2_SOURCE_WARNING), "") == 0);
    CHECK(msiv2_sources_is_chosen(sources, i) == (strcmp(names[i], "AppService") == 0));
  }
  CHECK(msiv2_sources_state(sources, 2) == MSIV2_SOURCE_ABSENT); /* no variable names it */
  msiv2_sources_free(sources);
  REQUIRE_OK(msiv2_client_try_new(options, &client, &error)); /* a named source is always asked */
  REQUIRE_OK(msiv2_request_new(emulated_host_resource(host), &request, &error));
  CHECK_FAILS(MSIV2_E_INVALID_MANAGED_IDENTITY_ENDPOINT,
              msiv2_client_acquire(client, request, 0, NULL, &token, &error));
  msiv2_request_free(request);
  msiv2_client_free(client);
  msiv2_options_free(options);
}

/* Details of Entra's answer are in the error's fields. */
static void test_entra_error(emulated_host* host) {
  msiv2_client* client = client_of(host);
  msiv2_request* request = attested_request(emulated_host_resource(host));
  msiv2_token* token = NULL;
  msiv2_error* error = NULL;
  CHECK(emulated_host_fault(host, "entra.token answer=aadsts-700016"));
  CHECK(msiv2_client_acquire(client, request, 0, NULL, &token, &error) == MSIV2_E_TOKEN_REQUEST_FAILED);
  CHECK(msiv2_error_aadsts(error, 0) == 700016);
  CHECK(msiv2_error_aadsts(error, 1) == 0 && msiv2_error_aadsts(error, SIZE_MAX) == 0);
  CHECK(strlen(msiv2_error_text(error, MSIV2_ERROR_SERVICE_ERROR)) > 0);
  msiv2_error_free(error);
  emulated_host_fault(host, NULL);
  msiv2_request_free(request);
  msiv2_client_free(client);
}

/* A key and its attestation on their own. */
static void test_key_alone(emulated_host* host) {
  msiv2_options* options = options_of(host);
  msiv2_key* key = NULL;
  msiv2_key* soft = NULL;
  const char* endpoint = emulated_host_attestation(host);
  BUFFER(jwt, 8192);
  REQUIRE_OK(msiv2_key_create(options, MSIV2_STRENGTH_KEYGUARD, &key, &error));
  REQUIRE_OK(msiv2_key_attest(key, options, endpoint, emulated_host_client_id(host), 0, NULL, msiv2_copy,
                              &jwt, &error));
  CHECK(strncmp(jwt.data, "eyJ", 3) == 0);
  CHECK_FAILS(MSIV2_E_MIN_STRENGTH_NOT_MET,
              msiv2_key_create(options, MSIV2_STRENGTH_SOFTWARE, &soft, &error));
  REQUIRE_OK(msiv2_key_create(NULL, MSIV2_STRENGTH_SOFTWARE, &soft, &error));
  CHECK_FAILS(MSIV2_E_KEYGUARD_UNAVAILABLE,
              msiv2_key_attest(soft, options, endpoint, "c", 0, NULL, msiv2_copy, &jwt, &error));
  msiv2_key_free(soft);
  msiv2_key_free(key);
  msiv2_options_free(options);
}

/* Everything that the library was given is released, once. */
static void test_releases(emulated_host* host) {
  const int before = emulated_host_releases(host);
  msiv2_client* client = client_of(host);
  msiv2_request* request = attested_request(emulated_host_resource(host));
  msiv2_token* token = NULL;
  REQUIRE_OK(msiv2_client_acquire(client, request, 0, NULL, &token, &error));
  msiv2_client_free(client);
  CHECK(emulated_host_releases(host) == before + 2); /* provider and attestor; the token keeps the key */
  msiv2_token_free(token);
  CHECK(emulated_host_releases(host) == before + 3);
  msiv2_request_free(request);
}

int main(void) {
  emulated_host* host = emulated_host_start();
  if (host == NULL) return 1;
  test_seven_steps(host);
  test_find_token(host);
  test_refused_before_io(host);
  test_faults(host);
  test_cancellation(host);
  test_host(host);
  test_bearer(host);
  test_sources(host);
  test_entra_error(host);
  test_key_alone(host);
  test_releases(host);
  emulated_host_stop(host);
  if (failed_checks == 0) puts("flow_test: ok");
  return failed_checks == 0 ? 0 : 1;
}
