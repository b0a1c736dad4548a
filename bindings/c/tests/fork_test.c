/* What a forked child can do with its parent's handles: read results and free everything. Each other function
   returns MSIV2_E_USED_AFTER_FORK at once, also while the parent is in a call. The child does not disturb the
   parent. */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bindings/c/tests/check.h"
#include "bindings/c/tests/emulated_host.h"

#define CHECK_OF_PARENT(call) CHECK_FAILS(MSIV2_E_USED_AFTER_FORK, call)

#ifndef PARENT_GOES_ON /* 1: the parent makes calls while it forks */
#define PARENT_GOES_ON 0
#endif

static const char kGuid[] = "11111111-2222-4333-8444-555555555555";

/* One handle of each type, all created by the parent. */
typedef struct World {
  emulated_host* host;
  msiv2_options* options;
  msiv2_client* client;
  msiv2_request* request;
  msiv2_request* other; /* for a token that was not acquired yet */
  msiv2_token* token;
  msiv2_certificate* certificate;
  msiv2_key* key;
  msiv2_pending* pending;
  msiv2_cancellation* cancellation;
  msiv2_resource_client* resource;
  msiv2_resource_request* call;
  msiv2_response* response;
  msiv2_sources* sources;
  msiv2_capabilities* capabilities;
  msiv2_diagnosis* diagnosis;
  msiv2_error* error;
} World;

static void on_event(void* context, const msiv2_event* event) {
  (void)context;
  (void)event;
}
static void on_line(void* context, const char* line) {
  (void)context;
  (void)line;
}
static const msiv2_observer_table kObserver = {on_event, NULL};
static const msiv2_log_table kLog = {on_line, NULL};

static msiv2_options* options_of(emulated_host* host) {
  msiv2_options* options = emulated_host_options(host);
  REQUIRE_OK(msiv2_options_add_key_provider(options, emulated_host_key_provider(), host, &error));
  REQUIRE_OK(msiv2_options_set_attestor(options, emulated_host_attestor(), host, &error));
  REQUIRE_OK(msiv2_options_add_observer(options, &kObserver, NULL, &error));
  REQUIRE_OK(msiv2_options_add_log(options, 1, 1, &kLog, NULL, &error));
  return options;
}

static msiv2_request* request_for(const char* resource) {
  msiv2_request* request = NULL;
  REQUIRE_OK(msiv2_request_new(resource, &request, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_MTLS_POP, 1, &error));
  REQUIRE_OK(msiv2_request_set_number(request, MSIV2_REQUEST_ATTESTATION, 1, &error));
  return request;
}

static World make_world(emulated_host* host) {
  World world;
  char url[256];
  memset(&world, 0, sizeof world);
  world.host = host;
  world.options = options_of(host);
  world.request = request_for(emulated_host_resource(host));
  world.other = request_for("https://vault.azure.net");
  REQUIRE_OK(msiv2_cancellation_new(&world.cancellation, &error));
  REQUIRE_OK(msiv2_client_new(world.options, &world.client, &error));
  REQUIRE_OK(msiv2_client_acquire(world.client, world.request, 0, NULL, &world.token, &error));
  REQUIRE_OK(msiv2_token_certificate(world.token, &world.certificate, &error));
  REQUIRE_OK(msiv2_certificate_key(world.certificate, &world.key, &error));
  snprintf(url, sizeof url, "%s/hello", emulated_host_resource(host));
  REQUIRE_OK(msiv2_resource_client_new(world.options, &world.resource, &error));
  REQUIRE_OK(msiv2_resource_request_new(url, &world.call, &error));
  REQUIRE_OK(msiv2_resource_send(world.resource, world.token, world.call, 0, NULL, &world.response, &error));
  REQUIRE_OK(msiv2_find_sources(world.options, &world.sources, &error));
  REQUIRE_OK(msiv2_client_capabilities(world.client, 0, NULL, &world.capabilities, &error));
  REQUIRE_OK(msiv2_diagnose(world.options, NULL, 0, NULL, &world.diagnosis, &error));
  CHECK(msiv2_request_new(NULL, NULL, &world.error) == MSIV2_E_BAD_ARGUMENT);
  CHECK(emulated_host_fault(host, "entra.token hang=request"));
  REQUIRE_OK(
      msiv2_client_acquire_async(world.client, world.other, 0, world.cancellation, &world.pending, &error));
  emulated_host_await_hanging(host);
  return world;
}

