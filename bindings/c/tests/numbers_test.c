/* Every number, with every object and every function that takes a number. Documented numbers work, all others
   are refused, and no number of any kind shows the token. */
#include <limits.h>

#include "bindings/c/tests/check.h"
#include "bindings/c/tests/emulated_host.h"

/* One of everything that has fields. */
static struct {
  msiv2_options* options;
  msiv2_client* client;
  msiv2_request* request;
  msiv2_token* token;
  msiv2_certificate* certificate;
  msiv2_key* key;
  msiv2_error* error;
  msiv2_sources* sources;
  msiv2_capabilities* capabilities;
  msiv2_diagnosis* diagnosis;
  msiv2_resource_request* resource_request;
  msiv2_response* response;
} all;

/* ---- The secret, which nothing but its own functions may show ---- */

static char secret_data[8192];
static msiv2_buffer secret = {secret_data, sizeof secret_data, 0};

static void check_no_secret(const char* what, int32_t number, const uint8_t* data, size_t size) {
  size_t at;
  if (secret.size < 100) return; /* no secret yet: an observer receives events before the token exists */
  for (at = 0; at + secret.size <= size; ++at) {
    if (memcmp(data + at, secret.data, secret.size) != 0) continue;
    fprintf(stderr, "%s shows the token as number %d\n", what, (int)number);
    ++failed_checks;
  }
}

static void check_no_text_secret(const char* what, int32_t number, const char* text) {
  check_no_secret(what, number, (const uint8_t*)text, strlen(text));
}

/* What the last call showed to a view. */
static struct {
  uint8_t data[65536];
  size_t size;
  int times;
} shown;

static int32_t keep(void* context, const uint8_t* data, size_t size) {
  (void)context;
  if (size > sizeof shown.data) return MSIV2_E_BUFFER_TOO_SMALL;
  memcpy(shown.data, data, size);
  shown.size = size;
  ++shown.times;
  return MSIV2_OK;
}

/* ---- The functions that return a code: each as int32_t -> code ---- */

static msiv2_error* error_of_call;

static int32_t token_view(int32_t n) {
  return msiv2_token_view(all.token, (msiv2_token_text_field)n, keep, NULL, &error_of_call);
}
static int32_t certificate_view(int32_t n) {
  return msiv2_certificate_view(all.certificate, (msiv2_certificate_text_field)n, keep, NULL, &error_of_call);
}
static int32_t key_view(int32_t n) {
  return msiv2_key_view(all.key, (msiv2_key_bytes_field)n, keep, NULL, &error_of_call);
}

static const char* word_of(void* context, int32_t about) {
  (void)context;
  (void)about;
  return "word";
}
static int32_t error_text_in(int32_t n) {
  return msiv2_error_text_in(all.error, (msiv2_error_text_field)n, word_of, NULL, keep, NULL, &error_of_call);
}
static int32_t sources_text_in(int32_t n) {
  return msiv2_sources_text_in(all.sources, 0, (msiv2_sources_text_field)n, word_of, NULL, keep, NULL,
                               &error_of_call);
}
static int32_t diagnosis_text_in(int32_t n) {
  return msiv2_diagnosis_text_in(all.diagnosis, 0, (msiv2_diagnosis_text_field)n, word_of, NULL, keep, NULL,
                                 &error_of_call);
}

static int64_t value;

static int32_t token_number(int32_t n) {
  return msiv2_token_number(all.token, (msiv2_token_number_field)n, &value, &error_of_call);
}
static int32_t certificate_number(int32_t n) {
  return msiv2_certificate_number(all.certificate, (msiv2_certificate_number_field)n, &value, &error_of_call);
}
static int32_t key_number(int32_t n) {
  return msiv2_key_number(all.key, (msiv2_key_number_field)n, &value, &error_of_call);
}
static int32_t response_number(int32_t n) {
  return msiv2_response_number(all.response, (msiv2_response_number_field)n, &value, &error_of_call);
}
static int32_t capabilities_number(int32_t n) {
  return msiv2_capabilities_number(all.capabilities, (msiv2_capabilities_number_field)n, &value,
                                   &error_of_call);
}

