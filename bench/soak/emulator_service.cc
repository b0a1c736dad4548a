#include "bench/soak/emulator_service.h"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "bench/soak/emulated_host.h"

namespace msiv2::soak {
namespace {

using nlohmann::json;
using std::chrono::seconds;

const json kDone = json::object();

std::unique_ptr<emulator::Emulator> Start(const json& host) {
  SoakOptions options;
  options.identities = host.at("identities");
  options.certificate_lifetime = seconds(host.at("certificate_lifetime").get<seconds::rep>());
  options.certificate_age = seconds(host.at("certificate_age").get<seconds::rep>());
  options.token_lifetime = seconds(host.at("token_lifetime").get<seconds::rep>());
  return emulator::Emulator::Start(HostOf(options)).value();
}

json TakeLog(emulator::Emulator& emulator) {
  json log = json::array();
  for (const auto& entry : emulator.TakeLog()) log.push_back({entry.server, entry.path});
  return {{"log", std::move(log)}};
}

/// Do returns the answer of a running emulator. Throws if it has none.
json Do(emulator::Emulator& emulator, const std::string& name, const json& value) {
  if (name == "take-log") return TakeLog(emulator);
  if (name == "add-fault") {
    emulator.AddFault(value.get<std::string>()).value();
  } else if (name == "clear-faults") {
    emulator.ClearFaults();
  } else if (name == "revoke") {
    emulator.RevokeCertificates();
  } else if (name == "clock-offset") {
    emulator.SetClockOffset(seconds(value.get<seconds::rep>()));
  } else {
    throw std::invalid_argument("there is no request '" + name + "'");
  }
  return kDone;
}

std::string Dump(const json& answer) { return answer.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::string EmulatorService::Answer(const std::string& line) {
  try {
    const json request = json::parse(line);
    if (!request.is_object() || request.size() != 1) throw std::invalid_argument("not one request");
    const std::string& name = request.begin().key();
    if (name == "start") {
      emulator_ = Start(request.front());
      return Dump({{"control", emulator_->endpoints().control}});
    }
    if (!emulator_) throw std::invalid_argument("there is no emulator yet");
    return Dump(Do(*emulator_, name, request.front()));
  } catch (const std::exception& problem) {
    return Dump({{"error", problem.what()}});
  }
}

void ServeEmulator(std::istream& in, std::ostream& out) {
  EmulatorService service;
  for (std::string line; std::getline(in, line);) out << service.Answer(line) << std::endl;
}

}  // namespace msiv2::soak
