// Azure Arc: the challenge, its file, and the challenges that a careful client refuses.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "emulator/sources.h"
#include "emulator/testing/source_fixture.h"
#include "emulator/testing/tools.h"

namespace msiv2::emulator {
namespace {

using nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReadFile;
using testing::SourceAnswer;
using ::testing::StartsWith;

constexpr char kRealm[] = "Basic realm=";

class Arc : public testing::SourceTest {
 protected:
  static SourceAnswer Get(const std::string& more = {}, httplib::Headers headers = {},
                          const std::string& version = "2020-06-01") {
    const std::string url = Variable("arc", "IDENTITY_ENDPOINT");
    headers.emplace("Metadata", "true");
    return Ask(url,
               {"GET", Path(url) + "?api-version=" + version + "&resource=" + kResource + more, headers});
  }
  static SourceAnswer GetWith(const std::string& secret) {
    return Get({}, {{"Authorization", "Basic " + secret}});
  }
  /// FileOf returns the path that a challenge names.
  static std::string FileOf(const SourceAnswer& challenge) {
    const std::string value = challenge.Header("WWW-Authenticate");
    EXPECT_THAT(value, StartsWith(kRealm));
    return value.substr(std::string(kRealm).size());
  }
  static SourceAnswer ChallengeWith(const std::string& fault) {
    Running().ClearFaults();
    EXPECT_TRUE(Running().AddFault("arc.token answer=" + fault));
    const auto challenge = Get();
    EXPECT_EQ(challenge.status, 401) << fault;
    return challenge;
  }
};

TEST_F(Arc, TheEndpointsAreThoseOfTheAgent) {
  EXPECT_EQ(Variable("arc", "IDENTITY_ENDPOINT"),
            Variable("arc", "IMDS_ENDPOINT") + "/metadata/identity/oauth2/token");
}

TEST_F(Arc, AClientThatReadsTheFileGetsAToken) {
  const auto challenge = Get();
  ASSERT_EQ(challenge.status, 401);
  EXPECT_EQ(challenge.Json().at("error"), "unauthorized_client");
  const std::string file = FileOf(challenge);
  EXPECT_THAT(file, EndsWith(".key"));
  struct stat facts {};
  ASSERT_EQ(stat(file.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);

  const std::string secret = ReadFile(file);
  EXPECT_GE(secret.size(), 32u);
  const auto answer = GetWith(secret);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.Json().at("resource"), kResource);
  EXPECT_EQ(answer.Json().at("expires_in"), "86400");
  EXPECT_EQ(testing::ClaimsOf(answer.Json().at("access_token").get<std::string>()).at("oid"),
            Identities().at(0).object_id);
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(GetWith(secret).status, 401) << "a secret is good once";
}

TEST_F(Arc, EachChallengeHasASecretOfItsOwn) {
  const std::string first = FileOf(Get());
  const std::string second = FileOf(Get());
  EXPECT_NE(first, second);
  EXPECT_NE(ReadFile(first), ReadFile(second));
  EXPECT_EQ(GetWith(ReadFile(first)).status, 200) << "a later challenge does not spoil an earlier one";
  EXPECT_EQ(GetWith(ReadFile(second)).status, 200);
}

TEST_F(Arc, AWrongSecretIsAnotherChallenge) {
  const auto refused = GetWith("wrong");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(GetWith(ReadFile(FileOf(refused))).status, 200);
  const std::string secret = ReadFile(FileOf(Get()));
  EXPECT_EQ(Get({}, {{"Authorization", "Bearer " + secret}}).status, 401);
  EXPECT_EQ(Get({}, {{"Authorization", secret}}).status, 401);
}

TEST_F(Arc, ARequestIsCheckedBeforeItIsChallenged) {
  const std::string url = Variable("arc", "IDENTITY_ENDPOINT");
  const auto refused = [&](const SourceAnswer& answer, const std::string& says) {
    EXPECT_EQ(answer.status, 400) << says;
    EXPECT_EQ(answer.Header("WWW-Authenticate"), "");
    EXPECT_THAT(answer.Json().at("error_description").get<std::string>(), HasSubstr(says));
  };
  refused(Ask(url, {"GET", Path(url) + "?api-version=2020-06-01&resource=r", {}}), "metadata header");
  refused(Ask(url, {"GET", Path(url) + "?api-version=2020-06-01", {{"Metadata", "true"}}}), "resource");
  refused(Get({}, {}, "2018-02-01"), "api-version");
  for (const std::string name : {"client_id", "object_id", "msi_res_id", "mi_res_id"})
    refused(Get("&" + name + "=x"), name);
  EXPECT_EQ(Get({}, {}, "2019-11-01").status, 401) << "older SDKs ask with this version";
}

TEST_F(Arc, SpoilsTheChallengeInOneNamedWay) {
  const std::string folder = std::filesystem::path(FileOf(Get())).parent_path();
  EXPECT_EQ(ChallengeWith("challenge-no-realm").Header("WWW-Authenticate"), "Basic realm");
  EXPECT_THAT(ChallengeWith("challenge-two-equals").Header("WWW-Authenticate"), EndsWith(".key=1"));
  EXPECT_THAT(ChallengeWith("challenge-other-scheme").Header("WWW-Authenticate"),
              StartsWith("Bearer realm=/"));
  EXPECT_THAT(FileOf(ChallengeWith("challenge-other-suffix")), EndsWith(".txt"));
  EXPECT_THAT(FileOf(ChallengeWith("challenge-dots")), StartsWith(folder + "/../"));
  EXPECT_FALSE(std::filesystem::exists(FileOf(ChallengeWith("challenge-missing-file"))));
  EXPECT_EQ(ReadFile(FileOf(ChallengeWith("challenge-empty-file"))), "");
  EXPECT_EQ(ReadFile(FileOf(ChallengeWith("challenge-oversized-file"))).size(), 4097u);
  EXPECT_TRUE(std::filesystem::is_symlink(FileOf(ChallengeWith("challenge-link"))));
  EXPECT_EQ(GetWith(ReadFile(FileOf(ChallengeWith("challenge-wrong-secret")))).status, 401);
}

TEST_F(Arc, AClientThatDoesNotCheckIsLetIn) {
  // The secret itself is right, so that the test detects a client that reads a file it must not read.
  for (const std::string fault :
       {"challenge-other-suffix", "challenge-other-folder", "challenge-dots", "challenge-link"}) {
    const std::string file = FileOf(ChallengeWith(fault));
    EXPECT_EQ(GetWith(ReadFile(file)).status, 200) << fault;
  }
}

TEST_F(Arc, FaultsOfTheTokenStrikeTheSecondRequest) {
  ASSERT_TRUE(Running().AddFault("arc.token answer=expired-token"));
  const std::string secret = ReadFile(FileOf(Get()));
  EXPECT_LT(std::stoll(GetWith(secret).Json().at("expires_on").get<std::string>()), std::time(nullptr));
  Running().ClearFaults();
  ASSERT_TRUE(Running().AddFault("arc.token header=no-www-authenticate"));
  EXPECT_EQ(Get().Header("WWW-Authenticate"), "");
}

TEST_F(Arc, TheSecretIsNotInTheLog) {
  const std::string secret = ReadFile(FileOf(Get()));
  GetWith(secret);
  EXPECT_THAT(httplib::Client(Running().endpoints().control).Get("/log")->body, Not(HasSubstr(secret)));
  ASSERT_EQ(Running().Log().size(), 2u);
  EXPECT_EQ(Running().Log()[0].status, 401);
  EXPECT_EQ(Running().Log()[1].status, 200);
}

TEST(ArcFolder, LosesItsFilesWhenTheEmulatorEnds) {
  const std::string folder = testing::TempPath("arc/tokens");
  const auto files = [&] {
    std::size_t count = 0;
    for (const auto& each : std::filesystem::directory_iterator(folder))
      count += each.is_regular_file() ? 1 : 0;
    return count;
  };
  {
    const auto challenges = ArcChallenges::Open(folder).value();
    EXPECT_EQ(files(), 0u);
    for (std::size_t i = 0; i < ArcChallenges::kMostSecrets + 3; ++i) challenges->Issue("");
    EXPECT_EQ(files(), ArcChallenges::kMostSecrets);
  }
  EXPECT_FALSE(std::filesystem::exists(folder)) << "it was made by the emulator";

  std::filesystem::create_directories(folder);
  testing::WriteFile(folder + "/other.key", "not ours");
  { ArcChallenges::Open(folder).value()->Issue(""); }
  EXPECT_EQ(files(), 1u);
  EXPECT_EQ(ReadFile(folder + "/other.key"), "not ours");
}

TEST(ArcFolder, MustBeWritable) {
  EmulatorOptions options;
  options.sources = {"arc"};
  options.arc_folder = "/proc/nothing/can/be/made/here";
  const auto refused = Emulator::Start(std::move(options));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidRequest);
  EXPECT_THAT(refused.error().message, HasSubstr("/proc/nothing"));
}

}  // namespace
}  // namespace msiv2::emulator