/* Tries some values for a field: a known field accepts at least one, an unknown number accepts none. */
static const int64_t kValues[] = {0, 1, MSIV2_TLS_1_2};
static const char* const kTexts[] = {"", "in-memory"};

static int32_t set_option_number(int32_t n) {
  int32_t code = MSIV2_OK;
  size_t i;
  for (i = 0; i < sizeof kValues / sizeof kValues[0]; ++i) {
    msiv2_error_free(error_of_call);
    code = msiv2_options_set_number(all.options, (msiv2_options_number_field)n, kValues[i], &error_of_call);
    if (code == MSIV2_OK) break;
  }
  return code;
}
static int32_t set_request_number(int32_t n) {
  return msiv2_request_set_number(all.request, (msiv2_request_number_field)n, 0, &error_of_call);
}
static int32_t set_option_text(int32_t n) {
  int32_t code = MSIV2_OK;
  size_t i;
  for (i = 0; i < sizeof kTexts / sizeof kTexts[0]; ++i) {
    msiv2_error_free(error_of_call);
    code = msiv2_options_set_text(all.options, (msiv2_options_text_field)n, kTexts[i], &error_of_call);
    if (code == MSIV2_OK) break;
  }
  return code;
}
static int32_t set_request_text(int32_t n) {
  return msiv2_request_set_text(all.request, (msiv2_request_text_field)n, "", &error_of_call);
}
static int32_t set_resource_text(int32_t n) {
  return msiv2_resource_request_set_text(all.resource_request, (msiv2_resource_request_text_field)n, "GET",
                                         &error_of_call);
}

/* Arguments that are not fields of an object: which numbers of an enumeration are accepted. */
static int32_t create_key(int32_t n) {
  msiv2_key* key = NULL;
  const int32_t code = msiv2_key_create(all.options, (msiv2_strength)n, &key, &error_of_call);
  msiv2_key_free(key);
  /* There are keys in memory only. Stronger ones are valid to ask for, but not available. */
  return code == MSIV2_E_KEYGUARD_UNAVAILABLE || code == MSIV2_E_MIN_STRENGTH_NOT_MET ? MSIV2_OK : code;
}
static int32_t sign_with_padding(int32_t n) {
  static const uint8_t digest[32] = {1};
  return msiv2_key_sign(all.key, (msiv2_padding)n, MSIV2_DIGEST_SHA256, digest, sizeof digest, keep, NULL,
                        &error_of_call);
}
static int32_t sign_by_digest(int32_t n) {
  static const uint8_t digest[64] = {1};
  const size_t size = n >= MSIV2_DIGEST_SHA256 && n <= MSIV2_DIGEST_SHA512 ? (size_t)(32 + 16 * n) : 32;
  return msiv2_key_sign(all.key, MSIV2_PADDING_PSS, (msiv2_digest)n, digest, size, keep, NULL,
                        &error_of_call);
}

