// A small bounded executor for work that must not block a caller.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/wait.h"

namespace msiv2 {

/// Executor runs tasks on at most `max_threads` threads, started when first needed. Tasks must not throw.
///
/// Threads: Post may be called from any thread. The destructor calls Stop. If that must not take long, post
/// only work that can be cancelled, and cancel it first.
class Executor {
 public:
  explicit Executor(std::size_t max_threads) : max_threads_(max_threads) {}
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor();

  /// Post queues `task`. It returns false and drops the task after Stop, or if no thread is running and the
  /// system refuses to start one.
  [[nodiscard]] bool Post(std::function<void()> task);

  /// Stop runs every task already posted, joins the threads, and rejects further tasks. It must not be called
  /// from a task.
  void Stop();

 private:
  bool StartThread();
  void Work();

  const std::size_t max_threads_;
  Signal signal_;  // guards everything below
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace msiv2
