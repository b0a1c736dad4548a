// One caller does the work for a key; the others wait for its answer.
#pragma once

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/foreign_text.h"
#include "base/wait.h"
#include "msiv2/result.h"

namespace msiv2 {

/// SingleFlight runs at most one piece of work per key at a time.
///
/// Each waiter keeps its own deadline and cancellation. If the working caller itself gives up, a waiter takes
/// over the work instead of failing with it. A caller gives up if its own call ends with `canceled` or
/// `timeout`, or with an error that is `out_of_time`. Calls with different keys never wait for each other.
/// Threads: all members may be called at the same time.
template <typename T>
class SingleFlight {
 public:
  /// Run returns the result of `work`, or the answer of a caller that is already working for `key`. `step`
  /// and `what` describe the wait in the error if the deadline or the cancellation ends it. `secrets` are
  /// hidden in the message of an exception.
  Result<T> Run(const std::string& key, const CallContext& context, Step step, const std::string& what,
                const std::function<Result<T>()>& work, const KnownSecrets& secrets = {}) {
    while (true) {
      bool leader = false;
      const std::shared_ptr<Flight> flight = Join(key, leader);
      if (leader) return Lead(key, *flight, work, secrets);
      const WaitOutcome outcome = WaitFor(signal_, context, [&] { return flight->answer.has_value(); });
      if (outcome != WaitOutcome::kReady) return CallEnded(outcome, step, what);
      if (!GaveUp(*flight->answer)) return *flight->answer;
    }
  }

 private:
  struct Flight {
    std::optional<Result<T>> answer;  // guarded by signal_.mutex until set, then constant
  };

  static bool GaveUp(const Result<T>& answer) {
    if (answer) return false;
    const Error& error = answer.error();
    return error.code == ErrorCode::kCanceled || error.code == ErrorCode::kTimeout || error.out_of_time;
  }

  std::shared_ptr<Flight> Join(const std::string& key, bool& leader) {
    std::lock_guard lock(signal_.mutex);
    auto [entry, inserted] = flights_.try_emplace(key);
    if (inserted) entry->second = std::make_shared<Flight>();
    leader = inserted;
    return entry->second;
  }

  // A user-supplied port may throw. The flight must end nevertheless, or its key would be blocked for ever.
  static Result<T> Guarded(const std::function<Result<T>()>& work, const KnownSecrets& secrets) {
    try {
      return work();
    } catch (const std::exception& thrown) {
      return Error(ErrorCode::kMsiV2Error,
                   "an exception came out of a port: " + ForeignText(thrown.what(), secrets));
    } catch (...) {
      return Error(ErrorCode::kMsiV2Error, "an exception came out of a port");
    }
  }

  Result<T> Lead(const std::string& key, Flight& flight, const std::function<Result<T>()>& work,
                 const KnownSecrets& secrets) {
    Result<T> answer = Guarded(work, secrets);
    {
      std::lock_guard lock(signal_.mutex);
      flight.answer.emplace(answer);
      flights_.erase(key);
    }
    signal_.changed.notify_all();
    return answer;
  }

  Signal signal_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
};

}  // namespace msiv2
