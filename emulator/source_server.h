// What the emulated MSI v1 sources have in common: one token operation, its checks, answers and faults.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "emulator/bearer_token.h"
#include "emulator/http_server.h"

namespace msiv2::emulator {

/// SourceOptions configure a source. The pointers outlive the server.
struct SourceOptions {
  HttpServerOptions http;
  std::string entra_url;  ///< of the emulated Entra, the issuer of the tokens
  std::string tenant_id;
  std::function<std::vector<EmulatedIdentity>()> identities;  ///< the current ones of the host
  std::chrono::seconds token_lifetime{0};
  const JwtSigner* signer = nullptr;
  std::string secret{};  ///< what the caller must present; unused if the source has none
};

/// SourceError is a refusal, before it is written in the source's own form.
struct SourceError {
  int status = 400;
  std::string code;
  std::string message;
  std::string challenge{};  ///< WWW-Authenticate; empty: none
};

/// SourceCall is a token request that passed every check.
struct SourceCall {
  std::string resource;
  EmulatedIdentity identity;
  std::vector<std::string> capabilities{};
  std::string sha256_to_refresh{};  ///< hash of the token that the caller wants to replace, or empty
};

/// IssuedToken is a token to be written into an answer.
struct IssuedToken {
  std::string token;
  std::chrono::system_clock::time_point issued;
  std::chrono::seconds lifetime{0};
};

/// SourceProtocol is what distinguishes a source. The server's threads call the functions.
struct SourceProtocol {
  std::string name;    ///< in fault rules, log and `--source`
  std::string method;  ///< the only accepted method
  std::string path;    ///< expression for the whole path
  /// check fills the call, or returns why it is refused.
  std::function<std::optional<SourceError>(const SourceOptions&, const httplib::Request&, const Exchange&,
                                           SourceCall&)>
      check;
  std::function<nlohmann::json(const SourceError&)> error_body;
  std::function<nlohmann::json(const SourceCall&, const IssuedToken&)> answer;
  /// issue replaces SignBearerToken if a source caches its tokens; empty: a new token for each request.
  std::function<IssuedToken(const SourceOptions&, const SourceCall&, std::chrono::system_clock::time_point)>
      issue{};
  /// own_faults are names in `answer=` that `check` applies; they leave the token's answer unchanged.
  std::vector<std::string> own_faults{};
};

/// StartSourceServer serves the protocol's path. Any other path gets 404, any other method 405, both in the
/// source's form. Errors: those of HttpServer::Start.
Result<std::unique_ptr<HttpServer>> StartSourceServer(SourceProtocol protocol, SourceOptions options);

/// IssueToken signs a new token for the call.
IssuedToken IssueToken(const SourceOptions& options, const SourceCall& call,
                       std::chrono::system_clock::time_point now);

/// SaysTrue returns true for `true` in any letter case, which is what the header Metadata must say.
bool SaysTrue(const std::string& text);

/// OnlyValue returns a parameter that occurs exactly once, otherwise an empty text.
std::string OnlyValue(const httplib::Request& request, const std::string& name);

/// FirstParameter returns the first of `names` that the request has, or an empty text.
std::string FirstParameter(const httplib::Request& request, const std::vector<std::string>& names);

/// NewSecret returns 256 random bits in letters, digits, `-` and `_`.
std::string NewSecret();

}  // namespace msiv2::emulator
