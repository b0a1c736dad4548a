/* What caller-supplied key providers, keys and attestors may answer. Each wrong answer is an error of its
   step, and what the library was given is released. */
#include "bindings/c/tests/check.h"
#include "bindings/c/tests/emulated_host.h"

static const uint8_t kExponent[] = {1, 0, 1};
static uint8_t modulus[256];
static int releases = 0;
static int discards_of_own = 0;
static int discards_of_others = 0;

static void release(void* context) {
  (void)context;
  ++releases;
}

/* What the provider and the key answer. The tests below set one at a time. */
static struct {
  int32_t (*provide)(msiv2_reply* reply);
  int32_t code; /* of get_or_create, after `provide` */
  size_t signature_size;
  int32_t sign_code;
  const char* jwt;
  int32_t attest_code;
} answer;

static int32_t sign(void* context, int32_t padding, int32_t algorithm, const uint8_t* digest, size_t size,
                    msiv2_reply* reply) {
  static const uint8_t signature[512] = {1};
  (void)context, (void)padding, (void)algorithm, (void)digest, (void)size;
  if (answer.signature_size != 0)
    CHECK(msiv2_reply_bytes(reply, signature, answer.signature_size) == MSIV2_OK);
  return answer.sign_code;
}

static msiv2_key_table good_key(void) {
  msiv2_key_table table;
  memset(&table, 0, sizeof table);
  table.strength = MSIV2_STRENGTH_SOFTWARE;
  table.origin = MSIV2_ORIGIN_PLATFORM;
  table.modulus = modulus;
  table.modulus_size = sizeof modulus;
  table.exponent = kExponent;
  table.exponent_size = sizeof kExponent;
  table.sign = sign;
  table.release = release;
  return table;
}

static int32_t give(msiv2_reply* reply, const msiv2_key_table* table) {
  return msiv2_reply_key(reply, table, NULL);
}

static int32_t nothing(msiv2_reply* reply) {
  (void)reply;
  return MSIV2_OK;
}

static int32_t a_key(msiv2_reply* reply) {
  const msiv2_key_table table = good_key();
  return give(reply, &table);
}

static int32_t two_keys(msiv2_reply* reply) {
  CHECK(a_key(reply) == MSIV2_OK);
  return a_key(reply);
}

static int32_t a_short_key(msiv2_reply* reply) {
  msiv2_key_table table = good_key();
  table.modulus_size = 128;
  return give(reply, &table);
}

static int32_t a_key_of_zeros(msiv2_reply* reply) {
  static const uint8_t zeros[256];
  msiv2_key_table table = good_key();
  table.modulus = zeros;
  return give(reply, &table);
}

static int32_t a_stronger_key(msiv2_reply* reply) {
  msiv2_key_table table = good_key();
  table.strength = MSIV2_STRENGTH_HARDWARE;
  return give(reply, &table);
}

static int32_t a_keyguard_key(msiv2_reply* reply) {
  msiv2_key_table table = good_key();
  table.strength = MSIV2_STRENGTH_KEYGUARD;
  return give(reply, &table);
}

static int32_t words(msiv2_reply* reply) {
  CHECK(msiv2_reply_error(reply, "closed\nlevel=info forged \x1b[2J", -5, 0) == MSIV2_OK);
  return MSIV2_OK;
}

static int32_t get_or_create(void* context, msiv2_reply* reply) {
  (void)context;
  CHECK(answer.provide(reply) == MSIV2_OK);
  return answer.code;
}

static msiv2_options* options_with(msiv2_strength strength) {
  msiv2_key_provider_table table = {"test", MSIV2_STRENGTH_SOFTWARE, get_or_create, NULL, release};
  msiv2_options* options = NULL;
  table.strength = (int32_t)strength;
  REQUIRE_OK(msiv2_options_new(&options, &error));
  REQUIRE_OK(msiv2_options_add_key_provider(options, &table, NULL, &error));
  return options;
}

