// SIGINT and SIGTERM as a cancellation.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "msiv2/call.h"

namespace msiv2::cli {

/// SignalWatcher cancels `source` soon after SIGINT or SIGTERM. A second signal ends the process at once, by
/// the system's default action. Only one SignalWatcher may exist at a time. Its destructor stops watching.
class SignalWatcher {
 public:
  explicit SignalWatcher(CancellationSource source);
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  void Watch();

  CancellationSource source_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace msiv2::cli
