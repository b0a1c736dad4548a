// msiv2.hpp, compiled as C++17, against the emulator. Nothing of the C++ library is included here.
#include <msiv2.hpp>

#include <atomic>
#include <thread>
#include <type_traits>
#include <utility>

#include "bindings/c/tests/check.h"
#include "bindings/c/tests/emulated_host.h"

namespace {

static_assert(__cplusplus == 201703L, "the wrapper is for C++17");
static_assert(!std::is_copy_constructible<msiv2c::Token>::value, "a handle has one owner");
static_assert(std::is_nothrow_move_constructible<msiv2c::Token>::value, "and can be handed on");

// A field of another kind or object does not compile, so the type of a token cannot be asked for as a text.
template <typename Object, typename Field>
auto HasText(int) -> decltype(std::declval<const Object&>().Text(std::declval<Field>()), std::true_type());
template <typename Object, typename Field>
std::false_type HasText(...);
template <typename Object, typename Field>
auto HasNumber(int)
    -> decltype(std::declval<const Object&>().Number(std::declval<Field>()), std::true_type());
template <typename Object, typename Field>
std::false_type HasNumber(...);

static_assert(decltype(HasText<msiv2c::Token, msiv2_token_text_field>(0))::value, "");
static_assert(!decltype(HasText<msiv2c::Token, msiv2_token_number_field>(0))::value, "another kind");
static_assert(!decltype(HasText<msiv2c::Token, msiv2_error_text_field>(0))::value, "another object");
static_assert(!decltype(HasText<msiv2c::Token, int>(0))::value, "a number of no kind");
static_assert(decltype(HasNumber<msiv2c::Error, msiv2_error_number_field>(0))::value, "");
static_assert(!decltype(HasNumber<msiv2c::Error, msiv2_error_text_field>(0))::value, "another kind");
static_assert(sizeof(msiv2_token_text_field) == sizeof(std::int32_t), "the size is promised");

msiv2c::Options OptionsOf(const emulated_host* host) {
  msiv2c::Options options;
  options.Set(MSIV2_OPTION_IMDS_BASE_URL, emulated_host_imds(host))
      .Set(MSIV2_OPTION_TRUST_ANCHORS_PEM, emulated_host_ca_pem(host))
      .Set(MSIV2_OPTION_PRIVATE_CACHE, 1);
  return options;
}

msiv2c::Request RequestOf(const emulated_host* host) {
  msiv2c::Request request(emulated_host_resource(host));
  request.Set(MSIV2_REQUEST_MTLS_POP).Set(MSIV2_REQUEST_ALLOW_UNATTESTED);
  return request;
}

void TestTokenAndResource(const emulated_host* host) {
  const msiv2c::Options options = OptionsOf(host);
  const msiv2c::Client client(options);
  CHECK(!client.FindToken(RequestOf(host)));
  const msiv2c::Token token = client.Acquire(RequestOf(host));
  CHECK(client.FindToken(RequestOf(host)).value().Secret() == token.Secret());
  CHECK(token.Number(MSIV2_TOKEN_TYPE) == MSIV2_TOKEN_TYPE_MTLS_POP);
  CHECK(token.Authorization() == "mtls_pop " + token.Secret());
  const msiv2c::Certificate certificate = token.Certificate();
  CHECK(certificate.Text(MSIV2_CERTIFICATE_STRENGTH_LABEL) == "software");
  const std::vector<msiv2c::Bytes> chain = certificate.Chain();
  const msiv2c::Key key = certificate.Key();
  const msiv2c::Bytes spki = key.Get(MSIV2_KEY_SPKI_DER);
  CHECK(emulated_host_same_key(chain.front().data(), chain.front().size(), spki.data(), spki.size()) == 1);
  const msiv2c::Bytes digest(32, 7);
  const msiv2c::Bytes signature = key.Sign(MSIV2_PADDING_PSS, MSIV2_DIGEST_SHA256, digest);
  CHECK(emulated_host_verifies(spki.data(), spki.size(), MSIV2_PADDING_PSS, MSIV2_DIGEST_SHA256,
                               digest.data(), signature.data(), signature.size()) == 1);
  const msiv2c::ResourceClient resource(options);
  const msiv2c::Response answer = resource.Send(
      token,
      msiv2c::ResourceRequest(std::string(emulated_host_resource(host)) + "/hello").AddHeader("X-A", "b"));
  CHECK(answer.Status() == 200);
  CHECK(!answer.Body().empty());
  CHECK(answer.Header("content-type").has_value());
  CHECK(!answer.Header("x-none").has_value() && !answer.Claims().has_value());
}

template <typename Call>
std::int32_t CodeOf(Call&& call) {
  try {
    call();
  } catch (const msiv2c::Error& error) {
    CHECK(std::string(error.what()).size() > 4);
    if (error.Number(MSIV2_ERROR_CODE) == 0) return error.code();  // an error of the header itself
    CHECK(error.Number(MSIV2_ERROR_CODE) == error.code());
    CHECK(std::string(error.what()).find(error.Text(MSIV2_ERROR_NAME)) != std::string::npos);
    return error.code();
  }
  return MSIV2_OK;
}

void TestBearer(const emulated_host* host) {
  msiv2c::Options options = OptionsOf(host);
  const std::optional<msiv2c::Client> client = msiv2c::Client::Try(options.Set(MSIV2_OPTION_SOURCE, "Imds"));
  CHECK(client.has_value());
  if (!client) return;
  const msiv2c::Token token = client->Acquire(msiv2c::Request(emulated_host_resource(host)));
  CHECK(token.Number(MSIV2_TOKEN_TYPE) == MSIV2_TOKEN_TYPE_BEARER);
  CHECK(token.Text(MSIV2_TOKEN_MSI_SOURCE) == "Imds");
}

void TestErrors(const emulated_host* host) {
  const msiv2c::Client client(OptionsOf(host));
  const msiv2c::Cancellation canceled;
  canceled.Cancel();
  CHECK(CodeOf([&] { client.Acquire(RequestOf(host), {0, &canceled}); }) == MSIV2_E_CANCELED);
  CHECK(CodeOf([&] { client.Acquire(RequestOf(host), {-1, nullptr}); }) == MSIV2_E_BAD_ARGUMENT);
  CHECK(CodeOf([&] { RequestOf(host).Set(MSIV2_REQUEST_MTLS_POP, 3); }) == MSIV2_E_BAD_ARGUMENT);
  CHECK(CodeOf([&] { msiv2c::Client::Try(OptionsOf(host).Set(MSIV2_OPTION_IMDS_BASE_URL, "?")); }) ==
        MSIV2_E_INVALID_REQUEST);
  CHECK(CodeOf([&] { msiv2c::Client(OptionsOf(host).Set(MSIV2_OPTION_IMDS_BASE_URL, "?")); }) ==
        MSIV2_E_INVALID_REQUEST);
}

// One client, token and key can be used by all threads, as the header promises (with ThreadSanitizer).
void TestSharing(const emulated_host* host) {
  const msiv2c::Options options = OptionsOf(host);
  const msiv2c::Client client(options);
  const msiv2c::Token token = client.Acquire(RequestOf(host));
  const msiv2c::Certificate certificate = token.Certificate();
  const msiv2c::Key key = certificate.Key();
  const msiv2c::ResourceClient resource(options);
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const msiv2c::Token own = client.Acquire(RequestOf(host));
      const bool same = own.Secret() == token.Secret() && own.Certificate().Chain() == certificate.Chain();
      const msiv2c::Bytes signature =
          key.Sign(MSIV2_PADDING_PKCS1, MSIV2_DIGEST_SHA256, msiv2c::Bytes(32, 7));
      const msiv2c::ResourceRequest request(std::string(emulated_host_resource(host)) + "/hello");
      if (same && signature.size() == 256 && resource.Send(token, request).Status() == 200) ++good;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 8);
}

