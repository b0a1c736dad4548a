// What a forked child shares with its parent: nothing. Unix only: Windows has no fork.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "tests/flow/flow_fixture.h"

namespace {
bool forked = false;
}

// LeakSanitizer calls this at the end. A forked child does not have the stacks of its parent's other threads,
// so LeakSanitizer would report everything that those threads held as leaked.
extern "C" int __lsan_is_turned_off() {
  return forked ? 1 : 0;
}  // NOLINT(bugprone-reserved-identifier): its name

namespace msiv2 {
namespace {

class ForkTest : public FlowTest {};

// exit() tears down the scope of the process, even in a child that has none of its threads.
TEST_F(ForkTest, AForkedChildMakesItsOwnClientsAndEnds) {
  {
    ClientOptions options;  // names no scope: the process's own is used, and nothing else of it is left below
    emulator::Use(emulator_->endpoints(), /*emulated_keyguard=*/false, options);
    ASSERT_TRUE(MakeClient(std::move(options)).AcquireToken(Unattested()));
  }
  const pid_t child = fork();
  if (child == 0) {
    forked = true;
    ClientOptions options;
    emulator::Use(emulator_->endpoints(), /*emulated_keyguard=*/false, options);
    const bool served = MakeClient(std::move(options)).AcquireToken(Unattested()).has_value();
    std::exit(served ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

// Writes a letter to a pipe for each renewal that begins or ends, so that the parent can see it.
class PipeObserver final : public Observer {
 public:
  explicit PipeObserver(int to) : to_(to) {}
  void OnEvent(const Event& event) noexcept override {
    const char letter = event.kind == Event::Kind::kRenewalStarted ? 's' : 'e';
    if (event.kind != Event::Kind::kRenewalStarted && event.kind != Event::Kind::kRenewalEnded) return;
    started_ = true;
    if (write(to_, &letter, 1) != 1) std::abort();
  }
  bool started() const { return started_; }

 private:
  const int to_;
  std::atomic<bool> started_{false};
};

// exit() unloads the libraries: no renewal may still use them, even one of a client that was never destroyed.
TEST_F(ForkTest, RenewalsEndWithTheProcessAlthoughAClientIsAlive) {
  Fault("entra.token hang=request after=1");
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    forked = true;
    ClientOptions options;
    emulator::Use(emulator_->endpoints(), /*emulated_keyguard=*/false, options);
    const auto clock = std::make_shared<testing::JumpingClock>();
    const auto observer = std::make_shared<PipeObserver>(ends[1]);
    options.clock = clock;
    IdleOn(clock, *CacheScope::Process());
    options.observer = observer;
    auto* const client = new ManagedIdentityClient(MakeClient(options));
    const auto token = client->AcquireToken(Unattested());
    if (!token) std::_Exit(1);
    clock->Advance(*(*token)->refresh_on - clock->Now());
    while (!observer->started()) std::this_thread::yield();
    std::exit(0);
  }
  close(ends[1]);
  std::string seen;
  for (char letter = 0; read(ends[0], &letter, 1) == 1;) seen += letter;
  close(ends[0]);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(seen, "se") << "started, and ended before the process did";
}

}  // namespace
}  // namespace msiv2
