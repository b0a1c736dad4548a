// Finds what must never appear: the secrets of a flow, learned from its wire and its attestor.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "msiv2/attestor.h"
#include "msiv2/http.h"

namespace msiv2::testing {

/// Secrets finds pieces of secrets in text. Threads: all members may be called at the same time.
class Secrets {
 public:
  /// AddText adds a secret that is text: each piece of 20 characters of it counts.
  void AddText(std::string_view secret);
  /// AddBytes adds a secret that is bytes: as they are, in hex of either case, in base64 and base64url.
  void AddBytes(ByteView secret);
  /// Find returns a piece of a secret that `text` contains, or nullopt.
  std::optional<std::string> Find(std::string_view text) const;
  /// Last returns the most recently added texts: what a misbehaving service may echo.
  std::vector<std::string> Last(std::size_t count) const;

 private:
  void AddPieces(std::string_view secret, std::size_t length);

  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> pieces_;
  std::vector<std::string> texts_;
};

/// EavesdroppingTransport learns access tokens, CSRs and attestation JWTs from the traffic that passes
/// through it. It can also answer in a service's place with an error that echoes all of them.
class EavesdroppingTransport final : public HttpTransport {
 public:
  EavesdroppingTransport(std::shared_ptr<HttpTransport> inner, std::shared_ptr<Secrets> secrets)
      : inner_(std::move(inner)), secrets_(std::move(secrets)) {}

  /// Echo makes each answer to a path that ends in `suffix` a refusal with status 400 that contains `echo`.
  /// An empty suffix ends that.
  void Echo(std::string suffix, std::string echo);
  /// echoed returns how many answers were such refusals.
  int echoed() const { return echoed_; }

  Result<HttpResponse, HttpFailure> Send(const HttpRequest& request, const CallContext& context) override;

 private:
  std::optional<HttpResponse> Refusal(const HttpRequest& request);

  const std::shared_ptr<HttpTransport> inner_;
  const std::shared_ptr<Secrets> secrets_;
  std::mutex mutex_;  // guards suffix_ and echo_
  std::string suffix_;
  std::string echo_;
  std::atomic<int> echoed_{0};
};

/// EavesdroppingAttestor learns the JWTs of the attestor that it wraps.
class EavesdroppingAttestor final : public Attestor {
 public:
  EavesdroppingAttestor(std::shared_ptr<Attestor> inner, std::shared_ptr<Secrets> secrets)
      : inner_(std::move(inner)), secrets_(std::move(secrets)) {}
  Result<SecretString> Attest(const AttestationRequest& request, const CallContext& context) override;
  bool AcceptsEmulatedKeys() const override { return inner_->AcceptsEmulatedKeys(); }

 private:
  const std::shared_ptr<Attestor> inner_;
  const std::shared_ptr<Secrets> secrets_;
};

}  // namespace msiv2::testing
