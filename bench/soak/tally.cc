#include "bench/soak/tally.h"

#include <algorithm>
#include <utility>

namespace msiv2::soak {
namespace {

constexpr std::size_t kMostViolationsKept = 20;

// Returns for example "imds issuecredential" or "entra token": the last part of the path names the operation.
std::string KindOf(const emulator::RequestLogEntry& entry) {
  if (entry.path.empty()) return entry.server + " (no request: the connection failed)";
  if (entry.server == "resource") return entry.server;
  return entry.server + " " + entry.path.substr(entry.path.rfind('/') + 1);
}

}  // namespace

void Counts::Violate(std::string what) {
  ++violations;
  if (first_violations.size() < kMostViolationsKept) first_violations.push_back(std::move(what));
}

void Counts::AddEnd(std::chrono::nanoseconds elapsed, std::chrono::nanoseconds timeout,
                    std::chrono::nanoseconds allowed) {
  const auto overrun = elapsed - timeout;
  longest_overrun = std::max(longest_overrun, overrun);
  if (overrun <= allowed) return;
  Violate("a call ended " +
          std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(overrun).count()) +
          " ms after its deadline");
}

void Counts::Merge(const Counts& more) {
  calls += more.calls;
  tokens_from_network += more.tokens_from_network;
  warm.Merge(more.warm);
  other.Merge(more.other);
  for (const auto& [code, count] : more.errors) errors[code] += count;
  resource_calls += more.resource_calls;
  challenges += more.challenges;
  for (const auto& [outcome, count] : more.resource_outcomes) resource_outcomes[outcome] += count;
  longest_overrun = std::max(longest_overrun, more.longest_overrun);
  violations += more.violations;
  for (const std::string& what : more.first_violations) {
    if (first_violations.size() < kMostViolationsKept) first_violations.push_back(what);
  }
}

void Tally::Add(const Counts& counts) {
  const std::lock_guard lock(mutex_);
  counts_.Merge(counts);
}

void Tally::Violate(std::string what) {
  const std::lock_guard lock(mutex_);
  counts_.Violate(std::move(what));
}

void Tally::AddRequests(const std::vector<emulator::RequestLogEntry>& log) {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : log) {
    ++requests_[KindOf(entry)];
    if (entry.server == "imds" && entry.path.ends_with("/oauth2/token")) {
      counts_.Violate("downgrade: an MSI v1 token was asked for");
    }
  }
}

Counts Tally::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

std::map<std::string, std::uint64_t> Tally::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

}  // namespace msiv2::soak
