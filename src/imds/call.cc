#include "imds/call.h"

#include <utility>
#include <vector>

#include "base/url.h"

namespace msiv2::imds {
namespace {

const char* SelectorName(ManagedIdentityId::Kind kind) {
  switch (kind) {
    case ManagedIdentityId::Kind::kClientId:
      return "client_id";
    case ManagedIdentityId::Kind::kObjectId:
      return "object_id";
    case ManagedIdentityId::Kind::kResourceId:
      return "mi_res_id";
    case ManagedIdentityId::Kind::kSystemAssigned:
      break;
  }
  return nullptr;
}

}  // namespace

HttpRequest StartRequest(const ImdsCall& call, std::string_view path) {
  std::vector<std::pair<std::string, std::string>> query = {{"cred-api-version", "2.0"}};
  if (const char* selector = SelectorName(call.identity.kind())) {
    query.emplace_back(selector, call.identity.id());
  }
  HttpRequest request;
  request.url = call.base + std::string(path) + "?" + FormEncode(query);
  request.headers = {{"Metadata", "true"}, {"x-ms-client-request-id", call.request_id}};
  request.use_proxy = false;
  request.connect_timeout = call.timeouts.imds_connect;
  request.attempt_timeout = call.timeouts.attempt;
  return request;
}

}  // namespace msiv2::imds
