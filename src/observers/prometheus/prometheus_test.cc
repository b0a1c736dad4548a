#include "msiv2/observers/prometheus.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

namespace msiv2 {
namespace {

using std::chrono::milliseconds;

// Sends one event of each kind, and a count.
void TellEverything(Observer& observer) {
  for (int kind = 0; kind <= static_cast<int>(Event::Kind::kNotice); ++kind) {
    Event event;
    event.kind = static_cast<Event::Kind>(kind);
    observer.OnEvent(event);
  }
  observer.OnMsiCount({});
}

std::string Told(const Event& event) {
  PrometheusObserver observer;
  observer.OnEvent(event);
  return observer.Text();
}

// Returns the names of the metrics in `text`, after "# TYPE ".
std::set<std::string> MetricNames(const std::string& text) {
  std::set<std::string> names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("# TYPE ", 0) == 0) names.insert(line.substr(7, line.rfind(' ') - 7));
  }
  return names;
}

std::string HowTo() {
  std::ifstream file(MSIV2_SOURCE_DIR "/docs/howto/observability.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Prometheus, StepsAreTimedByStepAndCode) {
  Event event;
  event.kind = Event::Kind::kStepEnded;
  event.step = Step::kCredential;
  event.elapsed = milliseconds(30);
  const std::string good = Told(event);
  EXPECT_NE(good.find(R"(msiv2_step_duration_seconds_count{code="ok",step="credential"} 1)"),
            std::string::npos)
      << good;
  EXPECT_NE(good.find(R"(msiv2_step_duration_seconds_bucket{code="ok",step="credential",le="0.01"} 0)"),
            std::string::npos)
      << good;
  EXPECT_NE(good.find(R"(msiv2_step_duration_seconds_bucket{code="ok",step="credential",le="0.05"} 1)"),
            std::string::npos)
      << good;
  const Error error(ErrorCode::kCredentialRequestFailed, "no");
  event.error = &error;
  EXPECT_NE(Told(event).find(R"(_count{code="credential_request_failed",step="credential"} 1)"),
            std::string::npos);
}

TEST(Prometheus, CacheLookupsAreCountedByCacheResultAndReason) {
  PrometheusObserver observer;
  Event event;
  event.kind = Event::Kind::kCacheHit;
  observer.OnEvent(event);
  observer.OnEvent(event);
  event.cache = CacheKind::kAttestation;
  observer.OnEvent(event);
  event.kind = Event::Kind::kCacheMiss;
  event.cache = CacheKind::kCertificate;
  event.miss = MissReason::kReplaced;
  observer.OnEvent(event);
  const std::string text = observer.Text();
  EXPECT_NE(text.find(R"(msiv2_cache_lookups_total{cache="token",result="hit"} 2)"), std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(msiv2_cache_lookups_total{cache="attestation",result="hit"} 1)"), std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(msiv2_cache_lookups_total{cache="certificate",reason="replaced",result="miss"} 1)"),
            std::string::npos)
      << text;
}

TEST(Prometheus, RetriesRemediationsRotationsAndNoticesAreCounted) {
  Event event;
  event.step = Step::kToken;
  event.kind = Event::Kind::kRetry;
  event.http_status = 429;
  EXPECT_NE(Told(event).find(R"(msiv2_retries_total{reason="HTTP 429",step="token"} 1)"), std::string::npos);
  event.http_status = 503;
  EXPECT_NE(Told(event).find(R"(msiv2_retries_total{reason="HTTP 5xx",step="token"} 1)"), std::string::npos);
  event.failure = HttpFailure::Kind::kTimeout;
  EXPECT_NE(Told(event).find(R"(msiv2_retries_total{reason="timeout",step="token"} 1)"), std::string::npos);
  const Error error(ErrorCode::kTlsFailed, "alert 44");
  event.kind = Event::Kind::kRemediation;
  event.error = &error;
  EXPECT_NE(Told(event).find(R"(msiv2_remediations_total{code="tls_failed"} 1)"), std::string::npos);
  event.kind = Event::Kind::kRotation;
  EXPECT_NE(Told(event).find("msiv2_rotations_total 1"), std::string::npos);
  event.kind = Event::Kind::kNotice;
  EXPECT_NE(Told(event).find(R"(msiv2_notices_total{step="token"} 1)"), std::string::npos);
}

