#include "cli/waiting_notice.h"

#include <ostream>
#include <string>
#include <utility>

namespace msiv2::cli {

using std::chrono::steady_clock;

WaitingNotice::WaitingNotice(std::shared_ptr<Observer> other, std::ostream& out,
                             std::chrono::milliseconds at_most, std::chrono::milliseconds quiet)
    : other_(std::move(other)),
      out_(out),
      line_(steady_clock::now(), at_most, quiet),
      thread_([this] { Run(); }) {}

WaitingNotice::~WaitingNotice() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void WaitingNotice::OnEvent(const Event& event) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (other_) other_->OnEvent(event);
    Note(event);
  } catch (...) {  // a line that cannot be printed must not fail the acquisition
  }
  changed_.notify_all();
}

void WaitingNotice::OnMsiCount(const MsiCount& count) noexcept {
  if (other_) other_->OnMsiCount(count);
}

void WaitingNotice::Note(const Event& event) {
  if (event.kind == Event::Kind::kStepStarted) {
    line_.Begin(event.step, std::string(event.where), steady_clock::now());
  } else if (event.kind == Event::Kind::kStepEnded) {
    line_.End(event.step);
  }
}

void WaitingNotice::Run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (const auto line = line_.Take(steady_clock::now())) out_ << *line << std::flush;
    if (const auto due = line_.Due()) {
      changed_.wait_until(lock, *due);
    } else {
      changed_.wait(lock);
    }
  }
}

}  // namespace msiv2::cli
