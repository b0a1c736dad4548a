#include "emulator/answer_faults.h"

#include <utility>

namespace msiv2::emulator {

using nlohmann::json;

std::function<void(json&)> Without(std::string member) {
  return [member = std::move(member)](json& answer) { answer.erase(member); };
}

std::function<void(json&)> With(std::string member, json value) {
  return [member = std::move(member), value = std::move(value)](json& answer) { answer[member] = value; };
}

bool Spoil(const JsonFaults& faults, std::string_view name, json& answer) {
  const auto found = faults.find(name);
  if (found == faults.end()) return false;
  found->second(answer);
  return true;
}

JsonFaults EndpointFaults(const std::string& member) {
  return {
      {"no-endpoint", Without(member)},
      {"empty-endpoint", With(member, "")},
      {"http-endpoint", With(member, "http://127.0.0.1:1")},
      {"userinfo-endpoint", With(member, "https://mtlsauth.microsoft.com@127.0.0.1:1")},
      {"backslash-endpoint", With(member, "https://127.0.0.1:1\\@mtlsauth.microsoft.com")},
      {"portless-endpoint", With(member, "https://127.0.0.1:")},
      {"odd-port-endpoint", With(member, "https://127.0.0.1:99999")},
      {"foreign-endpoint", With(member, "https://endpoint.invalid")},
      {"dead-endpoint", With(member, "https://127.0.0.1:1")},
  };
}

}  // namespace msiv2::emulator
