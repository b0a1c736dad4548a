// LogObserver: what happens, one line an event, for a log.
//
//   options.observer = std::make_shared<msiv2::LogObserver>(std::clog);
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

#include "msiv2/observer.h"

namespace msiv2 {

/// LogLevel says how much is written.
enum class LogLevel {
  /// What a log of a service keeps. No identifier and no foreign text: of an error, its code and numbers.
  kInfo,
  /// Also starts of steps and cache hits, of which every call has some; the client, tenant and thumbprint;
  /// and the errors' messages, which may quote a service.
  kDebug,
};

/// LogFormat is the form of a line. The fields are the same, in the same order.
enum class LogFormat {
  kText,  ///< `event=retry step=token attempt=1 delay_ms=1000 detail="HTTP 503"`
  kJson,  ///< `{"event":"retry","step":"token","attempt":1,"delay_ms":1000,"detail":"HTTP 503"}`
};

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
};

/// LogObserver writes each event as one line of printable ASCII; anything else becomes '?', so that no
/// foreign text can forge a line or reach a terminal. A line has no time: sinks add their own.
///
/// Threads: lines of events that come at the same time never mix; the sink is called by one thread at a time.
/// It never throws: what a sink throws is dropped with its line. Fork: a child may go on using that of its
/// parent where the sink can be used in both.
class LogObserver final : public Observer {
 public:
  /// Sink takes a line without its end. It must be quick and must not call back into the client. The view
  /// lives for the call.
  using Sink = std::function<void(std::string_view line)>;

  explicit LogObserver(Sink sink, LogOptions options = {});
  /// LogObserver writes to `out`, which outlives it, and flushes after each line.
  explicit LogObserver(std::ostream& out, LogOptions options = {});
  ~LogObserver() override;

  void OnEvent(const Event& event) noexcept override;
  void OnMsiCount(const MsiCount& count) noexcept override;

 private:
  void Write(const std::string& line);

  struct Turn;  // held while the sink runs
  const LogOptions options_;
  const std::unique_ptr<Turn> turn_;
  const Sink sink_;
};

}  // namespace msiv2
