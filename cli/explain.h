// --explain: prints what happens, one line per step, as it happens.
#pragma once

#include <iosfwd>
#include <mutex>

#include "msiv2/observer.h"

namespace msiv2::cli {

/// ExplainObserver prints events as lines: number, what, where, how long, and the result. Retries, cache hits
/// and notices get their own line. It prints no identifier unless `verbose`, and never a secret: events hold
/// none.
///
/// Threads: lines of concurrent events never mix. `out` outlives the observer.
class ExplainObserver : public Observer {
 public:
  ExplainObserver(std::ostream& out, bool verbose) : out_(out), verbose_(verbose) {}

  void OnEvent(const Event& event) noexcept override;

 private:
  void Print(const Event& event);

  std::mutex mutex_;  // guards out_
  std::ostream& out_;
  const bool verbose_;
};

/// SettingsObserver prints notices about variables and options, one per line, and nothing else. Threads and
/// lifetime: as ExplainObserver.
class SettingsObserver : public Observer {
 public:
  explicit SettingsObserver(std::ostream& out) : out_(out) {}

  void OnEvent(const Event& event) noexcept override;

 private:
  std::mutex mutex_;  // guards out_
  std::ostream& out_;
};

}  // namespace msiv2::cli
