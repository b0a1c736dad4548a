// Service Fabric: the cluster's token service, which caches tokens until a caller asks to replace one.
#include <openssl/sha.h>

#include <map>
#include <mutex>

#include "emulator/entra_errors.h"
#include "emulator/expiry_forms.h"
#include "emulator/identities.h"
#include "emulator/sources.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using std::chrono::system_clock;

constexpr std::string_view kHex = "0123456789abcdef";

std::string Sha256Hex(const std::string& text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += kHex[byte >> 4U];
    hex += kHex[byte & 0x0FU];
  }
  return hex;
}

/// TokenShelf caches one token for each identity, resource and set of capabilities, for half of its life.
class TokenShelf {
 public:
  static constexpr std::size_t kMostTokens = 1000;

  IssuedToken Take(const SourceOptions& options, const SourceCall& call, system_clock::time_point now) {
    std::string key = call.identity.client_id + "\n" + call.resource;
    for (const std::string& capability : call.capabilities) key += "\n" + capability;
    const std::lock_guard lock(mutex_);
    const auto found = tokens_.find(key);
    if (found != tokens_.end() && now < found->second.issued + found->second.lifetime / 2 &&
        now >= found->second.issued && Sha256Hex(found->second.token) != call.sha256_to_refresh) {
      return found->second;
    }
    if (tokens_.size() >= kMostTokens) tokens_.clear();
    return tokens_[key] = IssueToken(options, call, now);
  }

 private:
  std::mutex mutex_;
  std::map<std::string, IssuedToken> tokens_;
};

/// SplitList reads a comma-separated list; returns nullopt if an element is empty.
std::optional<std::vector<std::string>> SplitList(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char letter : text) {
    if (letter == ',') {
      parts.emplace_back();
    } else {
      parts.back() += letter;
    }
  }
  for (const std::string& part : parts) {
    if (part.empty()) return std::nullopt;
  }
  return parts;
}

std::optional<SourceError> CheckRevocation(const httplib::Request& request, SourceCall& call) {
  if (request.has_param("xms_cc")) {
    const auto capabilities = SplitList(OnlyValue(request, "xms_cc"));
    if (!capabilities) {
      return SourceError{400, "InvalidArgument", "xms_cc must be a list of capabilities with commas."};
    }
    call.capabilities = *capabilities;
  }
  if (request.has_param("token_sha256_to_refresh")) {
    call.sha256_to_refresh = OnlyValue(request, "token_sha256_to_refresh");
    if (call.sha256_to_refresh.size() != std::size_t{2} * SHA256_DIGEST_LENGTH ||
        call.sha256_to_refresh.find_first_not_of(kHex) != std::string::npos) {
      return SourceError{400, "InvalidArgument",
                         "token_sha256_to_refresh must be a SHA-256 in lower-case hex digits."};
    }
  }
  return std::nullopt;
}

std::optional<SourceError> Check(const SourceOptions& options, const httplib::Request& request,
                                 const Exchange&, SourceCall& call) {
  const std::string secret = request.get_header_value("secret");
  if (secret.empty()) {
    return SourceError{400, "SecretHeaderNotFound", "Secret is not found in the request headers."};
  }
  const SourceError no_identity = {404, "ManagedIdentityNotFound",
                                   "Managed identity not found for the specified application host."};
  if (secret != options.secret) return no_identity;
  const std::string version = OnlyValue(request, "api-version");
  if (version != "2019-07-01-preview" && version != "2020-05-01") {
    return SourceError{400, "InvalidApiVersion", "The api-version '" + version + "' is not supported."};
  }
  call.resource = OnlyValue(request, "resource");
  if (call.resource.empty()) {
    return SourceError{400, "ArgumentNullOrEmpty",
                       "The parameter 'resource' should not be null or empty string."};
  }
  const std::string named = FirstParameter(
      request, {"client_id", "clientid", "object_id", "principal_id", "mi_res_id", "msi_res_id"});
  if (!named.empty()) return SourceError{400, "InvalidArgument", "Service Fabric takes no " + named + "."};
  if (auto refused = CheckRevocation(request, call)) return refused;

  Selector selector;
  if (request.has_param("principalId")) selector.object_id = OnlyValue(request, "principalId");
  const auto identity = FindIdentity(options.identities(), selector);
  if (!identity) return no_identity;
  call.identity = *identity;
  return std::nullopt;
}

json Body(const SourceError& error) {
  return {{"error", {{"correlationId", NewUuid()}, {"code", error.code}, {"message", error.message}}}};
}

json Answer(const SourceCall& call, const IssuedToken& issued) {
  return {{"token_type", "Bearer"},
          {"access_token", issued.token},
          {"expires_on", UnixSeconds(issued.issued + issued.lifetime)},
          {"resource", call.resource}};
}

}  // namespace

SourceProtocol ServiceFabricProtocol() {
  SourceProtocol protocol{"service-fabric", "GET", "/metadata/identity/oauth2/token/?", Check, Body, Answer};
  protocol.issue = [shelf = std::make_shared<TokenShelf>()](
                       const SourceOptions& options, const SourceCall& call, system_clock::time_point now) {
    return shelf->Take(options, call, now);
  };
  return protocol;
}

}  // namespace msiv2::emulator
