#include "selftest/run_row.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "base/wait.h"

namespace msiv2::selftest {
namespace {

/// Pending is shared by the row's thread and whoever waits for it.
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
    return Fail(input, "it threw what is no exception");
  }
}

// False when the system grants no thread.
bool StartThread(RowFunction row, const RowInput& input, const std::shared_ptr<Pending>& pending) {
  try {
    std::thread([row, input, pending] {
      RowAnswer answer = RunCaught(row, input);
      std::lock_guard lock(pending->signal.mutex);
      pending->answer.emplace(std::move(answer));
      pending->signal.changed.notify_all();
    }).detach();
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

}  // namespace

Result<RowAnswer> RunRow(RowFunction row, const RowInput& input, std::chrono::milliseconds limit) {
  if (auto ended = CheckCall(input.context, Step::kRequest)) return *std::move(ended);
  RowInput limited = input;
  const auto row_ends = input.context.clock->MonotonicNow() + limit;
  limited.context.deadline = std::min(input.context.deadline, row_ends);
  const auto pending = std::make_shared<Pending>();
  if (!StartThread(row, limited, pending)) return Fail(input, "the system granted no thread");
  WaitFor(pending->signal, limited.context, [&] { return pending->answer.has_value(); });
  std::lock_guard lock(pending->signal.mutex);
  if (pending->answer) return *std::move(pending->answer);
  if (auto ended = CheckCall(input.context, Step::kRequest)) return *std::move(ended);
  return Fail(input, "it did not end within " + std::to_string(limit.count()) + " ms and was left behind");
}

}  // namespace msiv2::selftest