static const struct {
  const char* name;
  int32_t (*call)(int32_t number);
  int32_t first; /* the documented numbers */
  int32_t last;
  int32_t lowest; /* of the kind: texts from 1, numbers from 101, bytes from 201; else 0 */
} kCodes[] = {
    {"msiv2_token_view", token_view, MSIV2_TOKEN_RESOURCE, MSIV2_TOKEN_MSI_SOURCE, 1},
    {"msiv2_token_number", token_number, MSIV2_TOKEN_TYPE, MSIV2_TOKEN_FROM_CACHE, 101},
    {"msiv2_certificate_view", certificate_view, MSIV2_CERTIFICATE_LEAF_PEM,
     MSIV2_CERTIFICATE_WHY_NOT_STRONGER, 1},
    {"msiv2_certificate_number", certificate_number, MSIV2_CERTIFICATE_NOT_BEFORE,
     MSIV2_CERTIFICATE_CHAIN_SIZE, 101},
    {"msiv2_key_view", key_view, MSIV2_KEY_SPKI_DER, MSIV2_KEY_EXPONENT, 201},
    {"msiv2_key_number", key_number, MSIV2_KEY_STRENGTH, MSIV2_KEY_NATIVE_HANDLE, 101},
    {"msiv2_response_number", response_number, MSIV2_RESPONSE_STATUS, MSIV2_RESPONSE_HEADER_COUNT, 101},
    {"msiv2_capabilities_number", capabilities_number, MSIV2_CAPABILITY_POP_AVAILABLE,
     MSIV2_CAPABILITY_IDENTITY_HERE, 101},
    {"msiv2_options_set_text", set_option_text, MSIV2_OPTION_CLIENT_ID, MSIV2_OPTION_SOURCE, 1},
    {"msiv2_options_set_number", set_option_number, MSIV2_OPTION_ALLOW_INSECURE_IMDS_BASE,
     MSIV2_OPTION_ALLOW_WORKLOAD_IDENTITY, 101},
    {"msiv2_request_set_text", set_request_text, MSIV2_REQUEST_RESOURCE, MSIV2_REQUEST_REJECTED_TOKEN_SHA256,
     1},
    {"msiv2_request_set_number", set_request_number, MSIV2_REQUEST_MTLS_POP, MSIV2_REQUEST_MINIMUM_STRENGTH,
     101},
    {"msiv2_resource_request_set_text", set_resource_text, MSIV2_RESOURCE_METHOD, MSIV2_RESOURCE_URL, 1},
    {"msiv2_error_text_in", error_text_in, MSIV2_ERROR_NAME, MSIV2_ERROR_SOURCE, 1},
    {"msiv2_sources_text_in", sources_text_in, MSIV2_SOURCE_NAME, MSIV2_SOURCE_WARNING, 1},
    {"msiv2_diagnosis_text_in", diagnosis_text_in, MSIV2_FINDING_CHECK, MSIV2_FINDING_CURE, 1},
    {"msiv2_key_create", create_key, MSIV2_STRENGTH_SOFTWARE, MSIV2_STRENGTH_KEYGUARD, 1},
    {"msiv2_key_sign, padding", sign_with_padding, MSIV2_PADDING_PSS, MSIV2_PADDING_PKCS1, 0},
    {"msiv2_key_sign, digest", sign_by_digest, MSIV2_DIGEST_SHA256, MSIV2_DIGEST_SHA512, 0},
};

/* ---- The functions that return "" or 0 ---- */

static const char* error_text(int32_t n) { return msiv2_error_text(all.error, (msiv2_error_text_field)n); }
static const char* capabilities_text(int32_t n) {
  return msiv2_capabilities_text(all.capabilities, (msiv2_capabilities_text_field)n);
}
static const char* sources_text(int32_t n) {
  return msiv2_sources_text(all.sources, 0, (msiv2_sources_text_field)n);
}
static const char* diagnosis_text(int32_t n) {
  return msiv2_diagnosis_text(all.diagnosis, 0, (msiv2_diagnosis_text_field)n);
}

static const struct {
  const char* name;
  const char* (*call)(int32_t number);
  int32_t first;
  int32_t last;
} kPlainTexts[] = {
    {"msiv2_error_text", error_text, MSIV2_ERROR_NAME, MSIV2_ERROR_SOURCE},
    {"msiv2_capabilities_text", capabilities_text, MSIV2_CAPABILITY_SOURCE, MSIV2_CAPABILITY_BEARER_SOURCE},
    {"msiv2_sources_text", sources_text, MSIV2_SOURCE_NAME, MSIV2_SOURCE_WARNING},
    {"msiv2_diagnosis_text", diagnosis_text, MSIV2_FINDING_CHECK, MSIV2_FINDING_CURE},
};

/* ---- The numbers ---- */

enum { kLow = 0, kHigh = 400 };
static const int32_t kFarOff[] = {-1, INT32_MIN, INT32_MAX, 4096, -101, 65537};

static void refuse(const char* name, int32_t number, const char* why) {
  fprintf(stderr, "%s, number %d: %s\n", name, (int)number, why);
  ++failed_checks;
}

