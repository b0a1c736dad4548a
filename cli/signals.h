// SIGINT and SIGTERM as a cancellation.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "msiv2/call.h"

namespace msiv2::cli {

/// SignalWatcher cancels `source` soon after SIGINT or SIGTERM. A second signal ends the process at once,
/// in the system's own way. One may exist at a time; its destructor stops the watching.
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
