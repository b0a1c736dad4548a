#include "emulator/faults.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <sstream>
#include <utility>

#include "emulator/answer_names.h"

namespace msiv2::emulator {
namespace {

constexpr std::array<std::string_view, 19> kKnownOperations = {"imds.getplatformmetadata",
                                                               "imds.issuecredential",
                                                               "imds.token",
                                                               "imds.compute",
                                                               "attestation.attest",
                                                               "entra.token",
                                                               "entra.discovery",
                                                               "entra.jwks",
                                                               "resource.call",
                                                               "app-service.token",
                                                               "app-service-2017.token",
                                                               "arc.token",
                                                               "cloud-shell.token",
                                                               "machine-learning.token",
                                                               "service-fabric.token",
                                                               "workload.token",
                                                               "workload.discovery",
                                                               "<server>.*",
                                                               "*.*"};

Error Wrong(std::string_view word, std::string_view expected) {
  return Error(ErrorCode::kInvalidRequest, "Fault rule: '" + std::string(word) + "' is not known; expected " +
                                               std::string(expected) + ".");
}

std::optional<std::uint64_t> Number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  return value;
}

std::optional<std::chrono::milliseconds> Duration(std::string_view text) {
  std::int64_t scale = 1;
  if (text.ends_with("ms")) {
    text.remove_suffix(2);
  } else if (text.ends_with("s")) {
    text.remove_suffix(1);
    scale = 1000;
  } else {
    return std::nullopt;
  }
  const auto number = Number(text);
  if (!number) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(*number) * scale);
}

/// Choose returns the value of `word` in a table of names; nullopt if the table does not have it.
template <typename T, std::size_t N>
std::optional<T> Choose(std::string_view word, const std::array<std::pair<std::string_view, T>, N>& table) {
  for (const auto& [name, value] : table) {
    if (name == word) return value;
  }
  return std::nullopt;
}

constexpr std::array<std::pair<std::string_view, Hang>, 3> kHangs = {
    {{"request", Hang::kRequest}, {"body", Hang::kBody}, {"handshake", Hang::kHandshake}}};
constexpr std::array<std::pair<std::string_view, Reset>, 3> kResets = {
    {{"request", Reset::kRequest},
     {"before-certificate", Reset::kBeforeCertificate},
     {"after-certificate", Reset::kAfterCertificate}}};
constexpr std::array<std::pair<std::string_view, BodyFault>, 6> kBodies = {
    {{"malformed", BodyFault::kMalformed},
     {"oversized", BodyFault::kOversized},
     {"truncated", BodyFault::kTruncated},
     {"empty", BodyFault::kEmpty},
     {"nul", BodyFault::kNul},
     {"twice", BodyFault::kTwice}}};
// Lines that continue a header although no header precedes them (RFC 9112 section 5.2).
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kFirstLines = {
    {{"blank-first", " Server: IMDS/150.870.65.1854"},
     {"tab-first", "\tX-Folded: x"},
     {"empty-fold-first", " "}}};
constexpr std::array<std::uint64_t, 9> kAlerts = {40, 42, 43, 44, 45, 46, 48, 49, 116};

std::optional<Error> SetRetryAfter(std::string_view value, Fault& fault) {
  constexpr std::string_view kDate = "date:";
  fault.retry_after_as_date = value.starts_with(kDate);
  const auto seconds = Number(fault.retry_after_as_date ? value.substr(kDate.size()) : value);
  if (!seconds) return Wrong(value, "retry-after=SECONDS or retry-after=date:SECONDS");
  fault.retry_after = std::chrono::seconds(*seconds);
  return std::nullopt;
}

std::optional<Error> SetStatus(std::string_view value, Fault& fault) {
  const auto number = Number(value);
  if (!number || *number < 200 || *number > 599) return Wrong(value, "status=200 to 599");
  fault.status = static_cast<int>(*number);
  return std::nullopt;
}

std::optional<Error> SetAlert(std::string_view value, Fault& fault) {
  const auto number = Number(value);
  for (const auto known : kAlerts) {
    if (number == known) {
      fault.alert = static_cast<int>(known);
      return std::nullopt;
    }
  }
  return Wrong(value, "alert= one of 40, 42, 43, 44, 45, 46, 48, 49, 116");
}

