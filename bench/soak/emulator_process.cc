#include "bench/soak/emulator_process.h"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "bench/soak/emulator_service.h"

namespace msiv2::soak {
namespace {

using nlohmann::json;

json StartRequest(const SoakOptions& options) {
  return {{"start",
           {{"identities", options.identities},
            {"certificate_lifetime", options.certificate_lifetime.count()},
            {"certificate_age", options.certificate_age.count()},
            {"token_lifetime", options.token_lifetime.count()}}}};
}

/// WhyUseless returns what is wrong with an answer; nullopt if nothing is.
std::optional<std::string> WhyUseless(const json& answer, const std::string& line) {
  if (!answer.is_object()) return "the emulator process did not answer but wrote: " + line;
  if (!answer.contains("error")) return std::nullopt;
  return "the emulator process could not do what it was asked for: " + answer.at("error").dump();
}

}  // namespace

EmulatorProcess::EmulatorProcess(const std::string& program, const SoakOptions& options)
    : child_({program, kServeEmulator}) {
  const json answer = Ask(StartRequest(options));
  if (const auto failure = Failure()) throw std::runtime_error(*failure);
  endpoints_ = emulator::Attach(answer.at("control").get<std::string>()).value();
}

json EmulatorProcess::Ask(const json& request) {
  const std::lock_guard lock(mutex_);
  if (failure_ || ended_) return json::object();
  const auto line = child_.SendLine(request.dump()) ? child_.ReceiveLine() : std::nullopt;
  if (!line) {
    EndChild();
    if (!failure_) failure_ = "the emulator process ended before the soak did";
    return json::object();
  }
  json answer = json::parse(*line, nullptr, /*allow_exceptions=*/false);
  failure_ = WhyUseless(answer, *line);
  return failure_ ? json::object() : answer;
}

void EmulatorProcess::AddFault(std::string_view rule) { Ask({{"add-fault", rule}}); }
void EmulatorProcess::ClearFaults() { Ask({{"clear-faults", nullptr}}); }
void EmulatorProcess::RevokeCertificates() { Ask({{"revoke", nullptr}}); }
void EmulatorProcess::SetClockOffset(std::chrono::seconds offset) { Ask({{"clock-offset", offset.count()}}); }

std::vector<emulator::RequestLogEntry> EmulatorProcess::TakeLog() {
  std::vector<emulator::RequestLogEntry> log;
  for (const json& entry : Ask({{"take-log", nullptr}}).value("log", json::array())) {
    log.emplace_back().server = entry.at(0).get<std::string>();
    log.back().path = entry.at(1).get<std::string>();
  }
  return log;
}

std::optional<ProcessUsage> EmulatorProcess::Usage() {
  const std::lock_guard lock(mutex_);
  return ended_ ? std::nullopt : ReadProcessUsage(child_.id());
}

std::optional<std::string> EmulatorProcess::Failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void EmulatorProcess::Close() {
  const std::lock_guard lock(mutex_);
  EndChild();
}

void EmulatorProcess::EndChild() {
  ended_ = true;
  const int code = child_.Close();
  if (code != 0 && !failure_) failure_ = "the emulator process ended with exit code " + std::to_string(code);
}

}  // namespace msiv2::soak
