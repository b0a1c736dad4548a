#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/capture.h"
#include "cli/exit_codes.h"

namespace msiv2::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kCsr = {"csr",
                                       "--client-id",
                                       "0a0a0a0a-1b1b-4c2c-8d3d-4e4e4e4e4e4e",
                                       "--tenant-id",
                                       "11111111-2222-4333-8444-555555555555",
                                       "--vm-id",
                                       "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"};

std::vector<std::string> CsrWith(const std::string& flag) {
  auto args = kCsr;
  args.push_back(flag);
  return args;
}

TEST(CsrCommand, PrintsPemUnlessDerIsAskedFor) {
  for (const auto& args : {kCsr, CsrWith("--pem")}) {
    const Captured run = RunCaptured(args);
    ASSERT_EQ(run.code, kOk) << run.err;
    EXPECT_THAT(run.out, testing::StartsWith("-----BEGIN CERTIFICATE REQUEST-----\n"));
    EXPECT_THAT(run.out, testing::EndsWith("-----END CERTIFICATE REQUEST-----\n"));
  }
  const Captured der = RunCaptured(CsrWith("--der"));
  ASSERT_EQ(der.code, kOk) << der.err;
  EXPECT_EQ(der.out.substr(0, 2), "\x30\x82");
}

TEST(CsrCommand, RefusesDerOnATerminal) {
  const Captured run = RunCaptured(CsrWith("--der"), "", true);
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, HasSubstr("terminal"));
}

TEST(CsrCommand, NeedsTheIdsOfTheIdentityAndTheMachine) {
  for (const char* flag : {"--client-id", "--tenant-id", "--vm-id"}) {
    std::vector<std::string> args = {"csr"};
    for (std::size_t i = 1; i < kCsr.size(); i += 2) {
      if (kCsr[i] != flag) args.insert(args.end(), {kCsr[i], kCsr[i + 1]});
    }
    const Captured run = RunCaptured(args);
    EXPECT_EQ(run.code, kUsage);
    EXPECT_THAT(run.err, HasSubstr(std::string(flag) + " is required"));
  }
}

TEST(CsrCommand, AnIdThatIsNotAGuidIsRefused) {
  auto args = kCsr;
  args[2] = "not-a-guid";
  const Captured run = RunCaptured(args);
  EXPECT_EQ(run.code, kUsage);
  EXPECT_THAT(run.out, IsEmpty());
}

}  // namespace
}  // namespace msiv2::cli
