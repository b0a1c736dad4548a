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
constexpr std::uint64_t kHandlesAllowed = 64;
constexpr std::uint64_t kHandlesLeaked = 8;  // what OpenSSL or the C library may keep open for good

/// Run is one run of the program.
class Run {
 public:
  Run(const SoakOptions& options, std::ostream& progress)
      : options_(options), progress_(progress), random_(options.seed), gate_(options.threads) {
    world_ = std::make_unique<World>(options);
    weather_ = std::make_unique<Weather>(world_->emulator(), options.seed);
  }

  Report Finish();

 private:
  void Work();
  void Housekeep();
  void Recover();
  void CheckHandles(const Report& report);
  void StepTime();
  void EndSpell();
  void CheckRate();
  Report Snapshot() const;
  std::map<std::string, std::uint64_t> Events() const;

  const SoakOptions options_;
  std::ostream& progress_;
  const steady_clock::time_point started_ = steady_clock::now();
  std::mt19937_64 random_;
  RoundGate gate_;
  CalmRate calm_rate_;  // used by the housekeeper, then by Finish
  Tally tally_;
  const std::optional<ProcessUsage> at_start_ = ReadProcessUsage();
  std::optional<ProcessUsage> warmed_up_;
  std::atomic<std::uint64_t> rounds_{0};
  std::unique_ptr<World> world_;
  std::unique_ptr<Weather> weather_;
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
  report.at_start = at_start_;
  report.warmed_up = warmed_up_;
  report.at_end = ReadProcessUsage();
  world_.reset();
  report.closed = ReadProcessUsage();
  CheckHandles(report);
  CheckRate();
  report.counts = tally_.counts();
  return report;
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
  warmed_up_ = ReadProcessUsage();
  const auto end = steady_clock::now() + options_.duration;
  do {
    StepTime();
    gate_.RunRound();
    ++rounds_;
  } while (steady_clock::now() < end);
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
      next_weather = now + weather_->Change();
    }
    tally_.AddRequests(world_->emulator().TakeLog());
    if (options_.progress > milliseconds(0) && now >= next_progress) {
      next_progress = now + options_.progress;
      PrintProgress(progress_, Snapshot());
    }
  }
}

/// EndSpell counts what renewals sent in the spell of weather that now ends.
void Run::EndSpell() {
  calm_rate_.EndSpell(weather_->calm(), world_->SteppedSoFar(), world_->events().RenewalRequests());
}

/// CheckRate checks the requests of renewals in calm weather against a bound. Certificates that last less
/// than two hours are exempt: they have less than an hour left when they are renewed, and are renewed more
/// often.
void Run::CheckRate() {
  if (options_.certificate_lifetime < std::chrono::hours(2)) return;
  if (const auto wrong = calm_rate_.TooMany()) tally_.Violate(*wrong);
}

void Run::Recover() {
  weather_->Clear();
  world_->StepClock(seconds(0), seconds(0));
  soak::Recover(*world_, kRecoveryTimeout, tally_);
  tally_.AddRequests(world_->emulator().TakeLog());
}

/// CheckHandles checks the open handles twice: before the shutdown against a bound for pooled connections,
/// and after it against a leak.
void Run::CheckHandles(const Report& report) {
  if (!report.at_start || !report.at_end || !report.closed) return;
  // Each thread may keep connections to each service for each identity's two certificates. Both ends of a
  // connection are in this process.
  const auto kept =
      static_cast<std::uint64_t>(options_.threads) * static_cast<std::uint64_t>(options_.identities) * 12;
  if (report.at_end->handles > report.at_start->handles + kHandlesAllowed + kept) {
    tally_.Violate("handles grew to " + std::to_string(report.at_end->handles));
  }
  if (report.closed->handles > report.at_start->handles + kHandlesLeaked) {
    tally_.Violate("handles are left open: " + std::to_string(report.closed->handles));
  }
}

std::map<std::string, std::uint64_t> Run::Events() const {
  const EventCounter& events = world_->events();
  return {{"rotations", events.Count(Event::Kind::kRotation)},
          {"remediations", events.Count(Event::Kind::kRemediation)},
          {"retries", events.Count(Event::Kind::kRetry)},
          {"cache misses", events.Count(Event::Kind::kCacheMiss)}};
}

/// Snapshot returns the report so far.
Report Run::Snapshot() const {
  Report report;
  report.seed = options_.seed;
  report.rounds = rounds_;
  report.elapsed = steady_clock::now() - started_;
  report.simulated = world_->SteppedSoFar();
  report.spells = weather_->spells();
  report.revocations = weather_->revocations();
  report.counts = tally_.counts();
  report.requests = tally_.requests();
  report.events = Events();
  return report;
}

}  // namespace

Report RunSoak(const SoakOptions& options, std::ostream& progress) { return Run(options, progress).Finish(); }

}  // namespace msiv2::soak