std::optional<Error> SetHang(std::string_view value, Fault& fault) {
  const auto hang = Choose(value.empty() ? "request" : value, kHangs);
  if (!hang) return Wrong(value, "hang, or hang= one of request, body, handshake");
  fault.hang = *hang;
  return std::nullopt;
}

std::optional<Error> SetReset(std::string_view value, Fault& fault) {
  const auto reset = Choose(value.empty() ? "request" : value, kResets);
  if (!reset) return Wrong(value, "reset, or reset= one of request, before-certificate, after-certificate");
  fault.reset = *reset;
  return std::nullopt;
}

std::optional<Error> SetBody(std::string_view value, Fault& fault) {
  const auto body = Choose(value, kBodies);
  if (!body) return Wrong(value, "body= one of malformed, oversized, truncated, empty, nul, twice");
  fault.body = *body;
  return std::nullopt;
}

std::optional<Error> SetDelay(std::string_view value, Fault& fault) {
  const auto delay = Duration(value);
  if (!delay) return Wrong(value, "delay= a whole number with ms or s, for example delay=200ms");
  fault.delay = *delay;
  return std::nullopt;
}

std::optional<Error> SetHeader(std::string_view value, Fault& fault) {
  constexpr std::string_view kNo = "no-";
  if (const auto line = Choose(value, kFirstLines)) {
    fault.first_line = *line;
    return std::nullopt;
  }
  if (!value.starts_with(kNo) || value.size() == kNo.size()) {
    return Wrong(value,
                 "header=no-NAME, for example header=no-server, or header= one of blank-first, tab-first, "
                 "empty-fold-first");
  }
  fault.dropped_header = value.substr(kNo.size());
  return std::nullopt;
}

/// Set reads one `key=value` word of a fault.
std::optional<Error> Set(std::string_view key, std::string_view value, Fault& fault) {
  if (key == "status") return SetStatus(value, fault);
  if (key == "retry-after") return SetRetryAfter(value, fault);
  if (key == "delay") return SetDelay(value, fault);
  if (key == "hang") return SetHang(value, fault);
  if (key == "reset") return SetReset(value, fault);
  if (key == "alert") return SetAlert(value, fault);
  if (key == "body") return SetBody(value, fault);
  if (key == "header") return SetHeader(value, fault);
  if (key == "answer" && !value.empty()) {
    fault.answer = value;
    return std::nullopt;
  }
  return Wrong(key, "status, retry-after, delay, hang, reset, alert, body, header, answer, count or after");
}

bool IsKnownOperation(std::string_view name) {
  if (name == "*.*") return true;
  return std::ranges::any_of(kKnownOperations, [&](std::string_view known) {
    const auto server = known.substr(0, known.find('.') + 1);
    return known == name || (known.front() != '<' && name == std::string(server) + "*");
  });
}

std::string KnownOperations() {
  std::string all = "one of";
  for (const auto known : kKnownOperations) all += " " + std::string(known);
  return all;
}

constexpr std::array<std::string_view, 6> kPlainServers = {"imds", "app-service", "app-service-2017",
                                                           "arc",  "cloud-shell", "machine-learning"};

bool SpeaksTls(std::string_view server) {
  return std::find(kPlainServers.begin(), kPlainServers.end(), server) == kPlainServers.end();
}

std::optional<Error> CheckAnswer(const std::string& answer, std::string_view server,
                                 std::string_view operation) {
  const auto known = AnswerNames(server, operation);
  if (answer.empty() || IsAnswerName(answer, known)) return std::nullopt;
  if (known.empty()) return Wrong("answer=" + answer, "no answer= for this operation");
  std::string expected = "answer= one of";
  for (const std::string& name : known) expected += (name == known.front() ? " " : ", ") + name;
  return Wrong(answer, expected);
}

