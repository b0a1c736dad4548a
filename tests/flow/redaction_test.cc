// Redaction is by type: whatever a full run says, at its most verbose, holds no token, JWT, CSR or key.
#include <sstream>

#include "cli/capture.h"
#include "msiv2/observers/log.h"
#include "tests/flow/redaction_fixture.h"

namespace msiv2 {
namespace {

using testing::Secrets;

// EveryField is an observer that writes each text of an event and a count, whatever their kind.
class EveryField final : public Observer {
 public:
  void OnEvent(const Event& event) noexcept override {
    Add({event.where, event.detail, event.identifiers, event.correlation_id}, event.error);
  }
  void OnMsiCount(const MsiCount& count) noexcept override {
    Add({count.source, count.correlation_id, KeyTypeTag(count)}, count.error);
  }
  std::string Text() const {
    std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  void Add(const std::vector<std::string_view>& views, const Error* error) {
    std::lock_guard lock(mutex_);
    for (const std::string_view view : views) text_ += std::string(view) + "\n";
    if (error != nullptr) text_ += error->ToString() + "\n" + error->service_error + "\n";
  }

  mutable std::mutex mutex_;
  std::string text_;
};

TEST_F(RedactionTest, NothingThatIsLoggedHoldsAPieceOfASecret) {
  std::ostringstream text;
  std::ostringstream json;
  std::ostringstream info;
  const auto fields = std::make_shared<EveryField>();
  const std::string errors =
      RunEverything(std::make_shared<FanOutObserver>(std::vector<std::shared_ptr<Observer>>{
          std::make_shared<LogObserver>(text, LogOptions{LogLevel::kDebug, LogFormat::kText}),
          std::make_shared<LogObserver>(json, LogOptions{LogLevel::kDebug, LogFormat::kJson}),
          std::make_shared<LogObserver>(info), fields}));
  ASSERT_NE(text.str().find("event=remediation"), std::string::npos);
  ASSERT_NE(text.str().find("event=retry"), std::string::npos);
  ASSERT_NE(text.str().find("[hidden]"), std::string::npos) << "no echo came through to be redacted";
  ASSERT_NE(text.str().find("client " + emulator_->endpoints().client_id), std::string::npos);
  for (const std::string& said : {text.str(), json.str(), info.str(), fields->Text(), errors}) {
    ASSERT_FALSE(said.empty());
    const auto piece = secrets_->Find(said);
    EXPECT_FALSE(piece) << "this piece of a secret was shown: " << *piece;
  }
}

TEST_F(RedactionTest, AtInfoLevelThereIsNoIdentifier) {
  std::ostringstream info;
  std::ostringstream debug;
  RunEverything(std::make_shared<FanOutObserver>(std::vector<std::shared_ptr<Observer>>{
      std::make_shared<LogObserver>(info),
      std::make_shared<LogObserver>(debug, LogOptions{LogLevel::kDebug, LogFormat::kText})}));
  const auto token = MakeClient(Overheard(nullptr)).AcquireToken(Attested());
  ASSERT_TRUE(token);
  for (const std::string& identifier : {(*token)->client_id, (*token)->tenant_id}) {
    EXPECT_EQ(info.str().find(identifier), std::string::npos) << identifier;
    EXPECT_NE(debug.str().find(identifier), std::string::npos) << identifier;
  }
  EXPECT_EQ(info.str().find("x5t#S256"), std::string::npos);
}

// The search itself: it must find what it is to find, or the test above proves nothing.
TEST_F(RedactionTest, TheEavesdropperKnowsTheSecretsAndFindsTheirPieces) {
  RunEverything(nullptr);
  const auto texts = secrets_->Last(1000);
  const auto starting_with = [&texts](const std::string& start) {
    return std::count_if(texts.begin(), texts.end(),
                         [&](const auto& text) { return text.starts_with(start); });
  };
  EXPECT_GT(starting_with("eyJ"), 2) << "tokens and attestation JWTs";
  EXPECT_GT(starting_with("MII"), 0) << "CSRs";
  for (const std::string& text : texts)
    EXPECT_TRUE(secrets_->Find("x " + text.substr(text.size() / 2, 20) + " y"));
  EXPECT_FALSE(secrets_->Find("step 7 (token): token_request_failed"));
}

TEST_F(RedactionTest, TheCommandShowsATokenWhereItWasAskedForAndNowhereElse) {
  const std::vector<std::string> args = {"--emulator=" + emulator_->endpoints().control,
                                         "token",
                                         "--resource",
                                         "https://vault.azure.net",
                                         "--mtls-pop",
                                         "--attestation",
                                         "--verbose",
                                         "--explain"};
  for (const char* rule : {"", "entra.token answer=aadsts-1000614 count=1", "imds.issuecredential status=400",
                           "entra.token answer=wrong-cnf"}) {
    emulator_->ClearFaults();
    if (*rule != '\0') Fault(rule);
    const auto run = cli::RunCaptured(args);
    for (const char* start : {"eyJ", "MII", "PRIVATE"}) {  // of a JWT, of DER in base64, of a key in PEM
      EXPECT_EQ((run.out + run.err).find(start), std::string::npos) << rule << "\n" << run.err;
    }
    EXPECT_NE(run.err.find("[7/7]"), run.err.find("[5/7]")) << run.err;
  }
  emulator_->ClearFaults();
  auto json = args;
  json.insert(json.end(), {"--output", "json"});
  const auto run = cli::RunCaptured(json);
  const std::string name = "\"access_token\": \"";
  const std::size_t start = run.out.find(name);
  ASSERT_NE(start, std::string::npos) << run.out;
  const std::size_t begin = start + name.size();
  Secrets token;
  token.AddText(run.out.substr(begin, run.out.find('"', begin) - begin));
  ASSERT_TRUE(token.Find(run.out));
  EXPECT_FALSE(token.Find(run.err)) << run.err;
}

}  // namespace
}  // namespace msiv2
