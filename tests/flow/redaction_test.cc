// Redaction is by type: at full verbosity, no text of a whole run contains a token, JWT, CSR or key.
#include <sstream>

#include "cli/capture.h"
#include "msiv2/observers/log.h"
#include "tests/flow/redaction_fixture.h"
#include "tests/support/encoded_start.h"

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

// LoggedRunTest makes one run and checks all of its output.
class LoggedRunTest : public RedactionTest {
 protected:
  struct Said {
    std::string debug;
    std::string json;
    std::string info;
    std::string fields;
    std::string errors;
    std::shared_ptr<Secrets> secrets;
  };
  const Said& Everything() {
    static const Said said = Run();
    return said;
  }

 private:
  Said Run() {
    std::ostringstream debug;
    std::ostringstream json;
    std::ostringstream info;
    const auto fields = std::make_shared<EveryField>();
    const std::string errors =
        RunEverything(std::make_shared<FanOutObserver>(std::vector<std::shared_ptr<Observer>>{
            std::make_shared<LogObserver>(debug, LogOptions{LogLevel::kDebug, LogFormat::kText}),
            std::make_shared<LogObserver>(json, LogOptions{LogLevel::kDebug, LogFormat::kJson}),
            std::make_shared<LogObserver>(info), fields}));
    return {debug.str(), json.str(), info.str(), fields->Text(), errors, secrets_};
  }
};

TEST_F(LoggedRunTest, HoldsNoPieceOfASecret) {
  const Said& said = Everything();
  ASSERT_NE(said.debug.find("event=remediation"), std::string::npos);
  ASSERT_NE(said.debug.find("event=retry"), std::string::npos);
  ASSERT_NE(said.debug.find("AADSTS50001: refused: "), std::string::npos) << "no echo came through";
  for (const std::string* text : {&said.debug, &said.json, &said.info, &said.fields, &said.errors}) {
    ASSERT_FALSE(text->empty());
    const auto piece = said.secrets->Find(*text);
    EXPECT_FALSE(piece) << "this piece of a secret was shown: " << *piece;
  }
}

TEST_F(LoggedRunTest, HoldsNoIdentifierAtInfoLevel) {
  const Said& said = Everything();
  for (const std::string& identifier :
       {emulator_->endpoints().client_id, emulator_->endpoints().tenant_id, std::string("x5t#S256")}) {
    EXPECT_EQ(said.info.find(identifier), std::string::npos) << identifier;
    EXPECT_NE(said.debug.find(identifier), std::string::npos) << identifier;
  }
}

// Tests the search itself: it must find what it looks for, or the tests above prove nothing.
TEST_F(LoggedRunTest, IsOverheardByOneWhoKnowsTheSecretsAndFindsTheirPieces) {
  const Secrets& secrets = *Everything().secrets;
  const auto texts = secrets.Last(1000);
  const auto starting_with = [&texts](const std::string& start) {
    return std::count_if(texts.begin(), texts.end(),
                         [&](const auto& text) { return text.starts_with(start); });
  };
  EXPECT_GT(starting_with("eyJ"), 2) << "tokens and attestation JWTs";
  EXPECT_GT(starting_with("MII"), 0) << "CSRs";
  for (const std::string& text : texts) {
    EXPECT_TRUE(secrets.Find("x " + text.substr(text.size() / 2, 20) + " y"));
  }
  EXPECT_FALSE(secrets.Find("step 7 (token): token_request_failed"));
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
      EXPECT_FALSE(HoldsEncoded(run.out + run.err, start)) << rule << "\n" << run.err;
    }
    EXPECT_NE(run.err.find("[5/7]"), std::string::npos) << run.err;
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
