// A client for each identity of the emulated host.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/soak/emulator_process.h"
#include "bench/soak/event_counter.h"
#include "bench/soak/options.h"
#include "bench/soak/stepped_clock.h"
#include "msiv2/client.h"
#include "msiv2/resource_client.h"

namespace msiv2::soak {

/// Target is one identity and its client.
struct Target {
  std::string client_id;
  ManagedIdentityClient client;
};

/// World owns everything that runs in this process. Threads: all members except StepClock may be used from
/// several threads at once.
class World {
 public:
  /// World creates the clients of an emulator that outlives it. Throws what `Result::value()` throws.
  World(const SoakOptions& options, EmulatorProcess& emulator);

  Clock& clock() { return *clock_; }
  const EventCounter& events() const { return *events_; }
  std::vector<Target>& targets() { return targets_; }
  ResourceClient& resource() { return *resource_; }
  std::string tenant_id() const { return emulator_.endpoints().tenant_id; }
  std::string resource_url() const { return emulator_.endpoints().resource + "/soak"; }

  /// StepClock moves the time of clients and services forward, that of the services by `skew` more. For use
  /// by one thread, while no call is under way.
  void StepClock(std::chrono::seconds length, std::chrono::seconds skew);
  std::chrono::seconds SteppedSoFar() const { return clock_->Ahead(); }

 private:
  EmulatorProcess& emulator_;
  std::shared_ptr<SteppedClock> clock_ = std::make_shared<SteppedClock>();
  std::shared_ptr<EventCounter> events_ = std::make_shared<EventCounter>();
  std::shared_ptr<CacheScope> scope_ = CacheScope::Private();
  std::vector<Target> targets_;
  std::unique_ptr<ResourceClient> resource_;
};

}  // namespace msiv2::soak
