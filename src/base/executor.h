// A small bounded executor for work that must not hold up a caller.
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
/// Threads: Post may be called from any thread. The destructor runs every task already posted, then joins;
/// post cancellable work, and cancel it first, where that must not take long.
class Executor {
 public:
  explicit Executor(std::size_t max_threads) : max_threads_(max_threads) {}
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor();

  /// Post queues `task`.
  void Post(std::function<void()> task);

  /// TryPost queues `task` unless all threads are taken; false when they are.
  bool TryPost(std::function<void()> task);

 private:
  bool Enqueue(std::function<void()>& task, bool only_if_free);
  void Work();

  const std::size_t max_threads_;
  Signal signal_;  // guards everything below
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace msiv2
