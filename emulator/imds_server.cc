#include "emulator/imds_server.h"

#include <utility>

#include "emulator/imds_handlers.h"

namespace msiv2::emulator {
namespace {

using Operation = void (*)(const ImdsServerOptions&, const httplib::Request&, httplib::Response&, Exchange&);

/// Serve returns a handler whose every answer has the Server header of IMDS.
Handler Serve(std::shared_ptr<const ImdsServerOptions> options, Operation operation) {
  return [options = std::move(options), operation](const httplib::Request& request,
                                                   httplib::Response& response, Exchange& exchange) {
    operation(*options, request, response, exchange);
    if (!response.has_header("Server")) response.set_header("Server", imds::kServerName);
  };
}

void RefuseMethod(const ImdsServerOptions&, const httplib::Request& request, httplib::Response& response,
                  Exchange&) {
  imds::Refuse(request, response, 405, "method_not_allowed", "Another method is needed for this path");
}

void RefusePath(const ImdsServerOptions&, const httplib::Request& request, httplib::Response& response,
                Exchange&) {
  imds::Refuse(request, response, 404, "not_found", "There is nothing at this path");
}

}  // namespace

Result<std::unique_ptr<HttpServer>> StartImdsServer(ImdsServerOptions options) {
  HttpServerOptions http = std::move(options.http);
  http.name = "imds";
  http.server_header = imds::kServerName;
  const auto shared = std::make_shared<const ImdsServerOptions>(std::move(options));

  struct Path {
    const char* method;
    const char* path;
    const char* name;
    Operation operation;
  };
  // SDKs request the v1 token with a slash at the end. Paths match in any letter case: the documentation
  // spells it getPlatformMetadata, the wire getplatformmetadata.
  const Path paths[] = {
      {"GET", "/metadata/identity/getplatformmetadata", "getplatformmetadata", imds::GetPlatformMetadata},
      {"POST", "/metadata/identity/issuecredential", "issuecredential", imds::IssueCredential},
      {"GET", "/metadata/identity/oauth2/token/?", "token", imds::GetV1Token},
      {"GET", "/metadata/instance/compute", "compute", imds::GetCompute},
  };
  std::vector<Route> routes;
  for (const Path& path : paths) {
    routes.push_back({path.method, path.path, path.name, Serve(shared, path.operation)});
    routes.push_back({"*", path.path, path.name, Serve(shared, RefuseMethod)});
  }
  routes.push_back({"*", "/.*", "unknown", Serve(shared, RefusePath)});
  return HttpServer::Start(std::move(http), std::move(routes));
}

}  // namespace msiv2::emulator
