// Azure Arc: GET, answered by a challenge. Any process that may read the agent's folder may have a token.
#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/wiped_text.h"
#include "v1/arc_challenge.h"
#include "v1/sources.h"

namespace msiv2::v1 {
namespace {

constexpr char kDefaultEndpoint[] = "http://127.0.0.1:40342/metadata/identity/oauth2/token";

Detection Detect(const HostEnvironment& host) {
  if (IsSet(host.identity_endpoint) && IsSet(host.imds_endpoint)) {
    return {SourceState::kFound, "IDENTITY_ENDPOINT and IMDS_ENDPOINT are set"};
  }
  if (HasArcAgent(host)) {
    return {SourceState::kFound, "the agent is installed: " + Printable(host.arc_agent_file)};
  }
  return {SourceState::kAbsent,
          "IDENTITY_ENDPOINT and IMDS_ENDPOINT are not both set, and the agent is not installed"};
}

std::optional<Error> Refuse(const ManagedIdentityId& identity) {
  return RefuseUserAssigned(identity, "Azure Arc");
}

Result<Target> Locate(const HostEnvironment& host, const ManagedIdentityId& /*identity*/) {
  Target target;
  target.file = host.arc_key_folder;
  target.endpoint = kDefaultEndpoint;
  if (!IsSet(host.identity_endpoint)) return target;
  auto endpoint = CheckEndpoint(IdentitySource::kAzureArc, "IDENTITY_ENDPOINT", host.identity_endpoint);
  if (!endpoint) return std::move(endpoint).error();
  target.endpoint = *std::move(endpoint);
  return target;
}

HttpRequest Build(const SourceCall& call) {
  HttpRequest request = StartGet(call, {{"api-version", "2020-06-01"}, {"resource", call.resource}});
  request.headers = {{"Metadata", "true"}};
  if (call.proof != nullptr) {
    std::string proof = "Basic ";
    AppendWiped(proof, Trim(call.proof->Reveal()));
    request.headers.emplace_back("Authorization", std::move(proof));
  }
  return request;
}

Error BadChallenge(std::string_view cause) {
  Error error(ErrorCode::kManagedIdentityRequestFailed, Step::kToken,
              "Azure Arc answered 401 with " + std::string(cause));
  error.kind = ErrorKind::kService;
  error.http_status = 401;
  return error;
}

}  // namespace

Result<std::string> ParseArcChallenge(const HttpResponse& response) {
  const auto header = response.Header("WWW-Authenticate");
  if (!header || Trim(*header).empty()) return BadChallenge("no challenge");
  const std::string_view text = Trim(*header);
  const std::size_t equals = text.find('=');
  if (std::count(text.begin(), text.end(), '=') != 1) {
    return BadChallenge("an invalid challenge: it holds not exactly one '='");
  }
  const std::vector<std::string> words = Split(text.substr(0, equals), " \t");
  if (words.size() != 2 || !EqualsIgnoreCase(words[0], "Basic") || !EqualsIgnoreCase(words[1], "realm")) {
    return BadChallenge("an invalid challenge: it is not Basic with a realm");
  }
  std::string_view path = Trim(text.substr(equals + 1));
  const bool quoted = path.size() >= 2 && path.front() == '"' && path.back() == '"';
  if (quoted) path = path.substr(1, path.size() - 2);
  return std::string(path);
}

const Source kAzureArc = {IdentitySource::kAzureArc, RetryLeg::kSource, Detect, Refuse, Locate, Build};

}  // namespace msiv2::v1