// REM-6.
TEST(Prometheus, TheReferencesCounterHasItsTags) {
  PrometheusObserver observer;
  MsiCount count;
  count.token_type = TokenType::kMtlsPop;
  count.bypass_cache = true;
  count.key_strength = KeyStrength::kKeyGuard;
  count.key_origin = KeyOrigin::kEmulated;
  count.outcome = CredentialOutcome::kRetrySucceeded;
  count.elapsed = milliseconds(900);
  observer.OnMsiCount(count);
  const std::string text = observer.Text();
  EXPECT_NE(text.find("MsalMsiCounter{CredentialOutcome=\"Retry Succeeded\",KeyType=\"KeyGuard (emulated)\","
                      "MsiSource=\"ImdsV2\",TokenType=\"mtls_pop\",bypassCache=\"true\"} 1"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(msiv2_acquisition_duration_seconds_bucket{code="ok",source="ImdsV2",le="1"} 1)"),
            std::string::npos)
      << text;
}

// Whatever an event contains, none of its text becomes a label, so that series cannot grow without bound.
TEST(Prometheus, TextOfEventsNeverBecomesALabel) {
  PrometheusObserver observer;
  const Error error(ErrorCode::kTlsFailed, "foreign-text");
  for (int kind = 0; kind <= static_cast<int>(Event::Kind::kNotice); ++kind) {
    Event event;
    event.kind = static_cast<Event::Kind>(kind);
    event.where = event.detail = event.identifiers = event.correlation_id = "foreign-text";
    event.error = &error;
    observer.OnEvent(event);
  }
  MsiCount count;
  count.correlation_id = "foreign-text";
  count.error = &error;
  observer.OnMsiCount(count);
  EXPECT_EQ(observer.Text().find("foreign-text"), std::string::npos) << observer.Text();
}

TEST(Prometheus, ThreadsMayCountAndReadAtTheSameTime) {
  PrometheusObserver observer;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&observer] {
      for (int n = 0; n < 50; ++n) TellEverything(observer);
      EXPECT_FALSE(observer.Text().empty());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_NE(observer.Text().find("msiv2_rotations_total 200"), std::string::npos);
}

// G-48.
TEST(Prometheus, TheHowToNamesExactlyTheMetricsThatThereAre) {
  PrometheusObserver observer;
  TellEverything(observer);
  const std::string how_to = HowTo();
  std::set<std::string> documented;
  const std::regex name(R"(\n\| `(msiv2_[a-z_]+|MsalMsiCounter)` \|)");
  for (auto match = std::sregex_iterator(how_to.begin(), how_to.end(), name); match != std::sregex_iterator();
       ++match) {
    documented.insert((*match)[1]);
  }
  EXPECT_EQ(documented, MetricNames(observer.Text()));
}

TEST(Prometheus, TheHowToNamesEveryEventAndReason) {
  const std::string how_to = HowTo();
  const auto names = [&how_to](std::string_view word) {
    return how_to.find("\n| `" + std::string(word) + "` |") != std::string::npos;
  };
  for (int kind = 0; kind <= static_cast<int>(Event::Kind::kNotice); ++kind) {
    EXPECT_TRUE(names(Name(static_cast<Event::Kind>(kind)))) << Name(static_cast<Event::Kind>(kind));
  }
  for (int reason = 0; reason <= static_cast<int>(MissReason::kOff); ++reason) {
    EXPECT_TRUE(names(Name(static_cast<MissReason>(reason)))) << Name(static_cast<MissReason>(reason));
  }
  for (int outcome = 0; outcome <= static_cast<int>(CredentialOutcome::kSuccess); ++outcome) {
    EXPECT_TRUE(names(Name(static_cast<CredentialOutcome>(outcome))))
        << Name(static_cast<CredentialOutcome>(outcome));
  }
}

}  // namespace
}  // namespace msiv2
