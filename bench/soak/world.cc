#include "bench/soak/world.h"

#include <utility>

#include "bench/soak/emulated_host.h"
#include "cache_scope_registry.h"
#include "msiv2/tools/diagnostics.h"

namespace msiv2::soak {
namespace {

// Short enough that a hang ends within a call's deadline and is retried, even on a slow machine.
constexpr std::chrono::seconds kAttempt{5};

// The first identity is the host's own. The others are named by each kind of id in turn.
ManagedIdentityId IdOf(const emulator::EmulatedIdentity& identity, int number) {
  if (identity.system_assigned) return ManagedIdentityId::SystemAssigned();
  if (number % 3 == 0) return ManagedIdentityId::ResourceId(identity.resource_id);
  if (number % 3 == 1) return ManagedIdentityId::ClientId(identity.client_id);
  return ManagedIdentityId::ObjectId(identity.object_id);
}

}  // namespace

World::World(const SoakOptions& options, EmulatorProcess& emulator) : emulator_(emulator) {
  // Renewals wait for this clock and not for the machine's.
  CacheScope::Registry::Of(*scope_).IdleWith(
      [clock = clock_](auto until, const CancellationToken& wake) { clock->SleepUntil(until, wake); });
  // All clients share one key of each kind: creating RSA keys is not what is tested here.
  const std::vector<std::shared_ptr<KeyProvider>> keys = {emulator::MakeEmulatedKeyGuardProvider(),
                                                          BuiltInKeyProviders().back()};
  for (int i = 0; const auto& identity : Identities(options.identities)) {
    ClientOptions client;
    emulator::Use(emulator_.endpoints(), /*emulated_keyguard=*/true, client);
    client.identity = IdOf(identity, i++);
    client.key_providers = keys;
    client.clock = clock_;
    client.observer = events_;
    client.timeouts.attempt = kAttempt;
    client.timeouts.attestation = kAttempt;
    client.cache_scope = scope_;
    client.environment = [](const char*) { return std::nullopt; };
    targets_.push_back({identity.client_id, ManagedIdentityClient::Create(std::move(client)).value()});
  }
  ResourceClientOptions resource;
  emulator::Use(emulator_.endpoints(), resource);
  resource.timeouts.attempt = kAttempt;
  resource_ = std::make_unique<ResourceClient>(ResourceClient::Create(std::move(resource)).value());
}

void World::StepClock(std::chrono::seconds length, std::chrono::seconds skew) {
  clock_->Step(length);
  emulator_.SetClockOffset(clock_->Ahead() + skew);
}

}  // namespace msiv2::soak