// Numbers that no enumeration names are bad arguments, not undefined behaviour (UndefinedBehaviorSanitizer).
void TestUnknownNumbers(const emulated_host* host) {
  const msiv2c::Token token = msiv2c::Client(OptionsOf(host)).Acquire(RequestOf(host));
  const msiv2c::Key key = token.Certificate().Key();
  for (const std::int32_t number : {-1, 0, 77, 4096, INT32_MIN, INT32_MAX}) {
    CHECK(CodeOf([&] { token.Text(static_cast<msiv2_token_text_field>(number)); }) == MSIV2_E_BAD_ARGUMENT);
    CHECK(CodeOf([&] { token.Number(static_cast<msiv2_token_number_field>(number)); }) ==
          MSIV2_E_BAD_ARGUMENT);
    CHECK(CodeOf([&] { key.Get(static_cast<msiv2_key_bytes_field>(number)); }) == MSIV2_E_BAD_ARGUMENT);
    CHECK(CodeOf([&] {
            key.Sign(static_cast<msiv2_padding>(number | 2), MSIV2_DIGEST_SHA256, msiv2c::Bytes(32));
          }) == MSIV2_E_BAD_ARGUMENT);
  }
}

// A NUL inside text is refused: what follows it would be lost silently.
void TestText(const emulated_host* host) {
  const std::string with_nul("https://a\0.example", 18);
  CHECK(CodeOf([&] { msiv2c::Request request(with_nul); }) == MSIV2_E_BAD_ARGUMENT);
  CHECK(CodeOf([&] { OptionsOf(host).Set(MSIV2_OPTION_ALLOWED_HOST, with_nul); }) == MSIV2_E_BAD_ARGUMENT);
  CHECK(CodeOf([&] { RequestOf(host).SetClaims(with_nul); }) == MSIV2_E_BAD_ARGUMENT);
  CHECK(CodeOf([&] { msiv2c::ResourceRequest("https://a").AddHeader("a", with_nul); }) ==
        MSIV2_E_BAD_ARGUMENT);
  CHECK(msiv2c::ClaimsOf("Bearer").has_value() == false);
}

}  // namespace

int main() {
  emulated_host* host = emulated_host_start();
  if (host == nullptr) return 1;
  TestTokenAndResource(host);
  TestBearer(host);
  TestErrors(host);
  TestText(host);
  TestUnknownNumbers(host);
  TestSharing(host);
  emulated_host_stop(host);
  if (failed_checks == 0) std::puts("wrapper_test: ok");
  return failed_checks == 0 ? 0 : 1;
}
