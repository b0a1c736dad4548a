#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "model/process_mark.h"
#include "msiv2/call.h"

namespace msiv2 {

struct CancellationToken::Shared {
  const ProcessMark made_in;
  std::atomic<bool> canceled{false};  // set under the lock, read without
  std::mutex mutex;                   // guards the rest
  std::condition_variable callback_returned;
  std::uint64_t next_id = 1;
  std::uint64_t running_id = 0;  // the callback that Cancel is running outside the lock
  std::thread::id running_on;
  std::map<std::uint64_t, std::function<void()>> callbacks;
};

struct CancellationToken::Registration::State {
  std::shared_ptr<Shared> shared;
  std::uint64_t id = 0;
};

CancellationToken::Registration::Registration(std::unique_ptr<State> state) : state_(std::move(state)) {}
CancellationToken::Registration::Registration(Registration&& other) noexcept = default;

CancellationToken::Registration& CancellationToken::Registration::operator=(Registration&& other) noexcept {
  Registration old(std::move(*this));
  state_ = std::move(other.state_);
  return *this;
}

CancellationToken::Registration::~Registration() {
  if (!state_) return;
  Shared& shared = *state_->shared;
  if (shared.made_in.IsOfParent())
    return;  // the thread that runs the callback does not exist in this
             // process
  std::unique_lock lock(shared.mutex);
  shared.callbacks.erase(state_->id);
  // A callback may remove itself, so only another thread waits for it to return.
  if (shared.running_on == std::this_thread::get_id()) return;
  shared.callback_returned.wait(lock, [&] { return shared.running_id != state_->id; });
}

bool CancellationToken::IsCanceled() const noexcept { return shared_ && shared_->canceled.load(); }

bool CancellationToken::IsOfParent() const noexcept { return shared_ && shared_->made_in.IsOfParent(); }

CancellationToken::Registration CancellationToken::OnCancel(std::function<void()> callback) const {
  if (!shared_ || shared_->made_in.IsOfParent()) return {};
  std::unique_lock lock(shared_->mutex);
  if (shared_->canceled.load()) {
    lock.unlock();
    callback();
    return {};
  }
  auto state = std::make_unique<Registration::State>();
  state->shared = shared_;
  state->id = shared_->next_id++;
  shared_->callbacks.emplace(state->id, std::move(callback));
  return Registration(std::move(state));
}

CancellationSource::CancellationSource() : shared_(std::make_shared<CancellationToken::Shared>()) {}

void CancellationSource::Cancel() const {
  CancellationToken::Shared& shared = *shared_;
  if (shared.made_in.IsOfParent()) {
    shared.canceled.store(true);
    return;
  }
  std::unique_lock lock(shared.mutex);
  if (shared.canceled.exchange(true)) return;
  shared.running_on = std::this_thread::get_id();
  while (!shared.callbacks.empty()) {
    auto node = shared.callbacks.extract(shared.callbacks.begin());
    shared.running_id = node.key();
    lock.unlock();
    node.mapped()();
    lock.lock();
    shared.running_id = 0;
    shared.callback_returned.notify_all();
  }
  shared.running_on = {};
}

}  // namespace msiv2
