// What a child inherits from a process that runs an emulator.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <iterator>
#include <set>
#include <string>

#include "emulator/emulator.h"
#include "emulator/sockets.h"
#include "emulator/testing/wire_client.h"

namespace msiv2::emulator {
namespace {

using testing::GetRequest;
using testing::StatusOf;
using testing::WireClient;

// Returns the descriptors that exec leaves open.
std::set<int> Inherited() {
  std::set<int> open;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int number = std::stoi(entry.path().filename().string());
    const int flags = ::fcntl(number, F_GETFD);
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0) open.insert(number);
  }
  return open;
}

std::uint16_t PortOf(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

// F9.
TEST(Descriptors, NoneOfARunningEmulatorIsInherited) {
  const std::set<int> before = Inherited();
  EmulatorOptions options;
  options.sources = {"workload"};
  const auto emulator = Emulator::Start(options).value();
  const Endpoints& endpoints = emulator->endpoints();
  testing::WireClientOptions plain;
  plain.port = PortOf(endpoints.control);
  WireClient client(plain);
  const std::string request =
      "GET /health HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(plain.port) + "\r\n\r\n";
  ASSERT_EQ(StatusOf(client.Exchange(request)), 200) << "the connection stays open on both sides";
  testing::WireClientOptions over_tls;
  over_tls.port = PortOf(endpoints.resource);
  over_tls.tls = true;
  WireClient tls_client(over_tls);
  ASSERT_NE(StatusOf(tls_client.Exchange(GetRequest("/hello"))), 0);
  EXPECT_EQ(Inherited(), before);
}

// F9.
TEST(Descriptors, NoneIsLeftWhenAnEmulatorEnds) {
  const std::set<int> before = Inherited();
  const auto count = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                         std::filesystem::directory_iterator());
  };
  const auto open_before = count();
  {
    EmulatorOptions options;
    options.sources = {"workload", "arc"};
    const auto emulator = Emulator::Start(options).value();
    EXPECT_GT(count(), open_before);
  }
  EXPECT_EQ(count(), open_before);
  EXPECT_EQ(Inherited(), before);
}

}  // namespace
}  // namespace msiv2::emulator
