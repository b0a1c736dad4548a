// Cancellation and the time limit of one call.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "msiv2/cxx20.h"

namespace msiv2 {

class Clock;

/// CancellationToken tells a call that its caller no longer wants the answer. A default token never
/// cancels. Copies observe the same source. All members may be called from any thread.
///
/// (std::stop_token is not used: libstdc++ builds it on a semaphore that loses wake-ups on mingw.)
class CancellationToken {
 public:
  /// Registration keeps a callback registered. Destroying it removes the callback. If the callback is running
  /// on another thread, the destructor waits for it to return.
  class [[nodiscard]] Registration {
   public:
    Registration() = default;
    Registration(Registration&& other) noexcept;
    Registration& operator=(Registration&& other) noexcept;
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration();

   private:
    friend class CancellationToken;
    struct State;
    explicit Registration(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };

  CancellationToken() = default;

  /// IsCanceled returns true once the source is cancelled. It takes no lock.
  bool IsCanceled() const noexcept;

  /// IsOfParent returns true in a forked child for a token that its parent created. Calls refuse such a token
  /// with `used_after_fork`. The parent may have been using it at the fork, and a lock held then stays locked
  /// in the child.
  bool IsOfParent() const noexcept;

  /// OnCancel runs `callback` once when the source is cancelled, on the cancelling thread. If the source is
  /// already cancelled, OnCancel runs `callback` at once, on this thread. The callback must be short and must
  /// not throw. A token of the parent process registers nothing.
  Registration OnCancel(std::function<void()> callback) const;

 private:
  friend class CancellationSource;
  struct Shared;
  explicit CancellationToken(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  std::shared_ptr<Shared> shared_;
};

/// CancellationSource cancels the tokens that it created. Copies share one state.
class CancellationSource {
 public:
  CancellationSource();
  CancellationToken token() const { return CancellationToken(shared_); }
  /// Cancel cancels every token and returns after all callbacks have run. Calling it again does nothing. In a
  /// forked child it runs no callback that the parent registered: those belong to calls of the parent.
  void Cancel() const;

 private:
  std::shared_ptr<CancellationToken::Shared> shared_;
};

/// CallOptions limit one call.
struct CallOptions {
  /// Limit of the whole call: all steps, retries and waits for other callers together. If unset:
  /// `Timeouts::acquisition`.
  std::optional<std::chrono::milliseconds> timeout{};
  CancellationToken cancellation{};
};

/// CallContext is what ports receive: the clock to read, the time at which to give up, and the caller's
/// cancellation. A port must return soon after the deadline passes or the cancellation fires.
struct CallContext {
  Clock* clock = nullptr;  ///< never null inside the library; outlives the call
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  CancellationToken cancellation{};
};

}  // namespace msiv2
