#include "base/executor.h"

#include <utility>

namespace msiv2 {

Executor::~Executor() {
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(signal_.mutex);
    stopping_ = true;
    threads.swap(threads_);
  }
  signal_.changed.notify_all();
  for (auto& thread : threads) thread.join();
}

void Executor::Post(std::function<void()> task) { Enqueue(task, /*only_if_free=*/false); }

bool Executor::TryPost(std::function<void()> task) { return Enqueue(task, /*only_if_free=*/true); }

bool Executor::Enqueue(std::function<void()>& task, bool only_if_free) {
  std::lock_guard lock(signal_.mutex);
  const bool idle_thread = idle_ > tasks_.size();
  const bool may_start = threads_.size() < max_threads_;
  if (only_if_free && !idle_thread && !may_start) return false;
  tasks_.push_back(std::move(task));
  if (!idle_thread && may_start) threads_.emplace_back([this] { Work(); });
  signal_.changed.notify_one();
  return true;
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
