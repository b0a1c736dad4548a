// Endpoints as JSON, and Attach, which reads them from a running emulator.
#include <httplib.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "emulator/emulator.h"
#include "emulator/sockets.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

struct Member {
  const char* name;
  std::string Endpoints::*value;
};

constexpr Member kMembers[] = {
    {"imds", &Endpoints::imds},           {"attestation", &Endpoints::attestation},
    {"entra", &Endpoints::entra},         {"resource", &Endpoints::resource},
    {"control", &Endpoints::control},     {"ca_pem", &Endpoints::ca_pem},
    {"client_id", &Endpoints::client_id}, {"tenant_id", &Endpoints::tenant_id},
};

/// ReadEnvironment reads an object of objects of texts; returns false for anything else.
bool ReadEnvironment(const json& object, Endpoints& endpoints) {
  if (!object.is_object()) return false;
  for (const auto& [source, variables] : object.items()) {
    if (!variables.is_object()) return false;
    for (const auto& [name, value] : variables.items()) {
      if (!value.is_string()) return false;
      endpoints.environment[source][name] = value.get<std::string>();
    }
  }
  return true;
}

/// kEnvironment is the member with the variables of each source.
constexpr char kEnvironment[] = "environment";

// A URL with a password in it is not quoted.
std::string Named(const std::string& control_url) {
  const bool has_userinfo = control_url.find('@') != std::string::npos;
  return has_userinfo ? std::string("the control URL") : "the control URL " + control_url;
}

Error NoEmulator(const std::string& control_url, const std::string& why) {
  return Error(ErrorCode::kInvalidRequest, "no emulator answers at " + Named(control_url) + ": " + why +
                                               "; `msiv2 emulator` prints the URL of the one that it starts");
}

constexpr std::chrono::seconds kAttachTimeout{5};

std::string Why(httplib::Error error) {
  const std::string seconds = std::to_string(kAttachTimeout.count()) + " s";
  switch (error) {
    case httplib::Error::Connection:
      return "no connection could be opened";
    case httplib::Error::ConnectionTimeout:
      return "no connection within " + seconds;
    case httplib::Error::Read:
      return "the connection ended, or nothing came for " + seconds;
    default:
      return "the request failed (" + to_string(error) + ")";
  }
}

}  // namespace

std::string EndpointsJson(const Endpoints& endpoints) {
  ordered_json object;
  for (const Member& member : kMembers) object[member.name] = endpoints.*member.value;
  object[kEnvironment] = endpoints.environment;
  return object.dump(2);
}

Result<Endpoints> Attach(const std::string& control_url) {
  if (control_url.rfind("http://", 0) != 0) return NoEmulator(control_url, "it must start with http://");
  const std::size_t end = control_url.find_last_not_of('/');
  const BrokenPipeShield shield;
  httplib::Client client(control_url.substr(0, end + 1));
  if (!client.is_valid()) return NoEmulator(control_url, "it is not a URL");
  client.set_connection_timeout(kAttachTimeout);
  client.set_read_timeout(kAttachTimeout);
  const auto answer = client.Get("/endpoints");
  if (!answer) return NoEmulator(control_url, Why(answer.error()));
  const json object = json::parse(answer->body, nullptr, false);
  if (answer->status != 200 || !object.is_object())
    return NoEmulator(control_url, "another kind of server is there");
  Endpoints endpoints;
  for (const Member& member : kMembers) {
    const auto found = object.find(member.name);
    if (found == object.end() || !found->is_string())
      return NoEmulator(control_url, "the answer names no endpoints");
    endpoints.*member.value = found->get<std::string>();
  }
  if (!ReadEnvironment(object.value(kEnvironment, json::object()), endpoints)) {
    return NoEmulator(control_url, "the answer names no variables");
  }
  return endpoints;
}

}  // namespace msiv2::emulator
