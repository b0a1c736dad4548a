// The same run as redaction_test.cc, seen as metrics.
#include "msiv2/observers/prometheus.h"
#include "tests/flow/redaction_fixture.h"

namespace msiv2 {
namespace {

using RedactionMetricsTest = RedactionTest;

TEST_F(RedactionMetricsTest, HoldNoSecretAndNoIdentifierAndCountWhatHappened) {
  const auto metrics = std::make_shared<PrometheusObserver>();
  RunEverything(metrics);
  const std::string text = metrics->Text();
  const auto piece = secrets_->Find(text);
  EXPECT_FALSE(piece) << "this piece of a secret was shown: " << *piece;
  const auto token = MakeClient(Overheard(nullptr)).AcquireToken(Attested());
  ASSERT_TRUE(token);
  for (const std::string& identifier :
       {(*token)->client_id, (*token)->tenant_id, (*token)->binding->x5t_s256(), std::string("127.0.0.1")}) {
    EXPECT_EQ(text.find(identifier), std::string::npos) << identifier;
  }
  for (
      const char* line :
      {R"(msiv2_step_duration_seconds_count{code="ok",step="token"})",
       R"(msiv2_retries_total{reason="HTTP 5xx",step="credential"} 1)",
       R"(msiv2_remediations_total{code="token_request_failed"} 5)",  // one that helped, and four did not
       R"(msiv2_cache_lookups_total{cache="certificate",reason="replaced",result="miss"})",
       R"x(MsalMsiCounter{CredentialOutcome="Retry Succeeded",KeyType="KeyGuard (emulated)",MsiSource="ImdsV2",)x"
       R"(TokenType="mtls_pop",bypassCache="true"} 1)"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
}

}  // namespace
}  // namespace msiv2