static void check_code(size_t row, int32_t number) {
  const int known = number >= kCodes[row].first && number <= kCodes[row].last;
  int32_t code;
  shown.size = 0;
  shown.times = 0;
  value = 77;
  code = kCodes[row].call(number);
  if (known && code != MSIV2_OK && code != MSIV2_E_ABSENT) refuse(kCodes[row].name, number, "is refused");
  if (!known && code != MSIV2_E_BAD_ARGUMENT) refuse(kCodes[row].name, number, "is taken");
  if (!known && shown.times != 0) refuse(kCodes[row].name, number, "shows something");
  if (!known && msiv2_error_number(error_of_call, MSIV2_ERROR_CODE) != code) {
    refuse(kCodes[row].name, number, "has an error with another code");
  }
  check_no_text_secret(kCodes[row].name, number, msiv2_error_text(error_of_call, MSIV2_ERROR_LINE));
  check_no_secret(kCodes[row].name, number, shown.data, shown.size);
  msiv2_error_free(error_of_call);
  error_of_call = NULL;
}

static void check_plain_text(size_t row, int32_t number) {
  const int known = number >= kPlainTexts[row].first && number <= kPlainTexts[row].last;
  const char* text = kPlainTexts[row].call(number);
  if (!known && strcmp(text, "") != 0) refuse(kPlainTexts[row].name, number, "gives a text");
  check_no_text_secret(kPlainTexts[row].name, number, text);
}

/* The numbers of msiv2_about have gaps. */
static void check_about(int32_t number) {
  const int of_request = number >= MSIV2_ABOUT_RESOURCE && number <= MSIV2_ABOUT_REJECTED_TOKEN_SHA256;
  const int of_client = number >= MSIV2_ABOUT_IMDS_BASE_URL && number <= MSIV2_ABOUT_ATTESTATION_LIBRARY;
  const char* name = msiv2_about_name((msiv2_about)number);
  const char* start = of_request ? "MSIV2_REQUEST_" : of_client ? "MSIV2_OPTION_" : "";
  if (strncmp(name, start, strlen(start)) != 0) refuse("msiv2_about_name", number, "has a wrong name");
  if (!of_request && !of_client && strcmp(name, "") != 0) refuse("msiv2_about_name", number, "has a name");
}

static void check_error_number(int32_t number) {
  const int known = number >= MSIV2_ERROR_CODE && number <= MSIV2_ERROR_ABOUT;
  if (!known && msiv2_error_number(all.error, (msiv2_error_number_field)number) != 0) {
    refuse("msiv2_error_number", number, "gives a number");
  }
}

/* `event` is NULL for checks of everything else. */
static void for_every_number(void (*check)(const msiv2_event* event, int32_t number),
                             const msiv2_event* event) {
  int32_t number;
  size_t i;
  for (number = kLow; number <= kHigh; ++number) check(event, number);
  for (i = 0; i < sizeof kFarOff / sizeof kFarOff[0]; ++i) check(event, kFarOff[i]);
}

static void check_all(const msiv2_event* event, int32_t number) {
  size_t row;
  (void)event;
  for (row = 0; row < sizeof kCodes / sizeof kCodes[0]; ++row) check_code(row, number);
  for (row = 0; row < sizeof kPlainTexts / sizeof kPlainTexts[0]; ++row) check_plain_text(row, number);
  check_error_number(number);
  check_about(number);
}

/* ---- Events, while they live ---- */

static int events = 0;

static void check_event_number(const msiv2_event* event, int32_t number) {
  const char* text = msiv2_event_text(event, (msiv2_event_text_field)number);
  if ((number < MSIV2_EVENT_NAME || number > MSIV2_EVENT_OUTCOME) && strcmp(text, "") != 0) {
    refuse("msiv2_event_text", number, "gives a text");
  }
  if ((number < MSIV2_EVENT_STEP || number > MSIV2_EVENT_KEY_ORIGIN) &&
      msiv2_event_number(event, (msiv2_event_number_field)number) != 0) {
    refuse("msiv2_event_number", number, "gives a number");
  }
  if (strstr(text, "eyJ") != NULL) refuse("msiv2_event_text", number, "shows a token");
}

