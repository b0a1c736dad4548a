#include <gtest/gtest.h>

#include "msiv2/http.h"
#include "msiv2/key.h"
#include "msiv2/observer.h"
#include "msiv2/token.h"

namespace msiv2 {
namespace {

TEST(Names, AreThoseThatResultsAndEventsPrint) {
  EXPECT_EQ(Name(KeyStrength::kNone), "none");
  EXPECT_EQ(Name(KeyStrength::kSoftware), "software");
  EXPECT_EQ(Name(KeyStrength::kHardware), "hardware");
  EXPECT_EQ(Name(KeyStrength::kKeyGuard), "keyguard");
  EXPECT_EQ(Name(KeyOrigin::kPlatform), "platform");
  EXPECT_EQ(Name(KeyOrigin::kEmulated), "emulated");
  EXPECT_EQ(Name(TokenType::kMtlsPop), "mtls_pop");
  EXPECT_EQ(Name(TokenType::kBearer), "Bearer");
  EXPECT_EQ(Name(Event::Kind::kStepStarted), "step_started");
  EXPECT_EQ(Name(Event::Kind::kStepEnded), "step_ended");
  EXPECT_EQ(Name(Event::Kind::kRetry), "retry");
  EXPECT_EQ(Name(Event::Kind::kRemediation), "remediation");
  EXPECT_EQ(Name(Event::Kind::kRotation), "rotation");
  EXPECT_EQ(Name(Event::Kind::kRenewalStarted), "renewal_started");
  EXPECT_EQ(Name(Event::Kind::kRenewalEnded), "renewal_ended");
  EXPECT_EQ(Name(RenewalOutcome::kDone), "done");
  EXPECT_EQ(Name(RenewalOutcome::kFailed), "failed");
  EXPECT_EQ(Name(RenewalOutcome::kTooEarly), "too_early");
  EXPECT_EQ(Name(RenewalOutcome::kUnused), "unused");
  EXPECT_EQ(Name(Event::Kind::kCacheHit), "cache_hit");
  EXPECT_EQ(Name(Event::Kind::kCacheMiss), "cache_miss");
  EXPECT_EQ(Name(Event::Kind::kNotice), "notice");
  EXPECT_EQ(Name(HttpFailure::Kind::kConnect), "connect");
  EXPECT_EQ(Name(HttpFailure::Kind::kKeySign), "key signature");
  EXPECT_EQ(Name(HttpFailure::Kind::kCanceled), "canceled");
}

TEST(Names, CachesAndTheirMissReasonsHaveNames) {
  EXPECT_EQ(Name(CacheKind::kToken), "token");
  EXPECT_EQ(Name(CacheKind::kCertificate), "certificate");
  EXPECT_EQ(Name(CacheKind::kAttestation), "attestation");
  EXPECT_EQ(Name(MissReason::kAbsent), "absent");
  EXPECT_EQ(Name(MissReason::kEnded), "ended");
  EXPECT_EQ(Name(MissReason::kDue), "due");
  EXPECT_EQ(Name(MissReason::kForced), "forced");
  EXPECT_EQ(Name(MissReason::kClaims), "claims");
  EXPECT_EQ(Name(MissReason::kNoCertificate), "no_certificate");
  EXPECT_EQ(Name(MissReason::kReplaced), "replaced");
  EXPECT_EQ(Name(MissReason::kOff), "off");
}

// REM-6.
TEST(Names, TheCountersTagsAreTheReferences) {
  EXPECT_EQ(Name(CredentialOutcome::kNotFound), "Not found");
  EXPECT_EQ(Name(CredentialOutcome::kRetryFailed), "Retry Failed");
  EXPECT_EQ(Name(CredentialOutcome::kRetrySucceeded), "Retry Succeeded");
  EXPECT_EQ(Name(CredentialOutcome::kSuccess), "Success");
  MsiCount count;
  EXPECT_EQ(KeyTypeTag(count), "");
  count.key_strength = KeyStrength::kSoftware;
  EXPECT_EQ(KeyTypeTag(count), "InMemory");
  count.key_strength = KeyStrength::kHardware;
  EXPECT_EQ(KeyTypeTag(count), "Hardware");
  count.key_strength = KeyStrength::kKeyGuard;
  EXPECT_EQ(KeyTypeTag(count), "KeyGuard");
  count.key_origin = KeyOrigin::kEmulated;
  EXPECT_EQ(KeyTypeTag(count), "KeyGuard (emulated)");
}

TEST(AuthorizationHeader, IsSchemeAndToken) {
  AccessToken token;
  token.secret = SecretString("abc");
  token.type = TokenType::kMtlsPop;
  EXPECT_EQ(token.AuthorizationHeader().Reveal(), "mtls_pop abc");
  token.type = TokenType::kBearer;
  EXPECT_EQ(token.AuthorizationHeader().Reveal(), "Bearer abc");
}

TEST(ResponseHeader, IsFoundInAnyCaseFirstOneFirst) {
  const HttpResponse response{200, {{"Server", "IMDS/1"}, {"server", "other"}, {"X", ""}}, ""};
  EXPECT_EQ(response.Header("SERVER"), "IMDS/1");
  EXPECT_EQ(response.Header("x"), "");
  EXPECT_EQ(response.Header("Serve"), std::nullopt);
  EXPECT_EQ(response.Header(""), std::nullopt);
}

}  // namespace
}  // namespace msiv2
