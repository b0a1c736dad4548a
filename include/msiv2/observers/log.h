// LogObserver: writes one log line for each event.
//
//   options.observer = std::make_shared<msiv2::LogObserver>(std::clog);
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

#include "msiv2/observer.h"
#include "msiv2/option.h"

namespace msiv2 {

/// LogLevel says how much is written.
enum class LogLevel {
  /// For the log of a service. No identifier and no foreign text: an error appears only with its code and
  /// numbers.
  kInfo,
  /// In addition: starts of steps and cache hits, which every call has; the client, tenant and thumbprint;
  /// and error messages, which may quote a service.
  kDebug,
};

/// LogFormat is the format of a line. The fields and their order are the same.
enum class LogFormat {
  kText,  ///< `event=retry step=token attempt=1 delay_ms=1000 detail="HTTP 503"`
  kJson,  ///< `{"event":"retry","step":"token","attempt":1,"delay_ms":1000,"detail":"HTTP 503"}`
};

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
  /// What error messages call an option, as OptionWords does; null: its name in C++.
  std::string_view (*words)(Option option) = nullptr;
};

/// LogObserver writes each event as one line of printable ASCII. Any other character becomes '?', so that
/// foreign text cannot forge a line or control a terminal. A line has no time: sinks add their own.
///
/// Threads: lines of simultaneous events never mix; one thread at a time calls the sink. LogObserver never
/// throws: if the sink throws, the line is lost. Fork: a child may continue to use its parent's LogObserver
/// if the sink can be used in both.
class LogObserver final : public Observer {
 public:
  /// Sink receives a line without a line terminator. It must be quick and must not call back into the client.
  /// The view lives for the call.
  using Sink = std::function<void(std::string_view line)>;

  explicit LogObserver(Sink sink, LogOptions options = {});
  /// LogObserver writes to `out`, which must outlive it, and flushes after each line.
  explicit LogObserver(std::ostream& out, LogOptions options = {});
  ~LogObserver() override;

  void OnEvent(const Event& event) noexcept override;
  void OnMsiCount(const MsiCount& count) noexcept override;

 private:
  void Write(const std::string& line);

  struct SinkLock;  // held while the sink runs
  const LogOptions options_;
  const std::unique_ptr<SinkLock> sink_lock_;
  const Sink sink_;
};

}  // namespace msiv2