/* Answers of a provider, and how msiv2_key_create handles them. */
static void test_provider(void) {
  static const struct {
    int32_t (*provide)(msiv2_reply* reply);
    int32_t code;
    msiv2_strength strength; /* of the provider, and asked for */
    int32_t expected;
    int64_t retryable;
    int64_t native_code;
    int keys; /* given */
    const char* says;
  } rows[] = {
      {nothing, MSIV2_OK, MSIV2_STRENGTH_SOFTWARE, MSIV2_E_KEY_CREATION_FAILED, 1, 0, 0, "without a key"},
      {nothing, 77, MSIV2_STRENGTH_SOFTWARE, MSIV2_E_KEY_CREATION_FAILED, 1, 0, 0, "gave no key"},
      {words, 1, MSIV2_STRENGTH_SOFTWARE, MSIV2_E_KEY_CREATION_FAILED, 0, -5, 0, "closed level=info"},
      {a_key, 1, MSIV2_STRENGTH_SOFTWARE, MSIV2_E_KEY_CREATION_FAILED, 1, 0, 1, "gave no key"},
      {a_short_key, MSIV2_OK, MSIV2_STRENGTH_SOFTWARE, MSIV2_E_KEY_CREATION_FAILED, 0, 0, 1, "2048"},
      {a_key_of_zeros, MSIV2_OK, MSIV2_STRENGTH_SOFTWARE, MSIV2_E_KEY_CREATION_FAILED, 0, 0, 1, "2048"},
      {a_stronger_key, MSIV2_OK, MSIV2_STRENGTH_SOFTWARE, MSIV2_E_KEY_CREATION_FAILED, 0, 0, 1, "best"},
      {a_keyguard_key, MSIV2_OK, MSIV2_STRENGTH_KEYGUARD, MSIV2_E_KEYGUARD_UNAVAILABLE, 0, 0, 1,
       "cannot claim KeyGuard"},
      {words, 1, MSIV2_STRENGTH_KEYGUARD, MSIV2_E_KEYGUARD_UNAVAILABLE, 0, -5, 0, "closed level=info"},
      {a_key, MSIV2_OK, MSIV2_STRENGTH_HARDWARE, MSIV2_E_MIN_STRENGTH_NOT_MET, 0, 0, 1, "hardware"},
      {two_keys, MSIV2_OK, MSIV2_STRENGTH_SOFTWARE, MSIV2_OK, 0, 0, 2, ""},
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
    msiv2_options* options = options_with(rows[i].strength);
    msiv2_key* key = NULL;
    msiv2_error* error = NULL;
    const char* line;
    int32_t code;
    const int before = releases;
    answer.provide = rows[i].provide;
    answer.code = rows[i].code;
    code = msiv2_key_create(options, rows[i].strength, &key, &error);
    line = msiv2_error_text(error, MSIV2_ERROR_LINE);
    if (code != rows[i].expected || msiv2_error_number(error, MSIV2_ERROR_RETRYABLE) != rows[i].retryable ||
        msiv2_error_number(error, MSIV2_ERROR_NATIVE_CODE) != rows[i].native_code ||
        strstr(line, rows[i].says) == NULL || strpbrk(line, "\n\x1b") != NULL) {
      fprintf(stderr, "row %d: code %d: %s\n", (int)i, (int)code, line);
      ++failed_checks;
    }
    CHECK((key != NULL) == (rows[i].expected == MSIV2_OK));
    msiv2_error_free(error);
    msiv2_key_free(key);
    CHECK(releases == before + rows[i].keys);
    msiv2_options_free(options);
    CHECK(releases == before + rows[i].keys + 1); /* the provider */
  }
}