static void check_inputs(World* w) {
  CHECK_OF_PARENT(msiv2_options_set_text(w->options, MSIV2_OPTION_CLIENT_ID, kGuid, &error));
  CHECK_OF_PARENT(msiv2_options_set_number(w->options, MSIV2_OPTION_RETRIES, 0, &error));
  CHECK_OF_PARENT(msiv2_options_add_key_provider(w->options, emulated_host_key_provider(), w->host, &error));
  CHECK_OF_PARENT(msiv2_options_set_attestor(w->options, emulated_host_attestor(), w->host, &error));
  CHECK_OF_PARENT(msiv2_options_add_observer(w->options, &kObserver, NULL, &error));
  CHECK_OF_PARENT(msiv2_options_add_log(w->options, 0, 0, &kLog, NULL, &error));
  CHECK_OF_PARENT(msiv2_request_set_text(w->request, MSIV2_REQUEST_CLAIMS, "{}", &error));
  CHECK_OF_PARENT(msiv2_request_set_number(w->request, MSIV2_REQUEST_FORCE_REFRESH, 1, &error));
  CHECK_OF_PARENT(msiv2_resource_request_set_text(w->call, MSIV2_RESOURCE_METHOD, "PUT", &error));
  CHECK_OF_PARENT(msiv2_resource_request_add_header(w->call, "X-A", "1", &error));
  CHECK_OF_PARENT(msiv2_resource_request_set_body(w->call, NULL, 0, &error));
  CHECK_OF_PARENT(msiv2_resource_request_set_max_answer(w->call, 1, &error));
  CHECK_OF_PARENT(msiv2_cancellation_cancel(w->cancellation, &error));
}

static void check_calls(World* w) {
  msiv2_token* token = w->token; /* outputs must be cleared */
  msiv2_pending* pending = w->pending;
  msiv2_capabilities* capabilities = w->capabilities;
  msiv2_response* response = w->response;
  CHECK_OF_PARENT(msiv2_client_acquire(w->client, w->request, 0, NULL, &token, &error));
  CHECK_OF_PARENT(msiv2_client_acquire(w->client, w->other, 0, NULL, &token, &error));
  CHECK_OF_PARENT(msiv2_client_find_token(w->client, w->request, &token, &error));
  CHECK_OF_PARENT(msiv2_client_acquire_async(w->client, w->request, 0, NULL, &pending, &error));
  CHECK_OF_PARENT(msiv2_client_capabilities(w->client, 0, NULL, &capabilities, &error));
  CHECK(token == NULL && pending == NULL && capabilities == NULL);
  token = w->token;
  CHECK_OF_PARENT(msiv2_pending_wait(w->pending, 2147483647, &token, &error));
  CHECK_OF_PARENT(msiv2_resource_send(w->resource, w->token, w->call, 0, NULL, &response, &error));
  CHECK(token == NULL && response == NULL);
}

static void check_makers(World* w) {
  msiv2_client* client = NULL;
  msiv2_resource_client* resource = NULL;
  msiv2_sources* sources = NULL;
  msiv2_diagnosis* diagnosis = NULL;
  msiv2_key* key = NULL;
  CHECK_OF_PARENT(msiv2_client_new(w->options, &client, &error));
  CHECK_OF_PARENT(msiv2_client_try_new(w->options, &client, &error));
  CHECK_OF_PARENT(msiv2_resource_client_new(w->options, &resource, &error));
  CHECK_OF_PARENT(msiv2_find_sources(w->options, &sources, &error));
  CHECK_OF_PARENT(msiv2_diagnose(w->options, NULL, 0, NULL, &diagnosis, &error));
  CHECK_OF_PARENT(msiv2_diagnose(NULL, NULL, 0, w->cancellation, &diagnosis, &error));
  CHECK_OF_PARENT(msiv2_key_create(w->options, MSIV2_STRENGTH_KEYGUARD, &key, &error));
  CHECK(client == NULL && resource == NULL && sources == NULL && diagnosis == NULL && key == NULL);
}

