// What the Observer receives, event by event: typed, in order, and true.
#include "msiv2/observers/fan_out.h"
#include "tests/flow/travel_fixture.h"

namespace msiv2 {
namespace {

using Kind = Event::Kind;
using std::chrono::hours;
using std::chrono::seconds;

// Stores what must outlive the call.
class KeepingObserver final : public Observer {
 public:
  struct Told {
    Event event;
    std::string correlation_id;
    std::optional<ErrorCode> code;
  };
  void OnEvent(const Event& event) noexcept override {
    std::lock_guard lock(mutex_);
    events_.push_back({event, std::string(event.correlation_id), CodeOf(event.error)});
  }
  void OnMsiCount(const MsiCount& count) noexcept override {
    std::lock_guard lock(mutex_);
    counts_.push_back(count);
    codes_.push_back(CodeOf(count.error));
  }
  std::vector<Told> Events(Kind kind) const {
    std::lock_guard lock(mutex_);
    std::vector<Told> found;
    std::copy_if(events_.begin(), events_.end(), std::back_inserter(found),
                 [kind](const Told& told) { return told.event.kind == kind; });
    return found;
  }
  std::vector<MsiCount> Counts() const {
    std::lock_guard lock(mutex_);
    return counts_;
  }
  std::vector<std::optional<ErrorCode>> Codes() const {
    std::lock_guard lock(mutex_);
    return codes_;
  }
  // Returns the misses and hits of the caches, for example "token miss forced", oldest first, and clears
  // them.
  std::vector<std::string> TakeLookups() {
    std::lock_guard lock(mutex_);
    std::vector<std::string> lookups;
    for (const Told& told : events_) {
      const std::string cache(Name(told.event.cache));
      if (told.event.kind == Kind::kCacheHit) lookups.push_back(cache + " hit");
      if (told.event.kind == Kind::kCacheMiss) {
        lookups.push_back(cache + " miss " + std::string(Name(told.event.miss)));
      }
    }
    events_.clear();
    return lookups;
  }

