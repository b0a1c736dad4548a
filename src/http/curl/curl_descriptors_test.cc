// What a child process inherits from a transport.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <set>
#include <string>

#include "http/curl/curl_test_fixture.h"

namespace msiv2::curl {
namespace {

std::set<int> OpenDescriptors() {
  std::set<int> open;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    open.insert(std::stoi(entry.path().filename().string()));
  }
  // The folder itself was open too, and is now closed.
  std::erase_if(open, [](int descriptor) { return fcntl(descriptor, F_GETFD) == -1; });
  return open;
}

int FamilyOf(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return -1;
  return address.ss_family;
}

// Returns the families of the sockets opened since `before` that an exec would pass on; -1 for other files.
std::multiset<int> Inherited(const std::set<int>& before) {
  std::multiset<int> families;
  for (const int descriptor : OpenDescriptors()) {
    const bool handed_on = (fcntl(descriptor, F_GETFD) & FD_CLOEXEC) == 0;
    if (handed_on && !before.contains(descriptor)) families.insert(FamilyOf(descriptor));
  }
  return families;
}

// Returns how many sockets are open in a program that this one starts.
std::size_t SocketsOfAChild() {
  FILE* const list = popen("ls -l /proc/self/fd", "re");
  std::string text;
  std::array<char, 512> part{};
  while (fgets(part.data(), part.size(), list) != nullptr) text += part.data();
  EXPECT_EQ(pclose(list), 0);
  std::size_t count = 0;
  for (auto at = text.find("socket:"); at != std::string::npos; at = text.find("socket:", at + 1)) ++count;
  return count;
}

using CurlDescriptors = CurlCertificateTest;

// The pair by which libcurl before 8.8 wakes its multi handle is out of reach. A child may inherit that pair,
// but nothing else.
void ExpectWakeUpPairsAtMost(const std::multiset<int>& inherited, std::size_t handles) {
  EXPECT_THAT(inherited, ::testing::Each(AF_UNIX));
  EXPECT_LE(inherited.size(), 2 * handles);
}

// F9.
TEST_F(CurlDescriptors, AChildInheritsTheWakeUpPairAtMost) {
  const std::size_t sockets_before = SocketsOfAChild();
  TestServer plain([](TestServer::Connection& connection) {
    while (connection.ReadRequest()) connection.Respond("ok");
  });
  const auto before = OpenDescriptors();
  ExpectBody(Send(Get(plain.Url("http"))), "ok");
  ExpectWakeUpPairsAtMost(Inherited(before), 1);
  EXPECT_LE(SocketsOfAChild() - sockets_before, 2U);
}

// F9.
TEST_F(CurlDescriptors, NoConnectionOverTlsIsInherited) {
  TestServer server(TellName());
  const auto before = OpenDescriptors();
  ExpectBody(Send(Get(server.Url("https"))), "none");
  ExpectBody(Send(GetWithCertificate(server.Url("https"))), "none");
  ExpectWakeUpPairsAtMost(Inherited(before), 2);
}

// F9.
TEST_F(CurlDescriptors, NoConnectionByNameIsInherited) {
  TestServer server(TellName());
  const auto before = OpenDescriptors();
  ExpectBody(Send(Get("https://localhost:" + std::to_string(server.port()) + "/")), "none");
  ExpectWakeUpPairsAtMost(Inherited(before), 1);
}

}  // namespace
}  // namespace msiv2::curl
