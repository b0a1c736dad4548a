// Prints a line on a terminal when a step takes long.
#pragma once

#include <chrono>
#include <condition_variable>
#include <iosfwd>
#include <memory>
#include <mutex>
#include <thread>

#include "cli/waiting_line.h"
#include "msiv2/observer.h"

namespace msiv2::cli {

/// WaitingNotice passes events on to another observer, and prints the lines of WaitingLine at their time.
///
/// Threads: its lines never mix with those of the other observer. `out` outlives it. Its destructor ends its
/// thread.
class WaitingNotice : public Observer {
 public:
  /// WaitingNotice watches the events of a command that starts now. `other` may be null.
  WaitingNotice(std::shared_ptr<Observer> other, std::ostream& out, std::chrono::milliseconds at_most,
                std::chrono::milliseconds quiet);
  ~WaitingNotice() override;
  WaitingNotice(const WaitingNotice&) = delete;
  WaitingNotice& operator=(const WaitingNotice&) = delete;

  void OnEvent(const Event& event) noexcept override;
  void OnMsiCount(const MsiCount& count) noexcept override;

 private:
  void Note(const Event& event);
  void Run();

  const std::shared_ptr<Observer> other_;
  std::ostream& out_;
  std::mutex mutex_;  // guards out_ and the members below
  std::condition_variable changed_;
  WaitingLine line_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace msiv2::cli