 private:
  static std::optional<ErrorCode> CodeOf(const Error* error) {
    if (error == nullptr) return std::nullopt;
    return error->code;
  }
  mutable std::mutex mutex_;
  std::vector<Told> events_;
  std::vector<MsiCount> counts_;
  std::vector<std::optional<ErrorCode>> codes_;
};

using Lookups = std::vector<std::string>;

class ObserverTest : public FlowTest {
 protected:
  ClientOptions Observed() {
    ClientOptions options = Options();
    options.observer = kept_;
    return options;
  }
  static TokenRequest Forced() {
    TokenRequest request = Attested();
    request.force_refresh = true;
    return request;
  }
  std::shared_ptr<KeepingObserver> kept_ = std::make_shared<KeepingObserver>();
};

TEST_F(ObserverTest, CachesSayWhyTheyMiss) {
  auto client = MakeClient(Observed());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  EXPECT_EQ(kept_->TakeLookups(),
            (Lookups{"token miss no_certificate", "certificate miss absent", "attestation miss absent"}));
  ASSERT_TRUE(client.AcquireToken(Attested()));
  EXPECT_EQ(kept_->TakeLookups(), (Lookups{"token hit"}));
  ASSERT_TRUE(client.AcquireToken(Attested("https://storage.azure.com")));
  EXPECT_EQ(kept_->TakeLookups(), (Lookups{"token miss absent", "certificate hit"}));
  ASSERT_TRUE(client.AcquireToken(Forced()));
  EXPECT_EQ(kept_->TakeLookups(), (Lookups{"token miss forced", "certificate hit"}));

  TokenRequest challenged = Attested();
  challenged.claims = R"({"access_token":{"nbf":{"essential":true,"value":"1"}}})";
  ASSERT_TRUE(client.AcquireToken(challenged));
  EXPECT_EQ(kept_->TakeLookups(),
            (Lookups{"token miss claims", "certificate miss replaced", "attestation hit"}));
}

// Certificates last a week, tokens a day. The fixture's observer receives the same events.
class ObserverInTimeTest : public TravelTest {
 protected:
  static void SetUpTestSuite() { Start(hours(24 * 7), hours(24)); }
  ClientOptions Observed() {
    ClientOptions options = Options();
    options.observer =
        std::make_shared<FanOutObserver>(std::vector<std::shared_ptr<Observer>>{kept_, observer_});
    return options;
  }
  std::shared_ptr<KeepingObserver> kept_ = std::make_shared<KeepingObserver>();
};

// G-49.
TEST_F(ObserverInTimeTest, AnEndedTokenAndAnEndedCertificateAreToldApart) {
  auto client = MakeClient(Observed());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  kept_->TakeLookups();
  Travel(hours(25));  // the token lasts a day, the certificate a week
  ASSERT_TRUE(client.AcquireToken(Attested()));
  const Lookups ended = kept_->TakeLookups();
  EXPECT_EQ(ended, (Lookups{"token miss ended", "certificate hit"}));
  Travel(hours(24 * 9));
  ASSERT_TRUE(client.AcquireToken(Attested()));
  EXPECT_EQ(kept_->TakeLookups().at(0), "token miss no_certificate");
}

TEST_F(ObserverTest, ATokenCacheThatIsOffSaysSo) {
  auto options = Observed();
  options.token_cache = false;
  auto client = MakeClient(std::move(options));
  ASSERT_TRUE(client.AcquireToken(Attested()));
  EXPECT_EQ(kept_->TakeLookups().at(0), "token miss off");
}

TEST_F(ObserverTest, ARetryCarriesItsAttemptItsDelayAndItsStatus) {
  Fault("imds.issuecredential status=410 count=1");
  Fault("imds.issuecredential status=503 count=1");
  ASSERT_TRUE(MakeClient(Observed()).AcquireToken(Attested()));
  const auto retries = kept_->Events(Kind::kRetry);
  ASSERT_EQ(retries.size(), 2U);
  EXPECT_EQ(retries[0].event.step, Step::kCredential);
  EXPECT_EQ(retries[0].event.attempt, 1);
  EXPECT_EQ(retries[0].event.delay, seconds(10));
  EXPECT_EQ(retries[0].event.http_status, 410);
  EXPECT_FALSE(retries[0].event.failure);
  EXPECT_EQ(retries[1].event.attempt, 2);
  EXPECT_EQ(retries[1].event.http_status, 503);
  EXPECT_EQ(retries[1].correlation_id.size(), 36U);
  EXPECT_EQ(retries[1].correlation_id, retries[0].correlation_id);
}

TEST_F(ObserverTest, ARetryWithoutAnAnswerSaysWhyThereWasNone) {
  auto options = Observed();
  options.imds_base_url = "http://127.0.0.1:1";  // no server listens there
  ASSERT_FALSE(MakeClient(std::move(options)).AcquireToken(Attested()));
  const auto retries = kept_->Events(Kind::kRetry);
  ASSERT_EQ(retries.size(), 3U);
  EXPECT_EQ(retries[0].event.http_status, 0);
  EXPECT_EQ(retries[0].event.failure, HttpFailure::Kind::kConnect);
}

TEST_F(ObserverTest, ARemedyCarriesItsNumberItsDelayAndItsError) {
  Fault("entra.token answer=aadsts-1000614 count=2");
  ASSERT_TRUE(MakeClient(Observed()).AcquireToken(Attested()));
  const auto remedies = kept_->Events(Kind::kRemediation);
  ASSERT_EQ(remedies.size(), 2U);
  EXPECT_EQ(remedies[0].event.attempt, 1);
  EXPECT_EQ(remedies[0].event.delay, seconds(0));
  EXPECT_EQ(remedies[0].code, ErrorCode::kTokenRequestFailed);
  EXPECT_EQ(remedies[1].event.attempt, 2);
  EXPECT_GE(remedies[1].event.delay, seconds(1));
}

TEST_F(ObserverTest, EveryAcquisitionThatTheCachesCannotAnswerIsCountedOnce) {
  auto client = MakeClient(Observed());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  ASSERT_TRUE(client.AcquireToken(Attested()));  // from the cache
  auto counts = kept_->Counts();
  ASSERT_EQ(counts.size(), 1U);
  EXPECT_EQ(counts[0].source, "ImdsV2");
  EXPECT_EQ(counts[0].token_type, TokenType::kMtlsPop);
  EXPECT_FALSE(counts[0].bypass_cache);
  EXPECT_EQ(counts[0].key_strength, KeyStrength::kKeyGuard);
  EXPECT_EQ(counts[0].key_origin, KeyOrigin::kEmulated);
  EXPECT_EQ(counts[0].outcome, CredentialOutcome::kSuccess);
  EXPECT_GT(counts[0].elapsed.count(), 0);
  EXPECT_EQ(kept_->Codes()[0], std::nullopt);

  TokenRequest bearer = Attested();
  bearer.mtls_proof_of_possession = false;
  bearer.request_over_mtls = true;
  ASSERT_TRUE(client.AcquireToken(bearer));
  ASSERT_EQ(kept_->Counts().size(), 2U);
  EXPECT_EQ(kept_->Counts()[1].token_type, TokenType::kBearer);
  EXPECT_EQ(kept_->Counts()[1].key_strength, KeyStrength::kKeyGuard) << "of the cached certificate";
}

// G-46, REM-6.
TEST_F(ObserverTest, CountsSayWhatBecameOfTheCredential) {
  Fault("entra.token answer=aadsts-1000614 count=1");
  ASSERT_TRUE(MakeClient(Observed()).AcquireToken(Attested()));
  emulator_->ClearFaults();
  Fault("entra.token answer=aadsts-1000614");
  ASSERT_FALSE(MakeClient(Observed()).AcquireToken(Attested()));
  emulator_->ClearFaults();
  Fault("imds.getplatformmetadata status=400");
  ASSERT_FALSE(MakeClient(Observed()).AcquireToken(Attested()));
  emulator_->ClearFaults();
  ASSERT_TRUE(MakeClient(Observed()).AcquireToken(Unattested()));

  const auto counts = kept_->Counts();
  ASSERT_EQ(counts.size(), 4U);
  EXPECT_EQ(counts[0].outcome, CredentialOutcome::kRetrySucceeded);
  EXPECT_TRUE(counts[0].bypass_cache);
  EXPECT_EQ(counts[1].outcome, CredentialOutcome::kRetryFailed);
  EXPECT_TRUE(counts[1].bypass_cache);
  EXPECT_EQ(kept_->Codes()[1], ErrorCode::kTokenRequestFailed);
  EXPECT_EQ(counts[2].outcome, CredentialOutcome::kNotFound);
  EXPECT_FALSE(counts[2].bypass_cache);
  EXPECT_EQ(counts[2].key_strength, KeyStrength::kNone) << "it ended before step 2";
  EXPECT_EQ(kept_->Codes()[2], ErrorCode::kManagedIdentityRequestFailed);
  EXPECT_EQ(counts[3].outcome, CredentialOutcome::kSuccess);
}

TEST_F(ObserverTest, CallersWhoWaitForAnothersAcquisitionAreNotCounted) {
  Fault("imds.getplatformmetadata delay=300ms count=1");
  auto client = MakeClient(Observed());
  std::vector<std::future<Result<TokenResult>>> pending;
  for (int i = 0; i < 4; ++i) pending.push_back(client.AcquireTokenAsync(Attested()));
  for (auto& token : pending) EXPECT_TRUE(token.get());
  EXPECT_EQ(kept_->Counts().size(), 1U);
}

TEST_F(ObserverInTimeTest, ARefreshInTheBackgroundIsDueAndCounted) {
  auto client = MakeClient(Observed());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  kept_->TakeLookups();
  Live(hours(13));  // past half of a token's day
  EXPECT_EQ(kept_->Counts().size(), 2U);
  EXPECT_EQ(kept_->TakeLookups(), (Lookups{"token miss due", "certificate hit"}));
  ASSERT_TRUE(client.AcquireToken(Attested()));
  EXPECT_EQ(kept_->TakeLookups(), (Lookups{"token hit"}));
}

// G-46.
TEST_F(ObserverInTimeTest, ARotationSaysWithHowManyTokens) {
  auto client = MakeClient(Observed());
  for (int step = 0; step < 20; ++step) {  // five days: past half of the certificate's week
    ASSERT_TRUE(client.AcquireToken(Attested()));
    ASSERT_TRUE(client.AcquireToken(Attested("https://storage.azure.com")));
    Live(hours(6));
  }
  const auto rotations = kept_->Events(Kind::kRotation);
  ASSERT_EQ(rotations.size(), 1U);
  EXPECT_EQ(rotations[0].event.tokens, 2U);
  const auto ended = kept_->Events(Kind::kRenewalEnded);
  EXPECT_EQ(std::count_if(ended.begin(), ended.end(),
                          [](const auto& told) {
                            return told.event.step == Step::kCertificate &&
                                   told.event.renewal == RenewalOutcome::kDone;
                          }),
            1);
}

// A13.
TEST_F(ObserverTest, ASwitchWithAnUnknownValueIsANoticeWithoutTheValue) {
  environment_ = {{"MSAL_MI_DISABLE_IMDS_V2", "hunter2"},
                  {"MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE", "hunter3"}};
  const auto odd = MakeClient(Options());
  EXPECT_EQ(observer_->CountText("notice request"), 2) << observer_->Text();
  EXPECT_EQ(observer_->CountText("MSAL_MI_DISABLE_IMDS_V2 is neither"), 1);
  EXPECT_EQ(observer_->CountText("MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE is neither"), 1);
  EXPECT_EQ(observer_->CountText("hunter"), 0);
  environment_ = {{"MSAL_MI_DISABLE_IMDS_V2", " 0 "}, {"MSAL_MI_DISABLE_PERSISTENT_CERT_CACHE", "TRUE"}};
  const auto plain = MakeClient(Options());
  EXPECT_EQ(observer_->CountText("notice request"), 2);
}

}  // namespace
}  // namespace msiv2
