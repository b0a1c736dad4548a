// The descriptors of a transport: what a child process inherits, and what happens when there are none left.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

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

// Returns how many sockets of connections were opened since `before`.
std::ptrdiff_t Connections(const std::set<int>& before) {
  const auto open = OpenDescriptors();
  return std::count_if(open.begin(), open.end(), [&](int descriptor) {
    return !before.contains(descriptor) && FamilyOf(descriptor) == AF_INET;
  });
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
  EXPECT_GE(Connections(before), 2) << "both ends of the connection are still open";
  ExpectWakeUpPairsAtMost(Inherited(before), 1);
  EXPECT_LE(SocketsOfAChild() - sockets_before, 2U);
}

// F9.
TEST_F(CurlDescriptors, NoConnectionOverTlsIsInherited) {
  TestServer server(TellName());
  const auto before = OpenDescriptors();
  ExpectBody(Send(Get(server.Url("https"))), "none");
  ExpectBody(Send(GetWithCertificate(server.Url("https"))), "none");
  EXPECT_GE(Connections(before), 4);
  ExpectWakeUpPairsAtMost(Inherited(before), 2);
}

// F9.
TEST_F(CurlDescriptors, NoConnectionByNameIsInherited) {
  TestServer server(TellName());
  const auto before = OpenDescriptors();
  ExpectBody(Send(Get("https://localhost:" + std::to_string(server.port()) + "/")), "none");
  EXPECT_GE(Connections(before), 2);
  ExpectWakeUpPairsAtMost(Inherited(before), 1);
}

// While it lives, the process has no descriptor left.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = static_cast<rlim_t>(*OpenDescriptors().rbegin()) + 8;
    setrlimit(RLIMIT_NOFILE, &few);
    for (int next = 0; (next = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) taken_.push_back(next);
  }
  ~NoDescriptors() {
    for (const int descriptor : taken_) close(descriptor);
    setrlimit(RLIMIT_NOFILE, &before_);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

  bool took_some() const { return !taken_.empty(); }

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

// F3.
TEST_F(CurlDescriptors, WithoutAnyAFailureIsLocalAndTheNextRequestSucceeds) {
  TestServer server([](TestServer::Connection& connection) {
    while (connection.ReadRequest()) connection.Respond("ok");
  });
  // All live to the end: the server would close its end of a connection later, and so free a descriptor.
  std::vector<std::shared_ptr<HttpTransport>> living;
  const auto make = [&] {
    return living.emplace_back(MakeCurlTransport({ca_.root_pem(), "", false}).value());
  };
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    const HttpRequest request = Get("http://" + host + ":" + std::to_string(server.port()) + "/");
    // UndefinedBehaviorSanitizer needs a descriptor to check a type that it has not met. It meets them here.
    ExpectBody(make()->Send(request, context_), "ok");

    const auto transport = make();
    std::optional<Sent> without;
    {
      const NoDescriptors none;
      EXPECT_TRUE(none.took_some());
      without = transport->Send(request, context_);
    }
    ExpectFailure(*without, Kind::kLocal);
    ExpectBody(transport->Send(request, context_), "ok");
  }
}

}  // namespace
}  // namespace msiv2::curl
