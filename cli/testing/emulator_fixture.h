// A suite of tests of the command, with one emulator for all of them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/capture.h"
#include "emulator/emulator.h"

namespace msiv2::cli {

/// EmulatorFixture starts an emulator for the tests of a suite, and clears its faults after each of them.
class EmulatorFixture : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = emulator::Emulator::Start();
    ASSERT_TRUE(started) << started.error().ToString();
    emulator_ = std::move(*started);
  }
  static void TearDownTestSuite() { emulator_.reset(); }
  void TearDown() override { emulator_->ClearFaults(); }

  /// OnEmulator runs the command against the emulator.
  static Captured OnEmulator(std::vector<std::string> args, const std::string& input = {}) {
    args.insert(args.begin(), "--emulator=" + emulator_->endpoints().control);
    return RunCaptured(args, input);
  }
  static void Fault(const std::string& rule) {
    const auto added = emulator_->AddFault(rule);
    ASSERT_TRUE(added) << added.error().ToString();
  }

  inline static std::unique_ptr<emulator::Emulator> emulator_;
};

}  // namespace msiv2::cli
