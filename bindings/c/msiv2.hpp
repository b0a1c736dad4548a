// msiv2.hpp: msiv2.h for C++17, with owning classes and exceptions. It is for toolchains that cannot link the
// C++ library, such as MSVC: everything here is inline and only the C functions are linked.
//
//   msiv2c::Client client;
//   msiv2c::Request request("https://vault.azure.net");
//   request.Set(MSIV2_REQUEST_MTLS_POP).Set(MSIV2_REQUEST_ATTESTATION);
//   const msiv2c::Token token = client.Acquire(request);       // throws msiv2c::Error
//   Use(token.Authorization());
//
// Each class owns a handle; it can be moved and not copied. msiv2.h describes what the functions do, their
// threads and their errors. What has no member here, such as the callback tables, is called with get(). A
// field of another object or kind does not compile.
#ifndef MSIV2_HPP_
#define MSIV2_HPP_

#if !(__cplusplus >= 201703L || (defined(_MSVC_LANG) && _MSVC_LANG >= 201703L))
#error "msiv2.hpp needs C++17 (-std=c++17, /std:c++17); programs in C include msiv2.h"
// GCC and clang go on after #error. A missing file is what ends a compilation everywhere.
#include <end-of-compilation-for-the-reason-above>
#endif

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "msiv2.h"

namespace msiv2c {

using Bytes = std::vector<std::uint8_t>;

/// Error is the exception of a failed call. It shares the C error, so it can be copied.
class Error : public std::exception {
 public:
  Error(std::int32_t code, msiv2_error* error) : code_(code), error_(error, msiv2_error_free) {}
  /// Error creates an error of this header itself; `what` is static.
  Error(std::int32_t code, const char* what) : code_(code), what_(what) {}

  const char* what() const noexcept override {
    if (what_ != nullptr) return what_;
    return error_ ? msiv2_error_text(error_.get(), MSIV2_ERROR_LINE) : msiv2_code_name(code_);
  }
  std::int32_t code() const noexcept { return code_; }
  /// Number and Text return the fields MSIV2_ERROR_...
  std::int64_t Number(msiv2_error_number_field field) const noexcept {
    return msiv2_error_number(error_.get(), field);
  }
  const char* Text(msiv2_error_text_field field) const noexcept {
    return msiv2_error_text(error_.get(), field);
  }

 private:
  std::int32_t code_;
  const char* what_ = nullptr;
  std::shared_ptr<msiv2_error> error_{};
};

namespace detail {

template <typename Call>
void Check(Call&& call) {
  msiv2_error* error = nullptr;
  const std::int32_t code = call(&error);
  if (code != MSIV2_OK) throw Error(code, error);
}

/// Text passes text to a C function, which reads to the first NUL. A NUL inside the text is refused, because
/// what follows it would be lost silently.
inline const char* Text(const std::string& text) {
  if (text.find('\0') != std::string::npos) throw Error(MSIV2_E_BAD_ARGUMENT, "text with a NUL character");
  return text.c_str();
}

template <typename Container>
std::int32_t Assign(void* to, const std::uint8_t* data, std::size_t size) noexcept {
  try {
    static_cast<Container*>(to)->assign(data, data + size);
    return MSIV2_OK;
  } catch (...) {  // no exception may cross the C functions
    return MSIV2_E_OUT_OF_MEMORY;
  }
}

/// Take calls a function that shows bytes to a view, and returns the bytes.
template <typename Container, typename Call>
Container Take(Call&& call) {
  Container bytes;
  Check([&](msiv2_error** error) { return call(Assign<Container>, &bytes, error); });
  return bytes;
}

/// TakeIfPresent does the same for text that may be absent; it then returns nullopt.
template <typename Call>
std::optional<std::string> TakeIfPresent(Call&& call) {
  try {
    return Take<std::string>(call);
  } catch (const Error& error) {
    if (error.code() == MSIV2_E_ABSENT) return std::nullopt;
    throw;
  }
}

template <typename Handle, void (*Free)(Handle*)>
class Owner {
 public:
  Handle* get() const noexcept { return handle_.get(); }

 protected:
  explicit Owner(Handle* handle) : handle_(handle) {}
  /// Made calls a function whose output is a handle, and returns the handle.
  template <typename Call>
  static Handle* Made(Call&& call) {
    Handle* made = nullptr;
    Check([&](msiv2_error** error) { return call(&made, error); });
    return made;
  }