// A rule whose words are all known may still make no sense as a whole.
std::optional<Error> CheckWhole(const Fault& fault, std::string_view server, int things) {
  if (things == 0) return Wrong("", "what goes wrong, for example status=503");
  if (fault.OnConnection() && things > 1) {
    return Wrong(fault.rule, "a fault of the TLS handshake on its own, with count and after at most");
  }
  if (fault.OnConnection() && !SpeaksTls(server)) return Wrong(fault.rule, "a server that speaks TLS");
  return std::nullopt;
}

}  // namespace

bool Fault::OnConnection() const noexcept {
  return alert >= 0 || hang == Hang::kHandshake || reset == Reset::kBeforeCertificate ||
         reset == Reset::kAfterCertificate;
}

Result<FaultScript::Rule> FaultScript::Parse(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string word;
  if (!(words >> word) || !IsKnownOperation(word)) return Wrong(word, KnownOperations());

  Rule rule;
  const auto dot = word.find('.');
  rule.server = word.substr(0, dot);
  rule.operation = word.substr(dot + 1);
  rule.fault.rule = text;
  int things = 0;
  while (words >> word) {
    const auto equals = word.find('=');
    const auto key = word.substr(0, equals);
    const auto value = equals == std::string::npos ? std::string() : word.substr(equals + 1);
    if (key == "count" || key == "after") {
      const auto number = Number(value);
      if (!number || (key == "count" && *number == 0)) return Wrong(word, key + "= a positive whole number");
      if (key == "count") rule.count = *number;
      if (key == "after") rule.skip = *number;
      continue;
    }
    if (auto problem = Set(key, value, rule.fault)) return *problem;
    ++things;
  }
  if (auto problem = CheckWhole(rule.fault, rule.server, things)) return *std::move(problem);
  if (auto problem = CheckAnswer(rule.fault.answer, rule.server, rule.operation)) return *std::move(problem);
  return rule;
}

Result<void> FaultScript::Add(std::string_view rule) {
  auto parsed = Parse(rule);
  if (!parsed) return parsed.error();
  const std::lock_guard lock(mutex_);
  rules_.push_back(*std::move(parsed));
  return {};
}

void FaultScript::Clear() {
  const std::lock_guard lock(mutex_);
  rules_.clear();
  ++clears_;
  cleared_.notify_all();
}

std::vector<std::string> FaultScript::Rules() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> texts;
  for (const Rule& rule : rules_) {
    if (rule.count != 0U) texts.push_back(rule.fault.rule);
  }
  return texts;
}

std::optional<Fault> FaultScript::Take(std::string_view server, std::string_view operation) {
  return TakeFirst([&](const Rule& rule) {
    return !rule.fault.OnConnection() && (rule.server == "*" || rule.server == server) &&
           (rule.operation == "*" || rule.operation == operation);
  });
}

std::optional<Fault> FaultScript::TakeOnConnection(std::string_view server) {
  return TakeFirst([&](const Rule& rule) {
    return rule.fault.OnConnection() && (rule.server == "*" || rule.server == server);
  });
}

std::optional<Fault> FaultScript::TakeFirst(const std::function<bool(const Rule&)>& matches) {
  const std::lock_guard lock(mutex_);
  for (auto& rule : rules_) {
    if (!matches(rule) || rule.count == 0U) continue;
    if (rule.skip > 0) {
      --rule.skip;
      continue;
    }
    if (rule.count) --*rule.count;
    return rule.fault;
  }
  return std::nullopt;
}

void FaultScript::Wait(std::optional<std::chrono::milliseconds> limit, const std::function<bool()>& gone) {
  using std::chrono::steady_clock;
  constexpr auto kAskAgain = std::chrono::milliseconds(10);
  const auto end = steady_clock::now() + limit.value_or(std::chrono::milliseconds(0));
  std::unique_lock lock(mutex_);
  const auto clears_before = clears_;
  ++waiting_;
  while (clears_ == clears_before && (!limit || steady_clock::now() < end)) {
    const auto next = steady_clock::now() + kAskAgain;
    cleared_.wait_until(lock, limit ? std::min(next, end) : next);
    lock.unlock();
    const bool nobody_waits = gone();
    lock.lock();
    if (nobody_waits) break;
  }
  --waiting_;
}

std::size_t FaultScript::Waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

}  // namespace msiv2::emulator