static void on_event(void* context, const msiv2_event* event) {
  (void)context;
  ++events;
  for_every_number(check_event_number, event);
}

/* ---- */

static void make_all(emulated_host* host) {
  static const msiv2_observer_table observer = {on_event, NULL};
  msiv2_resource_client* client = NULL;
  msiv2_resource_request* hello = NULL;
  char url[256];
  all.options = emulated_host_options(host);
  REQUIRE_OK(msiv2_options_set_text(all.options, MSIV2_OPTION_KEY_PROVIDER, "in-memory", &error));
  REQUIRE_OK(msiv2_options_add_observer(all.options, &observer, NULL, &error));
  REQUIRE_OK(msiv2_client_new(all.options, &all.client, &error));
  REQUIRE_OK(msiv2_request_new(emulated_host_resource(host), &all.request, &error));
  REQUIRE_OK(msiv2_request_set_number(all.request, MSIV2_REQUEST_MTLS_POP, 1, &error));
  CHECK(msiv2_client_acquire(all.client, all.request, 0, NULL, &all.token, &all.error) ==
        MSIV2_E_POP_REQUIRES_ATTESTATION);
  REQUIRE_OK(msiv2_request_set_number(all.request, MSIV2_REQUEST_ALLOW_UNATTESTED, 1, &error));
  REQUIRE_OK(msiv2_client_acquire(all.client, all.request, 0, NULL, &all.token, &error));
  REQUIRE_OK(msiv2_token_certificate(all.token, &all.certificate, &error));
  REQUIRE_OK(msiv2_certificate_key(all.certificate, &all.key, &error));
  REQUIRE_OK(msiv2_find_sources(all.options, &all.sources, &error));
  REQUIRE_OK(msiv2_client_capabilities(all.client, 0, NULL, &all.capabilities, &error));
  REQUIRE_OK(msiv2_diagnose(all.options, NULL, 0, NULL, &all.diagnosis, &error));
  REQUIRE_OK(msiv2_resource_request_new("https://vault.azure.net", &all.resource_request, &error));
  snprintf(url, sizeof url, "%s/hello", emulated_host_resource(host));
  REQUIRE_OK(msiv2_resource_request_new(url, &hello, &error));
  REQUIRE_OK(msiv2_resource_client_new(all.options, &client, &error));
  REQUIRE_OK(msiv2_resource_send(client, all.token, hello, 0, NULL, &all.response, &error));
  msiv2_resource_request_free(hello);
  msiv2_resource_client_free(client);
}

static void free_all(void) {
  msiv2_response_free(all.response);
  msiv2_resource_request_free(all.resource_request);
  msiv2_diagnosis_free(all.diagnosis);
  msiv2_capabilities_free(all.capabilities);
  msiv2_sources_free(all.sources);
  msiv2_error_free(all.error);
  msiv2_key_free(all.key);
  msiv2_certificate_free(all.certificate);
  msiv2_token_free(all.token);
  msiv2_request_free(all.request);
  msiv2_client_free(all.client);
  msiv2_options_free(all.options);
}

int main(void) {
  emulated_host* host = emulated_host_start();
  size_t row;
  BUFFER(header, 8192);
  if (host == NULL) return 1;
  make_all(host);
  REQUIRE_OK(msiv2_token_secret(all.token, msiv2_copy, &secret, &error));
  REQUIRE_OK(msiv2_token_authorization(all.token, msiv2_copy, &header, &error));
  CHECK(strncmp(secret.data, "eyJ", 3) == 0 && strcmp(header.data + strlen("mtls_pop "), secret.data) == 0);
  for (row = 0; row < sizeof kCodes / sizeof kCodes[0]; ++row) {
    CHECK(kCodes[row].first == kCodes[row].lowest);
  }
  for_every_number(check_all, NULL);
  CHECK(events > 0);
  free_all();
  emulated_host_stop(host);
  if (failed_checks == 0) puts("numbers_test: ok");
  return failed_checks == 0 ? 0 : 1;
}
