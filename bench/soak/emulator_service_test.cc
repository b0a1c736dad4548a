#include "bench/soak/emulator_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace msiv2::soak {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const std::string kStart =
    R"({"start":{"identities":2,"certificate_lifetime":7200,"certificate_age":300,"token_lifetime":3600}})";

TEST(EmulatorService, StartsAnEmulatorAndDoesWhatItIsAskedFor) {
  EmulatorService service;
  const json started = json::parse(service.Answer(kStart));
  const auto endpoints = emulator::Attach(started.at("control").get<std::string>());
  ASSERT_TRUE(endpoints) << endpoints.error().ToString();
  EXPECT_EQ(endpoints->client_id, "00000000-5041-4000-8000-00000000c11e") << "an identity of the soak";
  for (const char* request : {R"({"add-fault":"imds.* status=503 count=2"})", R"({"clear-faults":null})",
                              R"({"revoke":null})", R"({"clock-offset":-90})"}) {
    EXPECT_EQ(service.Answer(request), "{}") << request;
  }
  EXPECT_EQ(service.Answer(R"({"take-log":null})"), R"({"log":[]})");
}

TEST(EmulatorService, SaysWhyItCannot) {
  EmulatorService service;
  EXPECT_THAT(service.Answer(R"({"revoke":null})"), HasSubstr("there is no emulator yet"));
  EXPECT_THAT(service.Answer(R"({"start":{"identities":2}})"), HasSubstr("certificate_lifetime"));
  ASSERT_THAT(service.Answer(kStart), HasSubstr("control"));
  EXPECT_THAT(service.Answer(R"({"add-fault":"imds.* nonsense=1"})"), HasSubstr("nonsense"));
  EXPECT_THAT(service.Answer(R"({"clock-offset":"soon"})"), HasSubstr("error"));
  EXPECT_THAT(service.Answer(R"({"dance":null})"), HasSubstr("there is no request 'dance'"));
  for (const char* line : {"", "[]", "{}", "nonsense", R"({"revoke":null,"take-log":null})"})
    EXPECT_THAT(service.Answer(line), HasSubstr("error")) << line;
}

TEST(EmulatorService, AnswersEachLineUntilTheInputEnds) {
  std::istringstream in("one\ntwo\n");
  std::ostringstream out;
  ServeEmulator(in, out);
  const std::string answers = out.str();
  EXPECT_EQ(std::count(answers.begin(), answers.end(), '\n'), 2);
}

}  // namespace
}  // namespace msiv2::soak
