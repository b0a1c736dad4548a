#include "cli/signals.h"

#include <atomic>
#include <chrono>
#include <csignal>

namespace msiv2::cli {
namespace {

// A signal handler may do almost nothing. This one sets a flag, and a thread that polls the flag cancels.
std::atomic<bool> signal_came{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch lock-free atomics only");

constexpr std::chrono::milliseconds kLookEvery(20);

extern "C" void OnSignal(int number) {
  signal_came.store(true);
  std::signal(number, SIG_DFL);
}

}  // namespace

SignalWatcher::SignalWatcher(CancellationSource source) : source_(std::move(source)) {
  std::signal(SIGINT, OnSignal);
  std::signal(SIGTERM, OnSignal);
  thread_ = std::thread([this] { Watch(); });
}

SignalWatcher::~SignalWatcher() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void SignalWatcher::Watch() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (signal_came.load()) {
      lock.unlock();
      source_.Cancel();
      return;
    }
    changed_.wait_for(lock, kLookEvery);
  }
}

}  // namespace msiv2::cli
