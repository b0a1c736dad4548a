// Whatever a port returns as text, the result contains no secret of this host, in any disguise.
#include <functional>
#include <sstream>
#include <stdexcept>

#include "builtin.h"
#include "msiv2/observers/fan_out.h"
#include "msiv2/observers/log.h"
#include "msiv2/testing/scripted_transport.h"
#include "msiv2/tools/doctor.h"
#include "tests/flow/flow_fixture.h"
#include "tests/flow/told_secrets.h"

namespace msiv2 {
namespace {

using testing::LeakIn;

// The place where `words` are returned, and the words.
struct Speech {
  std::string place;
  std::string words;
};

std::string InJson(const std::string& words) {
  std::string escaped;
  for (const char c : words) {
    constexpr char kHex[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (c < ' ' || c == '"' || c == '\\') {
      escaped += {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// A transport that returns the words in an answer of the leg, or in place of one.
class TalkingTransport final : public HttpTransport {
 public:
  TalkingTransport(std::shared_ptr<HttpTransport> inner, std::shared_ptr<Speech> speech)
      : inner_(std::move(inner)), speech_(std::move(speech)) {}
  Result<HttpResponse, HttpFailure> Send(const HttpRequest& request, const CallContext& context) override {
    const std::string path = request.url.substr(0, request.url.find('?'));
    const std::string& words = speech_->words;
    const std::string& place = speech_->place;
    const auto colon = place.find(':');
    if (colon == std::string::npos || !path.ends_with(place.substr(0, colon)))
      return inner_->Send(request, context);
    const std::string form = place.substr(colon + 1);
    if (form == "exception") throw std::runtime_error(words);
    if (form == "failure") {
      return HttpFailure{.kind = HttpFailure::Kind::kConnect, .message = "libtransport: " + words};
    }
    const std::string body = form == "json" ? R"({"error":")" + InJson(words) + R"(","error_description":")" +
                                                  InJson(words) + R"(","message":")" + InJson(words) + R"("})"
                                            : words;
    return HttpResponse{400, {{"Server", "IMDS/1"}}, body};
  }

 private:
  const std::shared_ptr<HttpTransport> inner_;
  const std::shared_ptr<Speech> speech_;
};

class TalkingAttestor final : public Attestor {
 public:
  TalkingAttestor(std::shared_ptr<Attestor> inner, std::shared_ptr<Speech> speech)
      : inner_(std::move(inner)), speech_(std::move(speech)) {}
  Result<SecretString> Attest(const AttestationRequest& request, const CallContext& context) override {
    if (speech_->place == "attestor error") return Error(ErrorCode::kAttestationFailed, speech_->words);
    if (speech_->place == "attestor exception") throw std::runtime_error(speech_->words);
    return inner_->Attest(request, context);
  }
  bool AcceptsEmulatedKeys() const override { return true; }

 private:
  const std::shared_ptr<Attestor> inner_;
  const std::shared_ptr<Speech> speech_;
};

class TalkingKeys final : public KeyProvider {
 public:
  TalkingKeys(std::shared_ptr<KeyProvider> inner, std::shared_ptr<Speech> speech)
      : inner_(std::move(inner)), speech_(std::move(speech)) {}
  std::string_view ProviderName() const override { return inner_->ProviderName(); }
  KeyStrength BestStrength() const override { return inner_->BestStrength(); }
  Result<std::shared_ptr<const SigningKey>> GetOrCreateKey() override {
    if (speech_->place == "key error") return Error(ErrorCode::kKeyCreationFailed, speech_->words);
    if (speech_->place == "key exception") throw std::runtime_error(speech_->words);
    return inner_->GetOrCreateKey();
  }

 private:
  const std::shared_ptr<KeyProvider> inner_;
  const std::shared_ptr<Speech> speech_;
};

// What the disguises contain in addition to the secret.
constexpr char kHarmless[] = "http://[hidden]@127.0.0.1:1 basic <a><b></b></a>";

bool SaysThatItHides(const std::string& text) {
  const auto words = text.find("The words ");
  return words != std::string::npos && text.find("[hidden]", words) != std::string::npos;
}

constexpr char kHeader[] = "hD8wQ-pL3vN#mK6tR";

class ForeignWordsTest : public FlowTest {
 protected:
  ClientOptions Talking() {
    ClientOptions options = Options();
    options.http =
        std::make_shared<TalkingTransport>(*TransportOf(nullptr, options.tls, options.environment), speech_);
    options.attestor = std::make_shared<TalkingAttestor>(options.attestor, speech_);
    options.key_providers = {std::make_shared<TalkingKeys>(*keyguard_, speech_)};
    options.observer = std::make_shared<FanOutObserver>(std::vector<std::shared_ptr<Observer>>{
        observer_, std::make_shared<LogObserver>(log_, LogOptions{LogLevel::kDebug, LogFormat::kText}),
        std::make_shared<LogObserver>(log_, LogOptions{LogLevel::kDebug, LogFormat::kJson})});
    return options;
  }

  // Returns the error of a request for a bound token, and the doctor's report.
  std::string Say() {
    auto client = MakeClient(Talking());
    TokenRequest request = Attested();
    const auto token = client.AcquireToken(request);
    EXPECT_FALSE(token) << speech_->place;
    std::string texts;
    if (!token)
      texts =
          token.error().ToString() + "\n" + token.error().service_error + "\n" + token.error().correlation_id;
    // The doctor uses neither keys nor attestor, and is slow.
    if (speech_->place.front() != '/' || said_++ % 4 != 0) return texts;
    DiagnoseOptions options;
    options.client = Talking();
    options.token_endpoint = emulator_->endpoints().entra;
    const auto diagnosis = Diagnose(options);
    EXPECT_TRUE(diagnosis);
    for (const Finding& finding : diagnosis->findings) texts += "\n" + finding.text;
    return texts;
  }

  const std::shared_ptr<Speech> speech_ = std::make_shared<Speech>();
  std::ostringstream log_;
  int said_ = 0;
};

// A12, F2.
TEST_F(ForeignWordsTest, HoldNoSecretOfThisHostInAnyDisguise) {
  const std::string password = "Zq7xV#k9Jw2";
  environment_ = {{"ALL_PROXY", "http://Yu5rN4me:" + password + "@127.0.0.1:1"},
                  {"NO_PROXY", "*"},
                  {"IDENTITY_HEADER", kHeader}};
  std::vector<std::string> disguises = testing::Disguises(password);
  for (const std::string& disguise : testing::Disguises(kHeader)) disguises.push_back(disguise);
  const char* places[] = {"/getplatformmetadata:json",
                          "/getplatformmetadata:text",
                          "/getplatformmetadata:failure",
                          "/issuecredential:json",
                          "/issuecredential:failure",
                          "/issuecredential:exception",
                          "/token:json",
                          "/token:text",
                          "/token:failure",
                          "/token:exception",
                          "attestor error",
                          "attestor exception",
                          "key error",
                          "key exception"};
  std::size_t turn = 0;
  for (const std::string& disguise : disguises) {
    // Not each place gets each disguise, but every place gets eight.
    for (std::size_t i = turn++ % 3; i < std::size(places); i += 3) {
      *speech_ = {places[i], "The words " + disguise + " are refused"};
      const std::string texts = Say();
      EXPECT_TRUE(SaysThatItHides(texts)) << places[i] << "\n" << texts;
      EXPECT_EQ(LeakIn(texts, disguise, kHarmless), "") << places[i] << "\n" << texts;
    }
  }
  const std::string said = log_.str() + observer_->Text();
  EXPECT_TRUE(SaysThatItHides(said));
  for (const std::string& disguise : disguises) {
    EXPECT_EQ(LeakIn(said, disguise, kHarmless), "") << disguise;
  }
}

// A12.
TEST(BearerWordsTest, HoldNoSecretOfTheirSourceInAnyDisguise) {
  const struct {
    const char* endpoint;
    const char* secret;
  } sources[] = {{"IDENTITY_ENDPOINT", "IDENTITY_HEADER"}, {"MSI_ENDPOINT", "MSI_SECRET"}};
  for (const auto& source : sources) {
    for (const std::string& disguise : testing::Disguises(kHeader)) {
      const auto http = std::make_shared<testing::ScriptedTransport>();
      ClientOptions options;
      options.http = http;
      options.retries = false;
      options.environment = [&](const char* name) -> std::optional<std::string> {
        if (std::string_view(name) == source.endpoint) return "http://127.0.0.1:41564/msi/token";
        if (std::string_view(name) == source.secret) return kHeader;
        return std::nullopt;
      };
      http->Answer(400, {},
                   R"({"error":"bad","message":"The words )" + InJson(disguise) + R"( are refused"})");
      auto client = ManagedIdentityClient::Create(options).value();
      const auto refused = client.AcquireToken({.resource = "https://vault.azure.net"});
      ASSERT_FALSE(refused);
      EXPECT_TRUE(SaysThatItHides(refused.error().message)) << refused.error().message;
      EXPECT_EQ(LeakIn(refused.error().ToString(), disguise, kHarmless), "") << refused.error().ToString();
    }
  }
}

}  // namespace
}  // namespace msiv2
