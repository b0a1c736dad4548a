// Content faults: answers that are wrong in one named way.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace msiv2::emulator {

/// JsonFaults maps the name in `answer=<name>` to the function that changes the answer.
using JsonFaults = std::map<std::string, std::function<void(nlohmann::json&)>, std::less<>>;

/// Without returns a fault that removes `member`.
std::function<void(nlohmann::json&)> Without(std::string member);
/// With returns a fault that sets `member` to `value`.
std::function<void(nlohmann::json&)> With(std::string member, nlohmann::json value);

/// Spoil applies the fault called `name` to `answer`; returns false if no fault has that name.
bool Spoil(const JsonFaults& faults, std::string_view name, nlohmann::json& answer);

/// NamesOf returns the names of the faults, which are the keys of a map.
template <typename Faults>
std::vector<std::string> NamesOf(const Faults& faults) {
  std::vector<std::string> names;
  names.reserve(faults.size());
  for (const auto& [name, spoil] : faults) names.push_back(name);
  return names;
}

/// EndpointFaults returns the faults of an answer that names an endpoint in `member`.
JsonFaults EndpointFaults(const std::string& member);

}  // namespace msiv2::emulator