/* A key with a wrong table is refused by msiv2_reply_key, and still belongs to the caller. */
static void bad_keys(msiv2_reply* reply) {
  const int before = releases;
  msiv2_key_table table = good_key();
  table.sign = NULL;
  CHECK(give(reply, &table) == MSIV2_E_BAD_ARGUMENT);
  table = good_key();
  table.modulus = NULL;
  CHECK(give(reply, &table) == MSIV2_E_BAD_ARGUMENT);
  table = good_key();
  table.exponent = NULL;
  CHECK(give(reply, &table) == MSIV2_E_BAD_ARGUMENT);
  table = good_key();
  table.modulus_size = 0;
  CHECK(give(reply, &table) == MSIV2_E_BAD_ARGUMENT);
  table.modulus_size = SIZE_MAX;
  CHECK(give(reply, &table) == MSIV2_E_BAD_ARGUMENT);
  table = good_key();
  table.exponent_size = 0;
  CHECK(give(reply, &table) == MSIV2_E_BAD_ARGUMENT);
  table = good_key();
  table.strength = MSIV2_STRENGTH_NONE;
  CHECK(give(reply, &table) == MSIV2_E_BAD_ARGUMENT);
  table.strength = MSIV2_STRENGTH_KEYGUARD + 1;
  CHECK(give(reply, &table) == MSIV2_E_BAD_ARGUMENT);
  table = good_key();
  table.origin = 2;
  CHECK(give(reply, &table) == MSIV2_E_BAD_ARGUMENT);
  CHECK(give(reply, NULL) == MSIV2_E_BAD_ARGUMENT);
  CHECK(msiv2_reply_bytes(reply, NULL, 1) == MSIV2_E_BAD_ARGUMENT);
  CHECK(msiv2_reply_bytes(reply, kExponent, SIZE_MAX) == MSIV2_E_BAD_ARGUMENT);
  CHECK(msiv2_reply_error(reply, NULL, 0, 2) == MSIV2_E_BAD_ARGUMENT);
  CHECK(releases == before);
}

static int32_t bad_keys_then_a_good_one(msiv2_reply* reply) {
  bad_keys(reply);
  return a_key(reply);
}

static void test_signatures(void) {
  static const struct {
    size_t size;
    int32_t code;
    int32_t expected;
  } rows[] = {{256, MSIV2_OK, MSIV2_OK},
              {255, MSIV2_OK, MSIV2_E_KEY_SIGN_FAILED},
              {257, MSIV2_OK, MSIV2_E_KEY_SIGN_FAILED},
              {0, MSIV2_OK, MSIV2_E_KEY_SIGN_FAILED},
              {256, 1, MSIV2_E_KEY_SIGN_FAILED}};
  msiv2_options* options = options_with(MSIV2_STRENGTH_SOFTWARE);
  msiv2_key* key = NULL;
  uint8_t digest[32] = {0};
  size_t i;
  BUFFER(signature, 1024);
  answer.provide = bad_keys_then_a_good_one;
  answer.code = MSIV2_OK;
  REQUIRE_OK(msiv2_key_create(options, MSIV2_STRENGTH_SOFTWARE, &key, &error));
  for (i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
    msiv2_error* error = NULL;
    answer.signature_size = rows[i].size;
    answer.sign_code = rows[i].code;
    CHECK(msiv2_key_sign(key, MSIV2_PADDING_PSS, MSIV2_DIGEST_SHA256, digest, sizeof digest, msiv2_copy,
                         &signature, &error) == rows[i].expected);
    CHECK(msiv2_error_number(error, MSIV2_ERROR_RETRYABLE) == (rows[i].expected != MSIV2_OK));
    msiv2_error_free(error);
  }
  msiv2_key_free(key);
  msiv2_options_free(options);
}

static int32_t attest(void* context, const char* endpoint, const char* client_id, const msiv2_key* key,
                      const msiv2_call* call, msiv2_reply* reply) {
  (void)context;
  CHECK(strlen(endpoint) > 0 && strcmp(client_id, "client") == 0 && key != NULL);
  CHECK(msiv2_call_is_canceled(call) == 0 && msiv2_call_milliseconds_left(call) > 0);
  if (answer.jwt != NULL) {
    CHECK(msiv2_reply_bytes(reply, (const uint8_t*)answer.jwt, strlen(answer.jwt)) == MSIV2_OK);
  }
  return answer.attest_code;
}

