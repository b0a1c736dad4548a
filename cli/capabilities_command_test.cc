// msiv2 capabilities against the emulator, against a dead port, and with calls that fail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string_view>

#include "cli/capture.h"
#include "cli/exit_codes.h"
#include "msiv2/tools/diagnostics.h"

namespace msiv2::cli {
namespace {

using testing::HasSubstr;

TEST(CapabilitiesCommand, TheEmulatorOffersAnEmulatedKeyGuard) {
  const Captured run = RunCaptured({"--emulator", "capabilities", "--output", "json"});
  ASSERT_EQ(run.code, kOk) << run.err;
  const nlohmann::json expected = {{"source", "imds_v2"},
                                   {"host_security", "trusted_launch"},
                                   {"pop_available", true},
                                   {"strength", "keyguard (emulated)"},
                                   {"could_bind", "keyguard (emulated)"},
                                   {"origin", "emulated"},
                                   {"bearer_source", "Imds"},
                                   {"identity_here", "found"},
                                   {"reasons", nlohmann::json::array()}};
  EXPECT_EQ(nlohmann::json::parse(run.out), expected);
}

TEST(CapabilitiesCommand, ADeadPortIsAnAnswerWithItsReasons) {
  const Captured run = RunCaptured({"capabilities", "--imds-base", "http://127.0.0.1:1", "--output", "json"});
  ASSERT_EQ(run.code, kOk) << run.err;
  const auto host = nlohmann::json::parse(run.out);
  EXPECT_EQ(host.at("source"), "unknown");
  EXPECT_EQ(host.at("pop_available"), false);
  EXPECT_EQ(host.at("strength"), "none");
  EXPECT_EQ(host.at("bearer_source"), "Imds") << "its address was named";
  EXPECT_EQ(host.at("identity_here"), "possible");
  // Determined by the key providers of this system alone, since the host could not be asked.
  const KeyStrength best = BuiltInKeyProviders().front()->BestStrength();
  EXPECT_EQ(host.at("could_bind"), Name(best));
  ASSERT_EQ(host.at("reasons").size(), 2u);
  EXPECT_EQ(host.at("reasons")[0].at("code"), "imds_unreachable");
  EXPECT_EQ(host.at("reasons")[1].at("code"),
            best == KeyStrength::kKeyGuard ? "attestation_failed" : "msi_v2_keyguard_unavailable");
  for (const auto& reason : host.at("reasons")) {
    EXPECT_FALSE(reason.at("text").get<std::string>().empty());
    EXPECT_FALSE(reason.at("cure").get<std::string>().empty());
  }
}

// A13.
TEST(CapabilitiesCommand, AnUnknownSwitchIsANoticeOnStderr) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const auto environment = [](const char* name) -> std::optional<std::string> {
    if (std::string_view(name) == "MSAL_MI_DISABLE_IMDS_V2") return "hunter2";
    return std::nullopt;
  };
  const Console console{in, out, err, false, environment, {}};
  EXPECT_EQ(cli::Run({"capabilities", "--imds-base", "http://127.0.0.1:1", "--output", "json"}, console),
            kOk);
  EXPECT_EQ(
      err.str(),
      "msiv2: notice: MSAL_MI_DISABLE_IMDS_V2 is neither 1 nor true nor 0 nor false, so MSI v2 stays on. "
      "Set it to 1 or 0, or unset it.\n");
  EXPECT_TRUE(nlohmann::json::accept(out.str()));
}

TEST(CapabilitiesCommand, TextSaysWhetherWhyAndWhatToDo) {
  const Captured run = RunCaptured({"capabilities", "--imds-base", "http://127.0.0.1:1"});
  EXPECT_EQ(run.code, kOk) << run.err;
  EXPECT_THAT(run.out, HasSubstr("Proof of possession is not available on this host\n"));
  EXPECT_THAT(run.out, HasSubstr("imds_unreachable\n  cause  "));
  EXPECT_THAT(run.out, HasSubstr("\n  cure   "));
}

TEST(CapabilitiesCommand, WhatCannotBeAskedIsAnError) {
  const Captured text = RunCaptured({"capabilities", "--imds-base", "no url"});
  EXPECT_EQ(text.code, kUsage);
  EXPECT_THAT(text.err, HasSubstr("invalid_request"));
  const CancellationSource source;
  source.Cancel();
  const Captured json = RunCaptured({"capabilities", "--imds-base", "http://127.0.0.1:1", "--output", "json"},
                                    "", false, source.token());
  EXPECT_EQ(json.code, kCanceled);
  EXPECT_EQ(nlohmann::json::parse(json.out).at("error").at("code"), "canceled");
}

}  // namespace
}  // namespace msiv2::cli
