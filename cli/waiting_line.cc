#include "cli/waiting_line.h"

#include <algorithm>
#include <utility>

#include "cli/text.h"

namespace msiv2::cli {
namespace {

constexpr char kImdsBase[] = "http://169.254.169.254";

std::string WhatFor(Step step, const std::string& where) {
  const std::string at = where.empty() ? "" : " at " + where;
  switch (step) {
    case Step::kMetadata:
    case Step::kCredential:
      return "IMDS" + at;
    case Step::kKey:
      return "the key";
    case Step::kAttestation:
      return "the attestation service" + at;
    case Step::kToken:
      return where == kImdsBase ? "IMDS" + at : "the token service" + at;
    case Step::kResource:
      return "the resource" + at;
    default:
      return where.empty() ? "this host" : where;
  }
}

std::string Seconds(std::chrono::milliseconds time) {
  const auto count = time.count();
  if (count % 1000 == 0) return std::to_string(count / 1000) + " s";
  return std::to_string(count / 1000) + "." + std::to_string(count % 1000 / 100) + " s";
}

}  // namespace

WaitingLine::WaitingLine(Time started, std::chrono::milliseconds at_most, std::chrono::milliseconds quiet)
    : started_(started), at_most_(at_most), quiet_(quiet) {}

void WaitingLine::Begin(Step step, std::string where, Time now) {
  running_.push_back({step, std::move(where), now});
}

void WaitingLine::End(Step step) {
  const auto found =
      std::find_if(running_.begin(), running_.end(), [&](const Running& each) { return each.step == step; });
  if (found != running_.end()) running_.erase(found);
}

std::optional<WaitingLine::Time> WaitingLine::Due() const {
  const bool told =
      std::any_of(running_.begin(), running_.end(), [](const Running& each) { return each.told; });
  if (running_.empty() || told) return std::nullopt;
  return running_.front().since + quiet_;
}

std::optional<std::string> WaitingLine::Take(Time now) {
  const auto due = Due();
  if (!due || now < *due) return std::nullopt;
  Running& longest = running_.front();
  longest.told = true;
  const auto waited = std::chrono::floor<std::chrono::seconds>(now - started_);
  return "msiv2: waiting for " + Printable(WhatFor(longest.step, longest.where)) + " (" + Seconds(waited) +
         " of at most " + Seconds(at_most_) + "); Ctrl+C ends it\n";
}

}  // namespace msiv2::cli