static void test_attestor(emulated_host* host) {
  static const struct {
    const char* jwt;
    int32_t code;
    const char* says;
  } rows[] = {{NULL, MSIV2_OK, ""},
              {"", MSIV2_OK, ""},
              {"no JWT", MSIV2_OK, ""},
              {"eyJhbGciOiJub25lIn0.e30.", MSIV2_OK, ""},
              {"eyJhbGciOiJub25lIn0.e30.c2ln", 1, "gave no JWT"}};
  static const msiv2_attestor_table table = {1, attest, release};
  msiv2_options* options = NULL;
  msiv2_key* key = NULL;
  size_t i;
  const int before = releases;
  BUFFER(jwt, 8192);
  options = emulated_host_options(host);
  REQUIRE_OK(msiv2_options_add_key_provider(options, emulated_host_key_provider(), host, &error));
  REQUIRE_OK(msiv2_options_set_attestor(options, &table, NULL, &error));
  REQUIRE_OK(msiv2_key_create(options, MSIV2_STRENGTH_KEYGUARD, &key, &error));
  for (i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
    msiv2_error* error = NULL;
    answer.jwt = rows[i].jwt;
    answer.attest_code = rows[i].code;
    CHECK(msiv2_key_attest(key, options, emulated_host_attestation(host), "client", 0, NULL, msiv2_copy, &jwt,
                           &error) == MSIV2_E_ATTESTATION_FAILED);
    CHECK(strstr(msiv2_error_text(error, MSIV2_ERROR_MESSAGE), rows[i].says) != NULL);
    msiv2_error_free(error);
  }
  REQUIRE_OK(msiv2_options_set_attestor(options, &table, NULL, &error));
  CHECK(releases == before + 1); /* the attestor that was replaced */
  msiv2_key_free(key);
  msiv2_options_free(options);
  CHECK(releases == before + 2);
}

/* Two keystores, whose contexts point to different things. */
static int32_t hardware_context = 1;
static int32_t software_context = 2;

static int32_t hardware_key(void* context, msiv2_reply* reply) {
  msiv2_key_table table = good_key();
  (void)context;
  table.strength = MSIV2_STRENGTH_HARDWARE;
  return msiv2_reply_key(reply, &table, &hardware_context);
}

static int32_t software_key(void* context, msiv2_reply* reply) {
  const msiv2_key_table table = good_key();
  (void)context;
  return msiv2_reply_key(reply, &table, &software_context);
}

static void discard(void* context, void* key_context) {
  ++*(key_context == context ? &discards_of_own : &discards_of_others);
}

/* A key that does not sign is discarded by its own provider. No other provider receives it. */
static void test_discard(emulated_host* host) {
  static const msiv2_key_provider_table hardware = {"hardware", MSIV2_STRENGTH_HARDWARE, hardware_key,
                                                    discard, NULL};
  static const msiv2_key_provider_table software = {"software", MSIV2_STRENGTH_SOFTWARE, software_key,
                                                    discard, NULL};
  msiv2_options* options = NULL;
  msiv2_client* client = NULL;
  msiv2_request* request = NULL;
  msiv2_token* token = NULL;
  REQUIRE_OK(msiv2_options_new(&options, &error));
  REQUIRE_OK(msiv2_options_set_text(options, MSIV2_OPTION_IMDS_BASE_URL, emulated_host_imds(host), &error));
  REQUIRE_OK(msiv2_options_add_key_provider(options, &hardware, &hardware_context, &error));
  REQUIRE_OK(msiv2_options_add_key_provider(options, &software, &software_context, &error));
  REQUIRE_OK(msiv2_client_new(options, &client, &error));
  REQUIRE_OK(msiv2_request_new("https://vault.azure.net", &request, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_MTLS_POP, 1, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_ALLOW_UNATTESTED, 1, &error));
  answer.signature_size = 0;
  CHECK_FAILS(MSIV2_E_KEY_SIGN_FAILED, msiv2_client_acquire(client, request, 0, NULL, &token, &error));
  CHECK(discards_of_own > 0 && discards_of_others == 0);
  msiv2_request_free(request);
  msiv2_client_free(client);
  msiv2_options_free(options);
}

int main(void) {
  emulated_host* host = emulated_host_start();
  if (host == NULL) return 1;
  memset(modulus, 0xc5, sizeof modulus);
  test_provider();
  test_signatures();
  test_attestor(host);
  test_discard(host);
  emulated_host_stop(host);
  if (failed_checks == 0) puts("tables_test: ok");
  return failed_checks == 0 ? 0 : 1;
}