/* The key signs in the parent only. In the child it does not sign, neither through its own handle nor through
   one that the child obtains from the token. */
static void check_key(World* w) {
  const char* attestation = emulated_host_attestation(w->host);
  uint8_t digest[32];
  msiv2_certificate* certificate = NULL;
  msiv2_key* taken = NULL;
  BUFFER(text, 8192);
  memset(digest, 0x5a, sizeof digest);
  CHECK_OF_PARENT(msiv2_key_sign(w->key, MSIV2_PADDING_PSS, MSIV2_DIGEST_SHA256, digest, sizeof digest,
                                 msiv2_copy, &text, &error));
  CHECK_OF_PARENT(msiv2_key_csr(w->key, kGuid, kGuid, kGuid, NULL, 1, msiv2_copy, &text, &error));
  CHECK_OF_PARENT(msiv2_key_attest(w->key, NULL, attestation, kGuid, 0, NULL, msiv2_copy, &text, &error));
  REQUIRE_OK(msiv2_token_certificate(w->token, &certificate, &error));
  REQUIRE_OK(msiv2_certificate_key(certificate, &taken, &error));
  CHECK_OF_PARENT(msiv2_key_sign(taken, MSIV2_PADDING_PSS, MSIV2_DIGEST_SHA256, digest, sizeof digest,
                                 msiv2_copy, &text, &error));
  msiv2_key_free(taken);
  msiv2_certificate_free(certificate);
}

static void check_reading(World* w) {
  int64_t number = 0;
  msiv2_error* reason = NULL;
  BUFFER(text, 8192);
  REQUIRE_OK(msiv2_token_secret(w->token, msiv2_copy, &text, &error));
  CHECK(strncmp(text.data, "eyJ", 3) == 0);
  REQUIRE_OK(msiv2_token_number(w->token, MSIV2_TOKEN_EXPIRES_ON, &number, &error));
  REQUIRE_OK(msiv2_certificate_view(w->certificate, MSIV2_CERTIFICATE_LEAF_PEM, msiv2_copy, &text, &error));
  REQUIRE_OK(msiv2_certificate_number(w->certificate, MSIV2_CERTIFICATE_NOT_AFTER, &number, &error));
  REQUIRE_OK(msiv2_certificate_chain(w->certificate, 0, msiv2_copy, &text, &error));
  REQUIRE_OK(msiv2_key_view(w->key, MSIV2_KEY_MODULUS, msiv2_copy, &text, &error));
  REQUIRE_OK(msiv2_key_number(w->key, MSIV2_KEY_STRENGTH, &number, &error));
  REQUIRE_OK(msiv2_response_number(w->response, MSIV2_RESPONSE_STATUS, &number, &error));
  CHECK(number == 200);
  REQUIRE_OK(msiv2_response_body(w->response, msiv2_copy, &text, &error));
  REQUIRE_OK(msiv2_response_header_at(w->response, 0, 0, msiv2_copy, &text, &error));
  CHECK(msiv2_sources_size(w->sources) == 8 && msiv2_sources_state(w->sources, 0) >= 0);
  CHECK(strlen(msiv2_sources_text(w->sources, 0, MSIV2_SOURCE_NAME)) > 0);
  REQUIRE_OK(msiv2_capabilities_number(w->capabilities, MSIV2_CAPABILITY_POP_AVAILABLE, &number, &error));
  CHECK(strlen(msiv2_capabilities_text(w->capabilities, MSIV2_CAPABILITY_SOURCE)) > 0);
  (void)msiv2_capabilities_reason(w->capabilities, 0, &reason);
  msiv2_error_free(reason);
  CHECK(msiv2_diagnosis_size(w->diagnosis) > 0);
  CHECK(strlen(msiv2_diagnosis_text(w->diagnosis, 0, MSIV2_FINDING_CHECK)) > 0);
  CHECK(strcmp(msiv2_error_text(w->error, MSIV2_ERROR_NAME), "bad_argument") == 0);
  CHECK(msiv2_cancellation_is_canceled(w->cancellation) == 0);
}

