#include "bench/soak/report.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace msiv2::soak {
namespace {

using nlohmann::ordered_json;

std::string Format(const char* form, double value) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), form, value);
  return text.data();
}

std::string Seconds(std::chrono::nanoseconds length) {
  return Format("%.1f s", std::chrono::duration<double>(length).count());
}

std::string Hours(std::chrono::seconds length) {
  return Format("%.1f h", std::chrono::duration<double, std::ratio<3600>>(length).count());
}

std::string Latency(std::chrono::nanoseconds length) {
  if (length < std::chrono::milliseconds(1))
    return Format("%.1f us", static_cast<double>(length.count()) / 1e3);
  return Format("%.1f ms", static_cast<double>(length.count()) / 1e6);
}

std::string Mebibytes(std::uint64_t bytes) {
  return Format("%.1f MiB", static_cast<double>(bytes) / (1024.0 * 1024.0));
}

std::uint64_t Sum(const std::map<std::string, std::uint64_t>& counts) {
  std::uint64_t sum = 0;
  for (const auto& [name, count] : counts) sum += count;
  return sum;
}

void PrintCounts(std::ostream& out, const char* title, const std::map<std::string, std::uint64_t>& counts) {
  out << title << "\n";
  if (counts.empty()) out << "  none\n";
  for (const auto& [name, count] : counts) out << "  " << name << ": " << count << "\n";
}

void PrintRates(std::ostream& out, const std::map<std::string, double>& rates) {
  out << "requests of renewals in calm weather, for each hour and identity\n";
  if (rates.empty()) out << "  not known: it was calm for too short a time\n";
  for (const auto& [server, rate] : rates) out << "  " << server << ": " << Format("%.1f", rate) << "\n";
}

void PrintLatencies(std::ostream& out, const char* title, const Latencies& latencies) {
  out << title << ": " << latencies.count() << ", p50 " << Latency(latencies.Percentile(0.5)) << ", p99 "
      << Latency(latencies.Percentile(0.99)) << ", p99.9 " << Latency(latencies.Percentile(0.999))
      << ", slowest " << Latency(latencies.slowest()) << "\n";
}

std::string Resident(const ProcessUsage& usage) { return Mebibytes(usage.resident_bytes); }
std::string Handles(const ProcessUsage& usage) { return std::to_string(usage.handles); }

void PrintUsage(std::ostream& out, const std::string& process, const UsageOfRun& usage) {
  if (!usage.at_start || !usage.warmed_up || !usage.at_end) {
    out << process << ": memory and handles are not known\n";
    return;
  }
  const auto line = [&](const char* what, std::string (*value)(const ProcessUsage&)) {
    out << process << ": " << what << " " << value(*usage.at_start) << " at the start, "
        << value(*usage.warmed_up) << " after the first round, " << value(*usage.at_end) << " at the end";
    if (usage.closed) out << ", " << value(*usage.closed) << " when all was closed";
    out << "\n";
  };
  line("RSS", Resident);
  if (usage.at_start->handles == 0) {  // Wine counts none
    out << process << ": handles are not known\n";
  } else {
    line("handles", Handles);
  }
}

ordered_json ToJson(const Latencies& latencies) {
  return {{"count", latencies.count()},
          {"p50_ns", latencies.Percentile(0.5).count()},
          {"p99_ns", latencies.Percentile(0.99).count()},
          {"p99_9_ns", latencies.Percentile(0.999).count()},
          {"slowest_ns", latencies.slowest().count()}};
}

ordered_json ToJson(const std::optional<ProcessUsage>& usage) {
  if (!usage) return nullptr;
  return {{"resident_bytes", usage->resident_bytes}, {"handles", usage->handles}};
}

ordered_json ToJson(const UsageOfRun& usage) {
  return {{"at_start", ToJson(usage.at_start)},
          {"warmed_up", ToJson(usage.warmed_up)},
          {"at_end", ToJson(usage.at_end)},
          {"closed", ToJson(usage.closed)}};
}

}  // namespace

void PrintText(std::ostream& out, const Report& report) {
  const Counts& counts = report.counts;
  out << "seed " << report.seed << ": " << report.rounds << " rounds in " << Seconds(report.elapsed) << ", "
      << Hours(report.simulated) << " passed by the clock; " << report.spells << " spells of weather, "
      << report.revocations << " revocations\n"
      << "calls: " << counts.calls << ", of which " << Sum(counts.errors) << " failed, "
      << counts.tokens_from_network << " got a token from the network\n";
  PrintLatencies(out, "warm calls", counts.warm);
  PrintLatencies(out, "other calls", counts.other);
  out << "longest overrun of a deadline: " << Latency(counts.longest_overrun) << "\n";
  PrintCounts(out, "errors by code", counts.errors);
  PrintCounts(out, "calls of the resource", counts.resource_outcomes);
  out << "claims challenges answered: " << counts.challenges << "\n";
  PrintCounts(out, "requests sent", report.requests);
  PrintCounts(out, "events", report.events);
  PrintRates(out, report.renewals_per_hour);
  PrintUsage(out, "client", report.client);
  PrintUsage(out, "emulator", report.emulator);
  for (const std::string& what : counts.first_violations) out << "BROKEN: " << what << "\n";
  out << (report.Passed() ? "every invariant held"
                          : std::to_string(counts.violations) + " times an invariant broke")
      << "\n";
}

void PrintJson(std::ostream& out, const Report& report) {
  const Counts& counts = report.counts;
  const ordered_json document = {{"passed", report.Passed()},
                                 {"seed", report.seed},
                                 {"elapsed_seconds", std::chrono::duration<double>(report.elapsed).count()},
                                 {"simulated_seconds", report.simulated.count()},
                                 {"rounds", report.rounds},
                                 {"spells", report.spells},
                                 {"revocations", report.revocations},
                                 {"calls", counts.calls},
                                 {"tokens_from_network", counts.tokens_from_network},
                                 {"warm", ToJson(counts.warm)},
                                 {"other", ToJson(counts.other)},
                                 {"longest_overrun_ns", counts.longest_overrun.count()},
                                 {"errors", counts.errors},
                                 {"resource_calls", counts.resource_calls},
                                 {"resource_outcomes", counts.resource_outcomes},
                                 {"claims_challenges", counts.challenges},
                                 {"requests", report.requests},
                                 {"events", report.events},
                                 {"renewals_per_hour", report.renewals_per_hour},
                                 {"client", ToJson(report.client)},
                                 {"emulator", ToJson(report.emulator)},
                                 {"violations", counts.violations},
                                 {"first_violations", counts.first_violations}};
  out << document.dump(2, ' ', false, ordered_json::error_handler_t::replace) << "\n";
}

void PrintProgress(std::ostream& out, const Report& report) {
  const Counts& counts = report.counts;
  out << Seconds(report.elapsed) << " (" << Hours(report.simulated) << "): " << counts.calls << " calls, "
      << Sum(counts.errors) << " failed, slowest warm " << Latency(counts.warm.slowest()) << ", "
      << report.events.at("rotations") << " rotations, " << Sum(report.requests) << " requests";
  if (const auto& usage = report.client.at_end) {
    out << ", client " << Resident(*usage) << " and " << usage->handles << " handles";
  }
  if (const auto& usage = report.emulator.at_end) out << ", emulator " << Resident(*usage);
  if (counts.violations > 0) out << ", " << counts.violations << " BROKEN";
  out << std::endl;
}

}  // namespace msiv2::soak
