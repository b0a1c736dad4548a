#include "emulator/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace msiv2::emulator {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Fault Parsed(const std::string& words) {
  FaultScript script;
  const auto added = script.Add("entra.token " + words);
  EXPECT_TRUE(added) << words << ": " << (added ? "" : added.error().message);
  auto fault = script.Take("entra", "token");
  if (!fault) fault = script.TakeOnConnection("entra");
  return fault.value_or(Fault{});
}

std::string Refused(const std::string& rule) {
  FaultScript script;
  const auto added = script.Add(rule);
  EXPECT_FALSE(added) << rule;
  if (added) return {};
  EXPECT_EQ(added.error().code, ErrorCode::kInvalidRequest);
  return added.error().message;
}

TEST(FaultRule, ReadsEveryWord) {
  EXPECT_EQ(Parsed("status=503").status, 503);
  EXPECT_EQ(Parsed("retry-after=5").retry_after, seconds(5));
  EXPECT_FALSE(Parsed("retry-after=5").retry_after_as_date);
  EXPECT_EQ(Parsed("retry-after=date:7").retry_after, seconds(7));
  EXPECT_TRUE(Parsed("retry-after=date:7").retry_after_as_date);
  EXPECT_EQ(Parsed("delay=200ms").delay, milliseconds(200));
  EXPECT_EQ(Parsed("delay=2s").delay, seconds(2));
  EXPECT_EQ(Parsed("hang").hang, Hang::kRequest);
  EXPECT_EQ(Parsed("hang=body").hang, Hang::kBody);
  EXPECT_EQ(Parsed("hang=handshake").hang, Hang::kHandshake);
  EXPECT_EQ(Parsed("reset").reset, Reset::kRequest);
  EXPECT_EQ(Parsed("reset=before-certificate").reset, Reset::kBeforeCertificate);
  EXPECT_EQ(Parsed("reset=after-certificate").reset, Reset::kAfterCertificate);
  EXPECT_EQ(Parsed("alert=44").alert, 44);
  EXPECT_EQ(Parsed("body=malformed").body, BodyFault::kMalformed);
  EXPECT_EQ(Parsed("body=oversized").body, BodyFault::kOversized);
  EXPECT_EQ(Parsed("body=truncated").body, BodyFault::kTruncated);
  EXPECT_EQ(Parsed("body=empty").body, BodyFault::kEmpty);
  EXPECT_EQ(Parsed("body=nul").body, BodyFault::kNul);
  EXPECT_EQ(Parsed("body=twice").body, BodyFault::kTwice);
  EXPECT_EQ(Parsed("header=no-server").dropped_header, "server");
  EXPECT_EQ(Parsed("answer=wrong-cnf").answer, "wrong-cnf");
}

TEST(FaultRule, KeepsItsTextForTheLog) {
  EXPECT_EQ(Parsed("status=503 count=2").rule, "entra.token status=503 count=2");
}

TEST(FaultRule, NamesTheWordThatIsWrongAndWhatIsKnown) {
  EXPECT_THAT(Refused("imds.metadata status=500"),
              AllOf(HasSubstr("'imds.metadata'"), HasSubstr("imds.compute")));
  EXPECT_THAT(Refused(""), HasSubstr("entra.token"));
  EXPECT_THAT(Refused("entra.token statuss=500"), AllOf(HasSubstr("'statuss'"), HasSubstr("retry-after")));
  EXPECT_THAT(Refused("entra.token status=abc"), HasSubstr("'abc'"));
  EXPECT_THAT(Refused("entra.token status=99"), HasSubstr("'99'"));
  EXPECT_THAT(Refused("entra.token alert=47"), AllOf(HasSubstr("'47'"), HasSubstr("116")));
  EXPECT_THAT(Refused("entra.token hang=forever"), AllOf(HasSubstr("'forever'"), HasSubstr("handshake")));
  EXPECT_THAT(Refused("entra.token reset=now"), HasSubstr("before-certificate"));
  EXPECT_THAT(Refused("entra.token body=odd"), HasSubstr("truncated"));
  EXPECT_THAT(Refused("entra.token delay=200"), HasSubstr("200ms"));
  EXPECT_THAT(Refused("entra.token header=server"), HasSubstr("no-server"));
  EXPECT_THAT(Refused("entra.token retry-after=soon"), HasSubstr("date:SECONDS"));
  EXPECT_THAT(Refused("entra.token status=503 count=0"), HasSubstr("'count=0'"));
  EXPECT_THAT(Refused("entra.token status=503 after=-1"), HasSubstr("'after=-1'"));
  EXPECT_THAT(Refused("entra.token"), HasSubstr("what goes wrong"));
  EXPECT_THAT(Refused("entra.token count=2"), HasSubstr("what goes wrong"));
  EXPECT_THAT(Refused("entra.token answer="), HasSubstr("'answer'"));
}

// N12.
TEST(FaultRule, NamesTheContentFaultsOfItsOperation) {
  EXPECT_THAT(Refused("entra.token answer=wrong-cnff"),
              AllOf(HasSubstr("'wrong-cnff'"), HasSubstr("aadsts-<code>, bearer, "),
                    HasSubstr(", wrong-cnf."), Not(HasSubstr("stale-token"))));
  EXPECT_THAT(Refused("entra.token answer=aadsts-x"), HasSubstr("'aadsts-x'"));
  EXPECT_THAT(Refused("resource.call answer=claims:acrs"), HasSubstr("claims:NAME:VALUE"));
  EXPECT_THAT(Refused("attestation.attest answer=wrong-cnf"), HasSubstr("stale-token"));
  EXPECT_THAT(Refused("imds.token answer=challenge-dots"), HasSubstr("expires-on-iso"));
  EXPECT_THAT(Refused("entra.jwks answer=wrong-cnf"), HasSubstr("no answer= for this operation"));
}