static void free_world(World* w) {
  msiv2_pending_free(w->pending);
  msiv2_client_free(w->client);
  msiv2_resource_client_free(w->resource);
  msiv2_options_free(w->options);
  msiv2_request_free(w->request);
  msiv2_request_free(w->other);
  msiv2_token_free(w->token);
  msiv2_certificate_free(w->certificate);
  msiv2_key_free(w->key);
  msiv2_cancellation_free(w->cancellation);
  msiv2_resource_request_free(w->call);
  msiv2_response_free(w->response);
  msiv2_sources_free(w->sources);
  msiv2_capabilities_free(w->capabilities);
  msiv2_diagnosis_free(w->diagnosis);
  msiv2_error_free(w->error);
}

/* The child's own handles work while those of its parent exist. */
static void check_own(World* w) {
  msiv2_options* options = options_of(w->host);
  msiv2_request* request = request_for("https://vault.azure.net");
  msiv2_client* client = NULL;
  msiv2_token* token = NULL;
  msiv2_capabilities* capabilities = NULL;
  REQUIRE_OK(msiv2_client_new(options, &client, &error));
  REQUIRE_OK(msiv2_client_capabilities(client, 0, NULL, &capabilities, &error));
  msiv2_capabilities_free(capabilities);
  CHECK_OF_PARENT(msiv2_client_acquire(client, w->request, 0, NULL, &token, &error));
  CHECK_OF_PARENT(msiv2_client_acquire(client, request, 0, w->cancellation, &token, &error));
  msiv2_client_free(client);
  msiv2_request_free(request);
  msiv2_options_free(options);
}

static int child_of(World* world) {
  int releases;
  alarm(600); /* ends a child that hangs; under valgrind a child is slow */
  check_inputs(world);
  check_calls(world);
  check_makers(world);
  check_key(world);
  check_reading(world);
  check_own(world);
  releases = emulated_host_releases(world->host);
  free_world(world);
  CHECK(emulated_host_releases(world->host) == releases); /* the parent releases them */
  return failed_checks == 0 ? 0 : 1;
}

/* The parent makes calls all the time. */
typedef struct Asker {
  World* world;
  int ends;
  int asked;
  pthread_mutex_t mutex;
} Asker;

static int goes_on(Asker* asker) {
  int ends;
  pthread_mutex_lock(&asker->mutex);
  ++asker->asked;
  ends = asker->ends;
  pthread_mutex_unlock(&asker->mutex);
  return !ends;
}

static void* ask(void* context) {
  Asker* asker = context;
  do {
    msiv2_token* token = NULL;
    REQUIRE_OK(msiv2_client_acquire(asker->world->client, asker->world->request, 0, NULL, &token, &error));
    msiv2_token_free(token);
  } while (goes_on(asker));
  return NULL;
}

// F6, A7.
int main(void) {
  emulated_host* host = emulated_host_start();
  World world;
  Asker asker = {NULL, 0, 0, PTHREAD_MUTEX_INITIALIZER};
  pthread_t thread;
  msiv2_token* token = NULL;
  int round;
  if (host == NULL) return 1;
  world = make_world(host);
  asker.world = &world;
  if (PARENT_GOES_ON && pthread_create(&thread, NULL, ask, &asker) != 0) return 1;
  for (round = 0; round < 10; ++round) {
    int status = -1;
    const pid_t child = fork();
    if (child == 0) _exit(child_of(&world));
    CHECK(waitpid(child, &status, 0) == child && status == 0);
  }
  pthread_mutex_lock(&asker.mutex);
  asker.ends = 1;
  pthread_mutex_unlock(&asker.mutex);
  if (PARENT_GOES_ON) pthread_join(thread, NULL);

  emulated_host_fault(host, NULL);
  REQUIRE_OK(msiv2_pending_wait(world.pending, 600000, &token, &error));
  msiv2_token_free(token);
  msiv2_response_free(world.response);
  REQUIRE_OK(msiv2_resource_send(world.resource, world.token, world.call, 0, NULL, &world.response, &error));
  free_world(&world);
  CHECK(emulated_host_releases(host) > 0);
  emulated_host_stop(host);
  if (failed_checks == 0) puts("fork_test: ok");
  return failed_checks == 0 ? 0 : 1;
}
