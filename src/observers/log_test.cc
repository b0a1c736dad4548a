#include "msiv2/observers/log.h"

#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/json.h"

namespace msiv2 {
namespace {

constexpr LogOptions kInfoText{};
constexpr LogOptions kDebugText{LogLevel::kDebug, LogFormat::kText};
constexpr LogOptions kInfoJson{LogLevel::kInfo, LogFormat::kJson};
constexpr LogOptions kDebugJson{LogLevel::kDebug, LogFormat::kJson};

std::string Logged(const Event& event, LogOptions options) {
  std::ostringstream out;
  LogObserver(out, options).OnEvent(event);
  return out.str();
}

Event EndedStep() {
  Event event;
  event.kind = Event::Kind::kStepEnded;
  event.step = Step::kMetadata;
  event.where = "http://169.254.169.254";
  event.elapsed = std::chrono::microseconds(3040);
  event.detail = "platform metadata of a VM";
  event.identifiers = "client 0000";
  event.correlation_id = "c-1";
  return event;
}

TEST(Log, AnEventIsALineOfNamedFields) {
  EXPECT_EQ(Logged(EndedStep(), kInfoText),
            "event=step_ended step=metadata where=http://169.254.169.254 elapsed_ms=3.040 "
            "detail=\"platform metadata of a VM\" correlation_id=c-1\n");
  EXPECT_EQ(Logged(EndedStep(), kInfoJson),
            R"({"event":"step_ended","step":"metadata","where":"http://169.254.169.254","elapsed_ms":3.040,)"
            R"("detail":"platform metadata of a VM","correlation_id":"c-1"})"
            "\n");
}

TEST(Log, IdentifiersAreForDebugOnly) {
  EXPECT_EQ(Logged(EndedStep(), kInfoText).find("0000"), std::string::npos);
  EXPECT_NE(Logged(EndedStep(), kDebugText).find(" identifiers=\"client 0000\""), std::string::npos);
  EXPECT_NE(Logged(EndedStep(), kDebugJson).find(R"("identifiers":"client 0000")"), std::string::npos);
}

TEST(Log, AnErrorHasNumbersAtInfoAndTheServicesWordsAtDebug) {
  Error error(ErrorCode::kTokenRequestFailed, "Entra said: application 0000 is not there");
  error.http_status = 400;
  error.aadsts = {700016, 1};
  error.attempts = 2;
  error.tls_alert = 0;
  error.native_code = -5;
  error.service_error = "unauthorized_client";
  Event event = EndedStep();
  event.detail = "";
  event.error = &error;
  EXPECT_EQ(
      Logged(event, kInfoText),
      "event=step_ended step=metadata where=http://169.254.169.254 elapsed_ms=3.040 "
      "code=token_request_failed retryable=false http_status=400 aadsts=700016,1 tls_alert=0 native_code=-5 "
      "attempts=2 correlation_id=c-1\n");
  EXPECT_NE(
      Logged(event, kDebugText)
          .find("service_error=unauthorized_client message=\"Entra said: application 0000 is not there\""),
      std::string::npos);
}

TEST(Log, StartsAndHitsAreForDebugOnly) {
  Event event;
  for (const auto kind : {Event::Kind::kStepStarted, Event::Kind::kCacheHit}) {
    event.kind = kind;
    EXPECT_EQ(Logged(event, kInfoText), "");
    EXPECT_NE(Logged(event, kDebugText), "");
  }
  EXPECT_EQ(Logged(event, kDebugText), "event=cache_hit step=request cache=token\n");
}

TEST(Log, EachKindHasItsFields) {
  Event event;
  event.step = Step::kToken;
  event.kind = Event::Kind::kRetry;
  event.attempt = 2;
  event.delay = std::chrono::seconds(1);
  event.http_status = 503;
  EXPECT_EQ(Logged(event, kInfoText), "event=retry step=token http_status=503 attempt=2 delay_ms=1000\n");
  event.http_status = 0;
  event.failure = HttpFailure::Kind::kTimeout;
  EXPECT_EQ(Logged(event, kInfoText), "event=retry step=token failure=timeout attempt=2 delay_ms=1000\n");
  event.kind = Event::Kind::kRemediation;
  EXPECT_EQ(Logged(event, kInfoText), "event=remediation step=token attempt=2 delay_ms=1000\n");
  event.kind = Event::Kind::kCacheMiss;
  event.cache = CacheKind::kCertificate;
  event.miss = MissReason::kDue;
  EXPECT_EQ(Logged(event, kInfoText), "event=cache_miss step=token cache=certificate reason=due\n");
  event.kind = Event::Kind::kRotation;
  event.tokens = 3;
  EXPECT_EQ(Logged(event, kInfoText), "event=rotation step=token tokens=3\n");
  event.kind = Event::Kind::kNotice;
  event.detail = "memory is not locked";
  EXPECT_EQ(Logged(event, kInfoText), "event=notice step=token detail=\"memory is not locked\"\n");
}

TEST(Log, ACountIsALineWithTheReferencesTags) {
  std::ostringstream out;
  MsiCount count;
  count.token_type = TokenType::kMtlsPop;
  count.bypass_cache = true;
  count.key_strength = KeyStrength::kKeyGuard;
  count.outcome = CredentialOutcome::kRetrySucceeded;
  count.elapsed = std::chrono::milliseconds(7);
  LogObserver(out).OnMsiCount(count);
  EXPECT_EQ(out.str(),
            "event=msi_count MsiSource=ImdsV2 TokenType=mtls_pop bypassCache=true KeyType=KeyGuard "
            "CredentialOutcome=\"Retry Succeeded\" elapsed_ms=7\n");
}

// The quoted text of a service must not be able to add a line or a field, or to reach a terminal.
TEST(Log, ForeignTextCannotForgeALineOrAField) {
  Event event;
  event.kind = Event::Kind::kNotice;
  event.where = "a event=forged";
  event.detail = "x\" event=forged y=\"\\\n\x1b[31m\xc3\xa9 {\"event\":1}";
  const std::string text = Logged(event, kInfoText);
  EXPECT_EQ(text,
            "event=notice step=request where=\"a event=forged\" "
            "detail=\"x\\\" event=forged y=\\\"\\\\??[31m?? {\\\"event\\\":1}\"\n");
  const std::string json = Logged(event, kInfoJson);
  EXPECT_EQ(std::count(json.begin(), json.end(), '\n'), 1);
  const auto parsed = JsonObject::Parse(json);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->String("event"), "notice");
  EXPECT_EQ(parsed->String("detail"), "x\" event=forged y=\"\\??[31m?? {\"event\":1}");
}

TEST(Log, LongTextIsCut) {
  Event event;
  event.kind = Event::Kind::kNotice;
  const std::string text(100000, 'x');
  event.detail = text;
  EXPECT_LT(Logged(event, kInfoText).size(), 1200U);
}

TEST(Log, JsonLinesParseForEveryKind) {
  const Error error(ErrorCode::kTlsFailed, "it said \"no\"");
  for (int kind = 0; kind <= static_cast<int>(Event::Kind::kNotice); ++kind) {
    Event event = EndedStep();
    event.kind = static_cast<Event::Kind>(kind);
    event.error = &error;
    const auto line = JsonObject::Parse(Logged(event, kDebugJson));
    ASSERT_TRUE(line) << Name(event.kind);
    EXPECT_EQ(line->String("event"), Name(event.kind));
    EXPECT_EQ(line->String("message"), "it said \"no\"");
  }
}

TEST(Log, ASinkThatThrowsLosesItsLineAndNothingElse) {
  int lines = 0;
  LogObserver observer([&lines](std::string_view) {
    if (++lines == 1) throw std::runtime_error("disk full");
  });
  observer.OnEvent(EndedStep());
  observer.OnEvent(EndedStep());
  observer.OnMsiCount({});
  EXPECT_EQ(lines, 3);
  LogObserver(LogObserver::Sink()).OnEvent(EndedStep());  // no sink: nothing happens
}

TEST(Log, LinesOfSeveralThreadsNeverMix) {
  std::ostringstream out;
  LogObserver observer(out);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&observer] {
      for (int n = 0; n < 50; ++n) observer.OnEvent(EndedStep());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::istringstream lines(out.str());
  std::string line;
  int count = 0;
  for (; std::getline(lines, line); ++count) EXPECT_EQ(line + "\n", Logged(EndedStep(), kInfoText));
  EXPECT_EQ(count, 200);
}

}  // namespace
}  // namespace msiv2
