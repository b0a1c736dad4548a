// Weeks of a service that calls every minute. No call waits after the first, nothing expired is returned, and
// the platform gets exactly as many requests as necessary.
#include <map>
#include <set>

#include "tests/flow/travel_fixture.h"

namespace msiv2 {
namespace {

class ServiceTest : public TravelTest {
 protected:
  // One minute of the service: it calls while due work runs in the background, and afterwards.
  void Minute(ManagedIdentityClient& client) {
    Travel(minutes(1));
    for (const char* resource : resources_) Call(client, resource);
    AwaitQuiet();
    for (const char* resource : resources_) Call(client, resource);
    AwaitQuiet();  // a call may have started what was backing off
    if (++minutes_ % 60 == 0) EndHour();
  }
  // Counts the requests of this hour by server. After the first calls all of them are renewals: every call is
  // answered from the cache.
  void EndHour() {
    const auto log = emulator_->Log();
    std::map<std::string, int> sent;
    for (; counted_ < log.size(); ++counted_) ++sent[log[counted_].server];
    for (const auto& [server, requests] : sent) {
      if (calm_) {
        EXPECT_LE(requests, kMostInAnHour) << server << ", hour " << minutes_ / 60;
      }
    }
    calm_ = true;
  }
  void Call(ManagedIdentityClient& client, const char* resource) {
    const auto token = client.AcquireToken(Attested(resource));
    ASSERT_TRUE(token) << token.error().ToString();
    ASSERT_TRUE(token->from_cache);
    ASSERT_GT((*token)->expires_on, clock_->Now());
    ASSERT_GT((*token)->binding->not_after(), clock_->Now());
    tokens_.insert(token->token);
    thumbprints_.insert((*token)->binding->x5t_s256());
  }
  // Returns how many requests of this kind were answered with 200, or how many were not.
  static std::ptrdiff_t Answered(std::string_view suffix, bool well) {
    const auto log = emulator_->Log();
    return std::count_if(log.begin(), log.end(), [&](const auto& entry) {
      return entry.path.ends_with(suffix) && (entry.status == 200) == well;
    });
  }
  int Refreshes() const { return observer_->CountText("renewal_ended token  done"); }

  std::vector<const char*> resources_ = {"https://vault.azure.net"};
  std::set<std::shared_ptr<const AccessToken>> tokens_;  // kept, so that no address is reused
  std::set<std::string> thumbprints_;

  static constexpr int kMostInAnHour = 60;
  int minutes_ = 0;
  bool calm_ = true;  // no fault in this hour
  std::size_t counted_ = 0;
};

// Certificates last a week, tokens a day.
class ThirtyDaysTest : public ServiceTest {
 protected:
  static void SetUpTestSuite() { Start(hours(24 * 7), hours(24)); }

  // What goes wrong, from which minute on and for how long.
  struct Outage {
    int from;
    int length;
    const char* rule;
  };
  static constexpr int kHour = 60;
  static constexpr int kDay = 24 * kHour;
  static constexpr Outage kOutages[] = {
      {2 * kDay, 1, "imds.* status=503"},
      {3 * kDay, 3 * kDay, "imds.* status=503"},  // covers the time of the first rotation
      {8 * kDay, 10 * kHour, "entra.token status=503"},
      {10 * kDay, kHour, "imds.* status=500"},
      {16 * kDay, 3 * kDay, "imds.* status=410"},
      {22 * kDay, 6 * kHour, "*.* status=503"},
      {25 * kDay, 8 * kHour, "entra.token status=500"},
  };
};

// A2.
TEST_F(ThirtyDaysTest, OutagesAndClocksThatAreSetDoNoHarm) {
  resources_ = {"https://vault.azure.net", "https://storage.azure.com"};
  auto client = MakeClient(Options());
  for (const char* resource : resources_) ASSERT_TRUE(client.AcquireToken(Attested(resource)));
  for (int minute = 0; minute < 30 * kDay; ++minute) {
    for (const Outage& outage : kOutages) {
      if (minute == outage.from) Fault(outage.rule);
      if (minute == outage.from + outage.length) emulator_->ClearFaults();
      if (minute >= outage.from && minute < outage.from + outage.length) calm_ = false;
    }
    if (minute == 12 * kDay) clock_->SetWall(minutes(10));
    if (minute == 13 * kDay) clock_->SetWall(-minutes(10));
    if (minute == 14 * kDay) clock_->SetWall(-minutes(10));
    if (minute == 15 * kDay) clock_->SetWall(minutes(10));
    Minute(client);
    ASSERT_FALSE(HasFatalFailure()) << "day " << minute / kDay << ", minute " << minute % kDay;
  }
  // Each certificate and each token was requested once; nothing was fetched that did not answer a call.
  EXPECT_EQ(Answered("/issuecredential", true), 1 + Rotations() + TooEarly());
  EXPECT_EQ(static_cast<int>(thumbprints_.size()), 1 + Rotations());
  EXPECT_EQ(Answered("/oauth2/v2.0/token", true), 2 * (1 + Rotations()) + Refreshes());
  EXPECT_EQ(static_cast<int>(tokens_.size()), 2 * (1 + Rotations()) + Refreshes());
  // Certificates are renewed after 45 to 55 % of seven days, for 30 days; an outage delays some renewals.
  EXPECT_GE(Rotations(), 6);
  EXPECT_LE(Rotations(), 9);
  // Two tokens are refreshed every half day; a rotation starts that period anew.
  EXPECT_GE(Refreshes(), 2 * 45);
  EXPECT_LE(Refreshes(), 2 * 60);
  // Six and a half days of failures, three renewals every ten minutes, eight attempts at most (410).
  EXPECT_LE(Answered("", false), 3 * (6 * 24 + 32) * 6 * 8);
}

// Certificates last a week; tokens last an hour, and the service wants them refreshed after half of it.
class ThreeDaysTest : public ServiceTest {
 protected:
  static void SetUpTestSuite() { Start(hours(24 * 7), hours(1)); }
};

// A2.
TEST_F(ThreeDaysTest, HourlyTokensAreRefreshedAtTheirLimit) {
  Fault("entra.token answer=refresh-in");
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  for (int minute = 0; minute < 3 * 24 * 60; ++minute) {
    Minute(client);
    ASSERT_FALSE(HasFatalFailure()) << minute;
  }
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1);
  EXPECT_EQ(Rotations(), 0);
  EXPECT_EQ(Refreshes(), 3 * 24 * 2);
  EXPECT_EQ(Requests("entra", "/oauth2/v2.0/token"), 1 + Refreshes());
}

// A certificate that is past half of its life when issued is renewed each hour, with its tokens; nothing goes
// wrong.
// A2.
TEST_F(ThreeDaysTest, BackdatedCertificatesOnAHostWhoseClockIsAheadAreRenewedAtTheirLimit) {
  Fault("imds.issuecredential answer=backdated-certificate");
  Fault("entra.token answer=refresh-in");
  clock_->SetWall(hours(3));
  auto client = MakeClient(Options());
  ASSERT_TRUE(client.AcquireToken(Attested()));
  for (int minute = 0; minute < 24 * 60; ++minute) {
    Minute(client);
    ASSERT_FALSE(HasFatalFailure()) << minute;
  }
  EXPECT_GE(Rotations(), 22);
  EXPECT_LE(Rotations(), 24);
  EXPECT_EQ(Requests("imds", "/issuecredential"), 1 + Rotations());
}

}  // namespace
}  // namespace msiv2
