#include "base/executor.h"

#include <system_error>
#include <utility>

namespace msiv2 {

Executor::~Executor() { Stop(); }

void Executor::Stop() {
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(signal_.mutex);
    stopping_ = true;
    threads.swap(threads_);
  }
  signal_.changed.notify_all();
  for (auto& thread : threads) thread.join();
}

bool Executor::Post(std::function<void()> task) {
  std::lock_guard lock(signal_.mutex);
  if (stopping_) return false;
  const bool idle_thread = idle_ > tasks_.size();
  const bool may_start = threads_.size() < max_threads_;
  // If the system refuses a thread, a thread that is already running executes the task later.
  if (!idle_thread && may_start && !StartThread() && threads_.empty()) return false;
  tasks_.push_back(std::move(task));
  signal_.changed.notify_one();
  return true;
}

bool Executor::StartThread() {
  try {
    threads_.emplace_back([this] { Work(); });
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

void Executor::Work() {
  std::unique_lock lock(signal_.mutex);
  while (true) {
    ++idle_;
    signal_.changed.wait(lock, [&] { return !tasks_.empty() || stopping_; });
    --idle_;
    if (tasks_.empty()) return;
    const std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
}

}  // namespace msiv2
