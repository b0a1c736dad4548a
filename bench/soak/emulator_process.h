// The soak program's side of its emulator, which runs in a process of its own.
#pragma once

#include <chrono>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/soak/child_process.h"
#include "bench/soak/options.h"
#include "bench/soak/process_usage.h"
#include "emulator/emulator.h"

namespace msiv2::soak {

/// EmulatorProcess runs an emulator in a child process, so that memory and handles of the clients are those
/// of this process.
///
/// The first thing that goes wrong is kept as Failure, usually because the process has ended. From then on
/// every request has no effect, and TakeLog returns nothing. Threads: all members may be called at the same
/// time.
class EmulatorProcess {
 public:
  /// EmulatorProcess starts `program`, which serves an emulator if its argument is kServeEmulator. Throws
  /// std::exception with the reason if no emulator runs then.
  EmulatorProcess(const std::string& program, const SoakOptions& options);

  const emulator::Endpoints& endpoints() const noexcept { return endpoints_; }

  // Of emulator::Emulator:
  void AddFault(std::string_view rule);
  void ClearFaults();
  void RevokeCertificates();
  void SetClockOffset(std::chrono::seconds offset);
  /// TakeLog returns servers and paths alone.
  std::vector<emulator::RequestLogEntry> TakeLog();

  /// Usage returns nullopt once the process has ended, or if it cannot be read.
  std::optional<ProcessUsage> Usage();

  std::optional<std::string> Failure() const;
  /// Close ends the process and waits for it. An exit code other than 0 is a failure.
  void Close();

 private:
  nlohmann::json Ask(const nlohmann::json& request);
  void EndChild();

  mutable std::mutex mutex_;
  ChildProcess child_;                  // guarded by mutex_
  bool ended_ = false;                  // guarded by mutex_
  std::optional<std::string> failure_;  // guarded by mutex_
  emulator::Endpoints endpoints_;
};

}  // namespace msiv2::soak
