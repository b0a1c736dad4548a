// The line about a long wait: when it is due, what it says, and that only a terminal gets it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <sstream>
#include <utility>

#include "cli/capture.h"
#include "cli/exit_codes.h"
#include "cli/waiting_line.h"
#include "cli/waiting_notice.h"
#include "emulator/emulator.h"

namespace msiv2::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr WaitingLine::Time kStart{seconds(1000)};

WaitingLine NewLine() { return {kStart, seconds(120), seconds(3)}; }

// N10.
TEST(WaitingLineTest, SaysWhatForAndHowLongOnceAfterThreeSeconds) {
  WaitingLine line = NewLine();
  EXPECT_EQ(line.Due(), std::nullopt);
  line.Begin(Step::kMetadata, "http://127.0.0.1:1", kStart + milliseconds(500));
  EXPECT_EQ(line.Due(), kStart + milliseconds(3500));
  EXPECT_EQ(line.Take(kStart + milliseconds(3499)), std::nullopt);
  EXPECT_EQ(line.Take(kStart + milliseconds(3999)),
            "msiv2: waiting for IMDS at http://127.0.0.1:1 (3 s of at most 120 s); Ctrl+C ends it\n");
  EXPECT_EQ(line.Due(), std::nullopt);
  EXPECT_EQ(line.Take(kStart + seconds(100)), std::nullopt);
}

TEST(WaitingLineTest, IsNotDueForAStepThatHasEnded) {
  WaitingLine line = NewLine();
  line.Begin(Step::kMetadata, "http://127.0.0.1:1", kStart);
  line.End(Step::kMetadata);
  EXPECT_EQ(line.Take(kStart + seconds(60)), std::nullopt);
}

TEST(WaitingLineTest, NamesTheStepThatBeganFirstAndTheNextOneAfterIt) {
  WaitingLine line = NewLine();
  line.Begin(Step::kKey, "key chain", kStart);
  line.Begin(Step::kMetadata, "http://127.0.0.1:1", kStart + seconds(1));
  EXPECT_THAT(line.Take(kStart + seconds(3)).value_or(""), HasSubstr("waiting for the key (3 s"));
  EXPECT_EQ(line.Take(kStart + seconds(60)), std::nullopt);
  line.End(Step::kKey);
  EXPECT_THAT(line.Take(kStart + seconds(60)).value_or(""), HasSubstr("waiting for IMDS at"));
}

TEST(WaitingLineTest, NamesEachKindOfServer) {
  const auto said = [](Step step, const std::string& where) {
    WaitingLine line(kStart, milliseconds(2500), seconds(0));
    line.Begin(step, where, kStart);
    return line.Take(kStart).value_or("");
  };
  EXPECT_THAT(said(Step::kCredential, "http://a"), HasSubstr("for IMDS at http://a (0 s of at most 2.5 s)"));
  EXPECT_THAT(said(Step::kAttestation, "https://a"), HasSubstr("for the attestation service at https://a ("));
  EXPECT_THAT(said(Step::kToken, "https://a"), HasSubstr("for the token service at https://a ("));
  EXPECT_THAT(said(Step::kToken, "http://169.254.169.254"),
              HasSubstr("for IMDS at http://169.254.169.254 ("));
  EXPECT_THAT(said(Step::kResource, "https://a"), HasSubstr("for the resource at https://a ("));
  EXPECT_THAT(said(Step::kMetadata, ""), HasSubstr("for IMDS ("));
  EXPECT_THAT(said(Step::kRequest, "the checks of this host"), HasSubstr("for the checks of this host ("));
}

/// WatchedStream calls `on_line` when a whole text has been written to it.
class WatchedStream : public std::stringbuf {
 public:
  explicit WatchedStream(std::function<void()> on_line) : on_line_(std::move(on_line)) {}

 protected:
  int sync() override {
    if (str().find("waiting for") != std::string::npos) std::exchange(on_line_, [] {})();
    return 0;
  }

 private:
  std::function<void()> on_line_;
};

