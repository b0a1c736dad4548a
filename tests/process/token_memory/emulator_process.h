// An emulator in a separate process: its copies of tokens are not in the memory of this process.
#pragma once

#include <sys/types.h>

#include <memory>

#include "emulator/emulator.h"

namespace msiv2 {

/// EmulatorProcess runs an emulator that requires attestation and plays the source `workload`, until it is
/// destroyed.
class EmulatorProcess {
 public:
  /// Start forks: call it while this process has one thread. Null when the emulator does not start.
  static std::unique_ptr<EmulatorProcess> Start();

  const emulator::Endpoints& endpoints() const { return endpoints_; }

  EmulatorProcess(const EmulatorProcess&) = delete;
  EmulatorProcess& operator=(const EmulatorProcess&) = delete;
  ~EmulatorProcess();

 private:
  EmulatorProcess() = default;

  pid_t child_ = -1;
  int keeps_running_ = -1;  // the child ends when this is closed, also by the end of this process
  emulator::Endpoints endpoints_;
};

}  // namespace msiv2