// N12.
TEST(FaultRule, TakesTheContentFaultsOfEveryOperationThatItMeans) {
  for (const char* rule :
       {"imds.getplatformmetadata answer=foreign-server", "imds.getplatformmetadata answer=no-endpoint",
        "imds.issuecredential answer=no-bypass-cache", "imds.issuecredential answer=wrong-eku",
        "imds.issuecredential answer=ber-certificate", "imds.token answer=expires-in-only",
        "imds.compute answer=windows", "attestation.attest answer=no-token",
        "attestation.attest answer=wrong-key-token", "entra.token answer=aadsts-1000612",
        "entra.token answer=invalid-client", "entra.token answer=jwe", "resource.call answer=claims:acrs:c1",
        "arc.token answer=challenge-dots", "arc.token answer=refresh-in",
        "cloud-shell.token answer=bad-expires-on", "workload.token answer=aadsts-700213",
        "imds.* answer=windows", "*.* answer=stale-token"}) {
    FaultScript script;
    EXPECT_TRUE(script.Add(rule)) << rule;
  }
}

TEST(FaultRule, RefusesFaultsThatCouldNeverStrike) {
  EXPECT_THAT(Refused("imds.token alert=44"), HasSubstr("TLS"));
  EXPECT_THAT(Refused("entra.token alert=44 status=503"), HasSubstr("on its own"));
}

TEST(FaultScript, StrikesTheNamedServerAndOperationOnly) {
  FaultScript script;
  ASSERT_TRUE(script.Add("imds.issuecredential status=503"));
  EXPECT_FALSE(script.Take("imds", "token"));
  EXPECT_FALSE(script.Take("entra", "issuecredential"));
  EXPECT_EQ(script.Take("imds", "issuecredential")->status, 503);
}

TEST(FaultScript, TakesWildcards) {
  FaultScript script;
  ASSERT_TRUE(script.Add("imds.* status=503 count=1"));
  EXPECT_FALSE(script.Take("entra", "token"));
  EXPECT_TRUE(script.Take("imds", "compute"));
  ASSERT_TRUE(script.Add("*.* delay=1ms"));
  EXPECT_TRUE(script.Take("resource", "call"));
}

TEST(FaultScript, StrikesTheNextRequestsAfterThoseThatPass) {
  FaultScript script;
  ASSERT_TRUE(script.Add("entra.token status=503 after=2 count=1"));
  EXPECT_FALSE(script.Take("entra", "token"));
  EXPECT_FALSE(script.Take("entra", "token"));
  EXPECT_TRUE(script.Take("entra", "token"));
  EXPECT_FALSE(script.Take("entra", "token"));
}

TEST(FaultScript, AppliesRulesInTheirOrder) {
  FaultScript script;
  ASSERT_TRUE(script.Add("entra.token status=410 count=1"));
  ASSERT_TRUE(script.Add("entra.token status=500"));
  EXPECT_EQ(script.Take("entra", "token")->status, 410);
  EXPECT_EQ(script.Take("entra", "token")->status, 500);
  EXPECT_EQ(script.Take("entra", "token")->status, 500);
}

TEST(FaultScript, KeepsHandshakeFaultsApartFromRequestFaults) {
  FaultScript script;
  ASSERT_TRUE(script.Add("entra.token alert=44"));
  ASSERT_TRUE(script.Add("entra.token status=500"));
  EXPECT_EQ(script.Take("entra", "token")->status, 500);
  EXPECT_EQ(script.TakeOnConnection("entra")->alert, 44);
  EXPECT_FALSE(script.TakeOnConnection("resource"));
}

// N12.
TEST(FaultScript, ListsTheRulesThatCanStillStrike) {
  FaultScript script;
  ASSERT_TRUE(script.Add("entra.token status=410 count=2"));
  ASSERT_TRUE(script.Add("entra.token status=500"));
  EXPECT_TRUE(script.Take("entra", "token"));
  EXPECT_THAT(script.Rules(), ElementsAre("entra.token status=410 count=2", "entra.token status=500"));
  EXPECT_TRUE(script.Take("entra", "token"));
  EXPECT_THAT(script.Rules(), ElementsAre("entra.token status=500"));
}

TEST(FaultScript, ForgetsItsRulesWhenCleared) {
  FaultScript script;
  ASSERT_TRUE(script.Add("*.* hang"));
  script.Clear();
  EXPECT_FALSE(script.Take("imds", "token"));
}

TEST(FaultScript, WaitEndsAtItsLimit) {
  FaultScript script;
  script.Wait(milliseconds(1), [] { return false; });
}

TEST(FaultScript, WaitEndsWhenTheClientIsGone) {
  FaultScript script;
  script.Wait(std::nullopt, [] { return true; });
}

TEST(FaultScript, WaitEndsWhenCleared) {
  FaultScript script;
  auto wait = std::async(std::launch::async, [&] { script.Wait(std::nullopt, [] { return false; }); });
  while (script.Waiting() == 0) std::this_thread::yield();
  script.Clear();
  wait.get();
  EXPECT_EQ(script.Waiting(), 0U);
}

}  // namespace
}  // namespace msiv2::emulator
