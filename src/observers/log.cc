#include "msiv2/observers/log.h"

#include <mutex>
#include <ostream>
#include <utility>

#include "model/per_process.h"
#include "observers/log_line.h"

namespace msiv2 {
namespace {

bool ForDebugOnly(Event::Kind kind) {
  return kind == Event::Kind::kStepStarted || kind == Event::Kind::kCacheHit;
}

std::string List(const std::vector<std::int64_t>& numbers) {
  std::string list;
  for (const std::int64_t number : numbers) {
    if (!list.empty()) list += ',';
    list += std::to_string(number);
  }
  return list;
}

void AddError(LogLine& line, const Error& error, const LogOptions& options) {
  line.Text("code", Name(error.code));
  line.Flag("retryable", error.retryable);
  if (error.http_status != 0) line.Number("http_status", error.http_status);
  line.Text("aadsts", List(error.aadsts));
  if (error.tls_alert >= 0) line.Number("tls_alert", error.tls_alert);
  if (error.native_code != 0) line.Number("native_code", error.native_code);
  if (error.attempts != 0) line.Number("attempts", error.attempts);
  if (options.level < LogLevel::kDebug) return;
  line.Text("service_error", error.service_error);
  line.Text("message", options.words != nullptr ? error.MessageIn(options.words) : error.message);
}

// The fields that only some kinds of events have.
void AddOwn(LogLine& line, const Event& event) {
  switch (event.kind) {
    case Event::Kind::kStepEnded:
      line.Milliseconds("elapsed_ms", event.elapsed);
      break;
    case Event::Kind::kRetry:
      if (event.http_status != 0) line.Number("http_status", event.http_status);
      if (event.failure) line.Text("failure", Name(*event.failure));
      [[fallthrough]];
    case Event::Kind::kRemediation:
      line.Number("attempt", event.attempt);
      line.Milliseconds("delay_ms", event.delay);
      break;
    case Event::Kind::kRotation:
      line.Number("tokens", static_cast<std::int64_t>(event.tokens));
      break;
    case Event::Kind::kRenewalEnded:
      line.Text("outcome", Name(event.renewal));
      break;
    case Event::Kind::kCacheHit:
      line.Text("cache", Name(event.cache));
      break;
    case Event::Kind::kCacheMiss:
      line.Text("cache", Name(event.cache));
      line.Text("reason", Name(event.miss));
      break;
    case Event::Kind::kStepStarted:
    case Event::Kind::kRenewalStarted:
    case Event::Kind::kNotice:
      break;
  }
}

std::string LineOf(const Event& event, const LogOptions& options) {
  LogLine line(options.format);
  line.Text("event", Name(event.kind));
  line.Text("step", Name(event.step));
  line.Text("where", event.where);
  AddOwn(line, event);
  line.Text("detail", event.detail);
  if (event.error != nullptr) AddError(line, *event.error, options);
  if (options.level >= LogLevel::kDebug) line.Text("identifiers", event.identifiers);
  line.Text("correlation_id", event.correlation_id);
  return line.Finish();
}

std::string LineOf(const MsiCount& count, const LogOptions& options) {
  LogLine line(options.format);
  line.Text("event", "msi_count");
  line.Text("MsiSource", count.source);
  line.Text("TokenType", Name(count.token_type));
  line.Flag("bypassCache", count.bypass_cache);
  line.Text("KeyType", KeyTypeTag(count));
  line.Text("CredentialOutcome", Name(count.outcome));
  line.Milliseconds("elapsed_ms", count.elapsed);
  if (count.error != nullptr) AddError(line, *count.error, options);
  line.Text("correlation_id", count.correlation_id);
  return line.Finish();
}

}  // namespace

struct LogObserver::SinkLock {
  PerProcess<std::mutex> mutex;
};

LogObserver::LogObserver(Sink sink, LogOptions options)
    : options_(options), sink_lock_(std::make_unique<SinkLock>()), sink_(std::move(sink)) {}

LogObserver::LogObserver(std::ostream& out, LogOptions options)
    : LogObserver([&out](std::string_view line) { out << std::string(line) + "\n"
                                                      << std::flush; }, options) {
}

LogObserver::~LogObserver() = default;

void LogObserver::OnEvent(const Event& event) noexcept {
  if (options_.level < LogLevel::kDebug && ForDebugOnly(event.kind)) return;
  try {
    Write(LineOf(event, options_));
  } catch (...) {  // a line that cannot be written must not fail the acquisition
  }
}

void LogObserver::OnMsiCount(const MsiCount& count) noexcept {
  try {
    Write(LineOf(count, options_));
  } catch (...) {  // as above
  }
}

void LogObserver::Write(const std::string& line) {
  std::lock_guard lock(sink_lock_->mutex.Get());
  if (sink_) sink_(line);
}

}  // namespace msiv2