TEST(WaitingNoticeTest, PrintsInTheBackgroundAndPassesEventsOn) {
  std::promise<void> printed;
  WatchedStream text([&] { printed.set_value(); });
  std::ostream out(&text);
  struct Counter : Observer {
    void OnEvent(const Event&) noexcept override { ++events; }
    void OnMsiCount(const MsiCount&) noexcept override { ++counts; }
    int events = 0;
    int counts = 0;
  };
  const auto counter = std::make_shared<Counter>();
  {
    WaitingNotice notice(counter, out, seconds(120), milliseconds(0));
    notice.OnEvent({.kind = Event::Kind::kStepStarted, .step = Step::kMetadata, .where = "http://a"});
    ASSERT_EQ(printed.get_future().wait_for(seconds(60)), std::future_status::ready);
    notice.OnMsiCount({});
  }
  EXPECT_EQ(text.str(), "msiv2: waiting for IMDS at http://a (0 s of at most 120 s); Ctrl+C ends it\n");
  EXPECT_EQ(counter->events, 1);
  EXPECT_EQ(counter->counts, 1);
}

class WaitingOnEmulator : public testing::Test {
 protected:
  void SetUp() override {
    auto started = emulator::Emulator::Start();
    ASSERT_TRUE(started) << started.error().ToString();
    emulator_ = *std::move(started);
  }

  // Runs the command, which would announce each step at once on a terminal. The line cancels it.
  Captured Run(std::vector<std::string> args, bool err_is_terminal) {
    args.insert(args.begin(), "--emulator=" + emulator_->endpoints().control);
    const CancellationSource source;
    WatchedStream text([&] { source.Cancel(); });
    std::ostream err(&text);
    std::istringstream in;
    std::ostringstream out;
    const Console console{.in = in,
                          .out = out,
                          .err = err,
                          .environment = EmptyEnvironment,
                          .cancellation = source.token(),
                          .err_is_terminal = err_is_terminal,
                          .quiet = milliseconds(0)};
    const int code = cli::Run(args, console);
    return {code, out.str(), text.str()};
  }

  std::unique_ptr<emulator::Emulator> emulator_;
};

/// Waiting is a command line that waits for the emulator.
struct Waiting {
  std::vector<std::string> args;
};

void PrintTo(const Waiting& waiting, std::ostream* out) { *out << CaseName(waiting.args); }

class WaitingCommand : public WaitingOnEmulator, public testing::WithParamInterface<Waiting> {};

// N10.
TEST_P(WaitingCommand, SaysOnATerminalWhatItWaitsFor) {
  ASSERT_TRUE(emulator_->AddFault("*.* hang"));
  const Captured run = Run(GetParam().args, true);
  EXPECT_EQ(run.code, kCanceled) << run.err;
  EXPECT_THAT(run.err, HasSubstr("of at most 120 s); Ctrl+C ends it\n"));
}

INSTANTIATE_TEST_SUITE_P(Commands, WaitingCommand,
                         testing::Values(Waiting{{"token", "--resource", "https://vault.azure.net"}},
                                         Waiting{{"token", "--resource", "https://vault.azure.net",
                                                  "--mtls-pop", "--attestation", "--explain"}},
                                         Waiting{{"call", "/hello", "--attestation"}},
                                         Waiting{{"capabilities"}}, Waiting{{"doctor"}}));

// N10.
TEST_F(WaitingOnEmulator, SaysNothingWhereErrorsGoToAFile) {
  ASSERT_TRUE(emulator_->AddFault("imds.token hang"));
  const Captured run = Run({"token", "--resource", "https://vault.azure.net", "--timeout", "0.1"}, false);
  EXPECT_EQ(run.code, kTimedOut);
  EXPECT_THAT(run.err, Not(HasSubstr("Ctrl+C")));
}

// N10.
TEST(WaitingHelp, NamesTheDefaultTimeout) {
  for (const char* command : {"token", "call", "doctor", "capabilities"}) {
    EXPECT_THAT(RunCaptured({command, "--help"}).out, HasSubstr("default: 120")) << command;
  }
}

}  // namespace
}  // namespace msiv2::cli
