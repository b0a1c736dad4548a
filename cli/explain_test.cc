#include "cli/explain.h"

#include <gtest/gtest.h>

#include <sstream>
#include <thread>
#include <vector>

namespace msiv2::cli {
namespace {

Event StepEnded() {
  Event event;
  event.kind = Event::Kind::kStepEnded;
  event.step = Step::kMetadata;
  event.where = "http://169.254.169.254";
  event.elapsed = std::chrono::microseconds(3240);
  event.detail = "identity found";
  event.identifiers = "client 0000";
  return event;
}

std::string Explain(const Event& event, bool verbose = false) {
  std::ostringstream out;
  ExplainObserver(out, verbose).OnEvent(event);
  return out.str();
}

TEST(Explain, AStepIsOneLineWithNumberWhatWhereHowLongAndWhatCameBack) {
  EXPECT_EQ(Explain(StepEnded()),
            "[1/7] metadata     http://169.254.169.254         3.2 ms  identity found\n");
}

TEST(Explain, IdentifiersAreForVerboseOnly) {
  EXPECT_EQ(Explain(StepEnded()).find("0000"), std::string::npos);
  EXPECT_NE(Explain(StepEnded(), true).find("(client 0000)"), std::string::npos);
}

TEST(Explain, AFailedStepNamesItsCode) {
  const Error error(ErrorCode::kInvalidMetadata, "the Server header is missing");
  Event event = StepEnded();
  event.error = &error;
  EXPECT_NE(Explain(event).find("FAILED invalid_metadata: the Server header is missing\n"),
            std::string::npos);
}

TEST(Explain, ARetrySaysWhenAndWhy) {
  Event event = StepEnded();
  event.kind = Event::Kind::kRetry;
  event.delay = std::chrono::milliseconds(2000);
  event.detail = "HTTP 503";
  EXPECT_NE(Explain(event).find("retry  again in 2.0 s: HTTP 503\n"), std::string::npos);
}

TEST(Explain, ARemedySaysWhenAndWhy) {
  Event event = StepEnded();
  event.kind = Event::Kind::kRemediation;
  event.delay = std::chrono::milliseconds(2000);
  event.detail = "tls_failed";
  EXPECT_NE(Explain(event).find("remedy  new certificate in 2.0 s: tls_failed\n"), std::string::npos);
}

TEST(Explain, CacheHitsAndNoticesAreShownAndStartsOnlyWithVerbose) {
  Event event = StepEnded();
  event.kind = Event::Kind::kCacheHit;
  EXPECT_NE(Explain(event).find("cache hit"), std::string::npos);
  event.kind = Event::Kind::kNotice;
  EXPECT_NE(Explain(event).find("notice"), std::string::npos);
  event.kind = Event::Kind::kStepStarted;
  EXPECT_EQ(Explain(event), "");
  EXPECT_NE(Explain(event, true).find("started"), std::string::npos);
  event.kind = Event::Kind::kCacheMiss;
  EXPECT_EQ(Explain(event), "");
  EXPECT_NE(Explain(event, true).find("cache miss"), std::string::npos);
}

TEST(Explain, LinesOfSeveralThreadsNeverMix) {
  std::ostringstream out;
  ExplainObserver observer(out, false);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&observer] {
      for (int n = 0; n < 50; ++n) observer.OnEvent(StepEnded());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::istringstream lines(out.str());
  std::string line;
  int count = 0;
  for (; std::getline(lines, line); ++count) EXPECT_EQ(line + "\n", Explain(StepEnded()));
  EXPECT_EQ(count, 200);
}

}  // namespace
}  // namespace msiv2::cli