 private:
  struct Deleter {
    void operator()(Handle* handle) const noexcept { Free(handle); }
  };
  std::unique_ptr<Handle, Deleter> handle_;
};

}  // namespace detail

class Cancellation : public detail::Owner<msiv2_cancellation, msiv2_cancellation_free> {
 public:
  Cancellation() : Owner(Made(msiv2_cancellation_new)) {}
  void Cancel() const {
    detail::Check([&](msiv2_error** error) { return msiv2_cancellation_cancel(get(), error); });
  }
};

/// Bounds are the limits of a call: the timeout in milliseconds, 0 for the client's own, and the
/// cancellation.
struct Bounds {
  std::int64_t timeout_ms = 0;
  const Cancellation* cancellation = nullptr;
  const msiv2_cancellation* handle() const noexcept { return cancellation ? cancellation->get() : nullptr; }
};

class Options : public detail::Owner<msiv2_options, msiv2_options_free> {
 public:
  Options() : Owner(Made(msiv2_options_new)) {}
  Options& Set(msiv2_options_text_field field, const std::string& value) {
    detail::Check([&](msiv2_error** error) {
      return msiv2_options_set_text(get(), field, detail::Text(value), error);
    });
    return *this;
  }
  Options& Set(msiv2_options_number_field field, std::int64_t value) {
    detail::Check([&](msiv2_error** error) { return msiv2_options_set_number(get(), field, value, error); });
    return *this;
  }
};

class Request : public detail::Owner<msiv2_request, msiv2_request_free> {
 public:
  explicit Request(const std::string& resource)
      : Owner(Made([&](msiv2_request** made, msiv2_error** error) {
          return msiv2_request_new(detail::Text(resource), made, error);
        })) {}
  Request& Set(msiv2_request_number_field field, std::int64_t value = 1) {
    detail::Check([&](msiv2_error** error) { return msiv2_request_set_number(get(), field, value, error); });
    return *this;
  }
  Request& SetClaims(const std::string& claims) { return SetText(MSIV2_REQUEST_CLAIMS, claims); }
  Request& SetRejectedTokenSha256(const std::string& digest) {
    return SetText(MSIV2_REQUEST_REJECTED_TOKEN_SHA256, digest);
  }

 private:
  Request& SetText(msiv2_request_text_field field, const std::string& text) {
    detail::Check(
        [&](msiv2_error** error) { return msiv2_request_set_text(get(), field, detail::Text(text), error); });
    return *this;
  }
};

class Key : public detail::Owner<msiv2_key, msiv2_key_free> {
 public:
  explicit Key(msiv2_key* owned) : Owner(owned) {}
  Bytes Get(msiv2_key_bytes_field field) const {
    return detail::Take<Bytes>([&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_key_view(get(), field, view, context, error);
    });
  }
  std::int64_t Number(msiv2_key_number_field field) const {
    std::int64_t value = 0;
    detail::Check([&](msiv2_error** error) { return msiv2_key_number(get(), field, &value, error); });
    return value;
  }
  Bytes Sign(msiv2_padding padding, msiv2_digest digest_algorithm, const Bytes& digest) const {
    return detail::Take<Bytes>([&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_key_sign(get(), padding, digest_algorithm, digest.data(), digest.size(), view, context,
                            error);
    });
  }
};

class Certificate : public detail::Owner<msiv2_certificate, msiv2_certificate_free> {
 public:
  explicit Certificate(msiv2_certificate* owned) : Owner(owned) {}
  std::string Text(msiv2_certificate_text_field field) const {
    return detail::Take<std::string>([&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_certificate_view(get(), field, view, context, error);
    });
  }
  std::int64_t Number(msiv2_certificate_number_field field) const {
    std::int64_t value = 0;
    detail::Check([&](msiv2_error** error) { return msiv2_certificate_number(get(), field, &value, error); });
    return value;
  }
  /// Chain returns the leaf and its issuers, DER.
  std::vector<Bytes> Chain() const {
    std::vector<Bytes> chain(static_cast<std::size_t>(Number(MSIV2_CERTIFICATE_CHAIN_SIZE)));
    for (std::size_t i = 0; i < chain.size(); ++i) {
      chain[i] = detail::Take<Bytes>([&](msiv2_view view, void* context, msiv2_error** error) {
        return msiv2_certificate_chain(get(), i, view, context, error);
      });
    }
    return chain;
  }
  msiv2c::Key Key() const {
    msiv2_key* key = nullptr;
    detail::Check([&](msiv2_error** error) { return msiv2_certificate_key(get(), &key, error); });
    return msiv2c::Key(key);
  }
};

class Token : public detail::Owner<msiv2_token, msiv2_token_free> {
 public:
  explicit Token(msiv2_token* owned) : Owner(owned) {}
  /// Secret returns the token itself, and Authorization the value of the header that uses it. Both are
  /// secret, and the returned copy is not wiped.
  std::string Secret() const {
    return detail::Take<std::string>([&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_token_secret(get(), view, context, error);
    });
  }
  std::string Authorization() const {
    return detail::Take<std::string>([&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_token_authorization(get(), view, context, error);
    });
  }
  std::string Text(msiv2_token_text_field field) const {
    return detail::Take<std::string>([&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_token_view(get(), field, view, context, error);
    });
  }
  std::int64_t Number(msiv2_token_number_field field) const {
    std::int64_t value = 0;
    detail::Check([&](msiv2_error** error) { return msiv2_token_number(get(), field, &value, error); });
    return value;
  }
  msiv2c::Certificate Certificate() const {
    msiv2_certificate* certificate = nullptr;
    detail::Check([&](msiv2_error** error) { return msiv2_token_certificate(get(), &certificate, error); });
    return msiv2c::Certificate(certificate);
  }
};

class Client : public detail::Owner<msiv2_client, msiv2_client_free> {
 public:
  Client() : Owner(New(nullptr)) {}
  explicit Client(const Options& options) : Owner(New(options.get())) {}
  /// Try returns a client if this host may have a managed identity, else nullopt. It is for a credential
  /// chain.
  static std::optional<Client> Try(const Options& options) {
    msiv2_client* client = nullptr;
    msiv2_error* error = nullptr;
    const std::int32_t code = msiv2_client_try_new(options.get(), &client, &error);
    if (code == MSIV2_OK) return Client(client);
    const Error failure(code, error);
    if (code == MSIV2_E_ALL_SOURCES_UNAVAILABLE) return std::nullopt;
    throw failure;
  }
  Token Acquire(const Request& request, const Bounds& bounds = {}) const {
    msiv2_token* token = nullptr;
    detail::Check([&](msiv2_error** error) {
      return msiv2_client_acquire(get(), request.get(), bounds.timeout_ms, bounds.handle(), &token, error);
    });
    return Token(token);
  }
  /// FindToken returns a token of the cache, without network I/O, else nullopt.
  std::optional<Token> FindToken(const Request& request) const {
    msiv2_token* token = nullptr;
    msiv2_error* error = nullptr;
    const std::int32_t code = msiv2_client_find_token(get(), request.get(), &token, &error);
    if (code == MSIV2_OK) return Token(token);
    const Error failure(code, error);
    if (code == MSIV2_E_ABSENT) return std::nullopt;
    throw failure;
  }

