#include "bench/soak/soak.h"

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "bench/soak/calm_rate.h"
#include "bench/soak/child_process.h"
#include "bench/soak/emulator_process.h"
#include "bench/soak/round_gate.h"
#include "bench/soak/weather.h"
#include "bench/soak/worker.h"
#include "bench/soak/world.h"

namespace msiv2::soak {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds kTick{50};
constexpr seconds kMostSkew{
    120};  // of the services' clock, in either direction: within every tolerance of the protocol
constexpr seconds kRecoveryTimeout{120};  // real time for all clients to recover

/// Run is one run of the program.
class Run {
 public:
  Run(const SoakOptions& options, const std::string& program, std::ostream& progress)
      : options_(options),
        progress_(progress),
        random_(options.seed),
        gate_(options.threads),
        emulator_(program, options),
        weather_(emulator_, options.seed),
        world_(std::make_unique<World>(options, emulator_)) {
    emulator_usage_.at_start = emulator_.Usage();
  }

  Report Finish();

 private:
  void Work();
  void Housekeep();
  void Recover();
  void Close();
  void StepTime();
  void EndSpell();
  void CheckRate();
  Report Snapshot();
  std::map<std::string, std::uint64_t> Events() const;

  const SoakOptions options_;
  std::ostream& progress_;
  const steady_clock::time_point started_ = steady_clock::now();
  std::mt19937_64 random_;
  RoundGate gate_;
  CalmRate calm_rate_;  // used by the housekeeper, then by Finish
  Tally tally_;
  // The samples until the first round, for use by the thread that runs the rounds.
  UsageOfRun usage_{.at_start = ReadProcessUsage(OwnProcessId())};
  UsageOfRun emulator_usage_;
  std::atomic<std::uint64_t> rounds_{0};
  EmulatorProcess emulator_;
  Weather weather_;
  std::unique_ptr<World> world_;
  std::mutex mutex_;  // guards done_
  std::condition_variable changed_;
  bool done_ = false;
};

Report Run::Finish() {
  std::thread housekeeper([this] { Housekeep(); });
  Work();
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
    changed_.notify_all();
  }
  housekeeper.join();
  EndSpell();
  Recover();
  Report report = Snapshot();
  report.renewals_per_hour = calm_rate_.PerHour();
  report.client.at_start = usage_.at_start;
  report.client.warmed_up = usage_.warmed_up;
  report.emulator.at_start = emulator_usage_.at_start;
  report.emulator.warmed_up = emulator_usage_.warmed_up;
  Close();
  report.client.closed = ReadProcessUsage(OwnProcessId());
  if (const auto wrong = TooManyHandles(report.client, options_.threads, options_.identities))
    tally_.Violate(*wrong);
  CheckRate();
  report.counts = tally_.counts();
  return report;
}

/// Close ends the clients, then the emulator. Nothing is left of both.
void Run::Close() {
  world_.reset();
  emulator_.Close();
  if (const auto failure = emulator_.Failure()) tally_.Violate(*failure);
}

/// Work runs the rounds, and steps the clock between them.
void Run::Work() {
  std::vector<std::thread> threads;
  for (int i = 0; i < options_.threads; ++i) {
    threads.emplace_back([this, seed = random_()] {
      Worker worker(*world_, seed, options_.longest_overrun);
      while (gate_.Enter()) {
        tally_.Add(worker.Round());
        gate_.Leave();
      }
    });
  }
  gate_.RunRound();  // warm-up in calm weather, not counted: a slow start leaves something to see
  ++rounds_;
  usage_.warmed_up = ReadProcessUsage(OwnProcessId());
  emulator_usage_.warmed_up = emulator_.Usage();
  const auto end = steady_clock::now() + options_.duration;
  do {
    StepTime();
    gate_.RunRound();
    ++rounds_;
  } while (steady_clock::now() < end && !emulator_.Failure());
  gate_.Close();
  for (std::thread& thread : threads) thread.join();
}

void Run::StepTime() {
  const auto draw = [this](seconds below) {
    return seconds(random_() % static_cast<std::uint64_t>(below.count() + 1));
  };
  const seconds skew = options_.faults ? draw(2 * kMostSkew) - kMostSkew : seconds(0);
  world_->StepClock(draw(options_.largest_step), skew);
}

/// Housekeep changes the weather, counts the requests and prints progress, until the work is done.
void Run::Housekeep() {
  auto next_weather = started_;
  auto next_progress = started_ + options_.progress;
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kTick, [this] { return done_; })) {
    const auto now = steady_clock::now();
    if (options_.faults && rounds_ > 0 && now >= next_weather) {
      EndSpell();
      next_weather = now + weather_.Change();
    }
    tally_.AddRequests(emulator_.TakeLog());
    if (options_.progress > milliseconds(0) && now >= next_progress) {
      next_progress = now + options_.progress;
      PrintProgress(progress_, Snapshot());
    }
  }
}

/// EndSpell counts what renewals sent in the spell of weather that now ends.
void Run::EndSpell() {
  calm_rate_.EndSpell(weather_.calm(), world_->SteppedSoFar(), world_->events().RenewalRequests());
}

/// CheckRate checks the requests of renewals in calm weather against a bound. Certificates that last less
/// than two hours are exempt: they have less than an hour left when they are renewed, and are renewed more
/// often.
void Run::CheckRate() {
  if (options_.certificate_lifetime < std::chrono::hours(2)) return;
  if (const auto wrong = calm_rate_.TooMany()) tally_.Violate(*wrong);
}

void Run::Recover() {
  if (emulator_.Failure()) return;
  weather_.Clear();
  world_->StepClock(seconds(0), seconds(0));
  soak::Recover(*world_, kRecoveryTimeout, tally_);
  tally_.AddRequests(emulator_.TakeLog());
}

std::map<std::string, std::uint64_t> Run::Events() const {
  const EventCounter& events = world_->events();
  return {{"rotations", events.Count(Event::Kind::kRotation)},
          {"remediations", events.Count(Event::Kind::kRemediation)},
          {"retries", events.Count(Event::Kind::kRetry)},
          {"cache misses", events.Count(Event::Kind::kCacheMiss)}};
}

/// Snapshot returns the report so far.
Report Run::Snapshot() {
  Report report;
  report.seed = options_.seed;
  report.rounds = rounds_;
  report.elapsed = steady_clock::now() - started_;
  report.simulated = world_->SteppedSoFar();
  report.spells = weather_.spells();
  report.revocations = weather_.revocations();
  report.counts = tally_.counts();
  report.requests = tally_.requests();
  report.events = Events();
  report.client.at_end = ReadProcessUsage(OwnProcessId());
  report.emulator.at_end = emulator_.Usage();
  return report;
}

}  // namespace

Report RunSoak(const SoakOptions& options, const std::string& program, std::ostream& progress) {
  return Run(options, program, progress).Finish();
}

}  // namespace msiv2::soak
