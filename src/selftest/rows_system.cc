// The rows about Windows itself: its version, NCrypt, locks between processes.
#include <chrono>

#include "base/executor.h"
#include "base/uuid.h"
#include "selftest/row.h"

namespace msiv2::selftest {
namespace {

// Windows Server 2022: the oldest version that the reference library's own attestation sample names.
// Microsoft publishes no minimum for the isolation flag of NCryptCreatePersistedKey.
constexpr std::uint32_t kOldestMajor = 10;
constexpr std::uint32_t kOldestBuild = 20348;

constexpr std::chrono::milliseconds kLockTimeout{5000};
constexpr std::chrono::milliseconds kShortLockTimeout{50};

std::string VersionText(const SystemFacts& facts) {
  return std::to_string(facts.major) + "." + std::to_string(facts.minor) + "." + std::to_string(facts.build);
}

// Takes the lock on another thread, and releases it there.
windows::LockGrant TakeElsewhere(windows::NamedLocks& locks, const std::string& name,
                                 std::chrono::milliseconds timeout) {
  auto grant = windows::LockGrant::kUnavailable;
  Executor other(1);
  static_cast<void>(other.Post([&] { grant = locks.Take(name, timeout).grant(); }));
  other.Stop();
  return grant;
}

}  // namespace

RowAnswer SystemRow(const RowInput& input) {
  const auto facts = input.parts->system();
  if (!facts) return Fail(input, facts.error().message);
  const std::string version = "Windows " + VersionText(*facts);
  if (!facts->wine.empty()) {
    RowAnswer answer = Skip(input, "this is Wine " + facts->wine + ", which poses as " + version +
                                       ": nothing here shows what Windows does");
    answer.found.is_wine = true;
    return answer;
  }
  const bool is_new_enough =
      facts->major > kOldestMajor || (facts->major == kOldestMajor && facts->build >= kOldestBuild);
  if (is_new_enough) return Pass(input, version);
  return Skip(input, version + " is older than 10.0." + std::to_string(kOldestBuild) +
                         " (Windows Server 2022), the oldest on which KeyGuard is known to attest");
}

RowAnswer NCryptRow(const RowInput& input) {
  const auto loaded = input.parts->ncrypt();
  if (!loaded) return Fail(input, loaded.error().message);
  return Pass(input, "ncrypt.dll of System32 has every function");
}

RowAnswer NamedLockRow(const RowInput& input) {
  using windows::LockGrant;
  windows::NamedLocks& locks = *input.parts->locks;
  const std::string name =
      windows::LockName("MSAL_MI_K_", "msiv2 self-test " + MakeUuid(input.parts->random));
  {
    const windows::NamedLock held = locks.Take(name, kLockTimeout);
    if (held.grant() != LockGrant::kOwned) {
      return Fail(input, "a new lock is " + std::string(Name(held.grant())));
    }
    const LockGrant other = TakeElsewhere(locks, name, kShortLockTimeout);
    if (other != LockGrant::kBusy) {
      return Fail(input, "a lock that is held is " + std::string(Name(other)) + " to another thread");
    }
  }
  const LockGrant after = TakeElsewhere(locks, name, kLockTimeout);
  if (after == LockGrant::kOwned) return Pass(input, "taken, seen busy by another thread, released");
  return Fail(input, "after its release the lock is " + std::string(Name(after)) + " to another thread");
}

}  // namespace msiv2::selftest