 private:
  explicit Client(msiv2_client* owned) : Owner(owned) {}
  static msiv2_client* New(const msiv2_options* options) {
    return Made(
        [&](msiv2_client** made, msiv2_error** error) { return msiv2_client_new(options, made, error); });
  }
};

class ResourceRequest : public detail::Owner<msiv2_resource_request, msiv2_resource_request_free> {
 public:
  explicit ResourceRequest(const std::string& url)
      : Owner(Made([&](msiv2_resource_request** made, msiv2_error** error) {
          return msiv2_resource_request_new(detail::Text(url), made, error);
        })) {}
  ResourceRequest& AddHeader(const std::string& name, const std::string& value) {
    detail::Check([&](msiv2_error** error) {
      return msiv2_resource_request_add_header(get(), detail::Text(name), detail::Text(value), error);
    });
    return *this;
  }
  ResourceRequest& SetMethod(const std::string& method) {
    detail::Check([&](msiv2_error** error) {
      return msiv2_resource_request_set_text(get(), MSIV2_RESOURCE_METHOD, detail::Text(method), error);
    });
    return *this;
  }
  ResourceRequest& SetBody(const Bytes& body) {
    detail::Check([&](msiv2_error** error) {
      return msiv2_resource_request_set_body(get(), body.data(), body.size(), error);
    });
    return *this;
  }
};

class Response : public detail::Owner<msiv2_response, msiv2_response_free> {
 public:
  explicit Response(msiv2_response* owned) : Owner(owned) {}
  std::int64_t Status() const {
    std::int64_t status = 0;
    detail::Check([&](msiv2_error** error) {
      return msiv2_response_number(get(), MSIV2_RESPONSE_STATUS, &status, error);
    });
    return status;
  }
  std::string Body() const {
    return detail::Take<std::string>([&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_response_body(get(), view, context, error);
    });
  }
  /// Header returns the first header called `name`, or nullopt.
  std::optional<std::string> Header(const std::string& name) const {
    return detail::TakeIfPresent([&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_response_header(get(), detail::Text(name), view, context, error);
    });
  }
  /// Claims returns the claims that a 401 asks for, or nullopt.
  std::optional<std::string> Claims() const {
    return detail::TakeIfPresent([&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_response_claims(get(), view, context, error);
    });
  }
};

/// ClaimsOf returns the claims that a 401 asks for by the value of a WWW-Authenticate header, or nullopt.
inline std::optional<std::string> ClaimsOf(const std::string& www_authenticate) {
  return detail::TakeIfPresent([&](msiv2_view view, void* context, msiv2_error** error) {
    return msiv2_challenge_claims(detail::Text(www_authenticate), view, context, error);
  });
}

class ResourceClient : public detail::Owner<msiv2_resource_client, msiv2_resource_client_free> {
 public:
  ResourceClient() : Owner(New(nullptr)) {}
  explicit ResourceClient(const Options& options) : Owner(New(options.get())) {}
  Response Send(const Token& token, const ResourceRequest& request, const Bounds& bounds = {}) const {
    msiv2_response* response = nullptr;
    detail::Check([&](msiv2_error** error) {
      return msiv2_resource_send(get(), token.get(), request.get(), bounds.timeout_ms, bounds.handle(),
                                 &response, error);
    });
    return Response(response);
  }

 private:
  static msiv2_resource_client* New(const msiv2_options* options) {
    return Made([&](msiv2_resource_client** made, msiv2_error** error) {
      return msiv2_resource_client_new(options, made, error);
    });
  }
};

}  // namespace msiv2c

#endif  // MSIV2_HPP_
