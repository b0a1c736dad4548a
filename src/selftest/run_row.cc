#include "selftest/run_row.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/begin_call.h"
#include "base/executor.h"
#include "base/wait.h"

namespace msiv2::selftest {
namespace {

/// Pending is shared by the row's thread and the caller that waits for it.
struct Pending {
  Signal signal;
  std::optional<RowAnswer> answer;  // guarded by signal.mutex
};

RowAnswer RunCaught(RowFunction row, const RowInput& input) {
  try {
    return row(input);
  } catch (const std::exception& thrown) {
    return Fail(input, std::string("it threw: ") + thrown.what());
  } catch (...) {
    return Fail(input, "it threw something that is not an exception");
  }
}

// A call that hangs in a system library cannot be ended, and to destroy its executor would wait for the call.
// The thread is not detached instead, because mingw's winpthreads loses threads that are detached while they
// start.
void LeaveBehind(std::unique_ptr<Executor> worker) {
  static std::mutex mutex;
  static auto* const left = new std::vector<std::unique_ptr<Executor>>();
  std::lock_guard lock(mutex);
  left->push_back(std::move(worker));
}

}  // namespace

Result<RowAnswer> RunRow(RowFunction row, const RowInput& input, std::chrono::milliseconds limit) {
  if (auto ended = CheckCall(input.context, Step::kRequest)) return *std::move(ended);
  RowInput limited = input;
  const auto row_ends = input.context.clock->MonotonicNow() + BoundTime(limit);
  limited.context.deadline = std::min(input.context.deadline, row_ends);
  const auto pending = std::make_shared<Pending>();
  auto worker = std::make_unique<Executor>(1);
  const bool started = worker->Post([row, limited, pending] {
    RowAnswer answer = RunCaught(row, limited);
    std::lock_guard lock(pending->signal.mutex);
    pending->answer.emplace(std::move(answer));
    pending->signal.changed.notify_all();
  });
  if (!started) return Fail(input, "the system granted no thread");
  WaitFor(pending->signal, limited.context, [&] { return pending->answer.has_value(); });
  std::unique_lock lock(pending->signal.mutex);
  if (pending->answer) return *std::move(pending->answer);
  LeaveBehind(std::move(worker));
  if (auto ended = CheckCall(input.context, Step::kRequest)) return *std::move(ended);
  return Fail(input, "it did not end within " + std::to_string(limit.count()) + " ms and was left behind");
}

}  // namespace msiv2::selftest
