// Parent and child send requests at the same time, a hundred times: neither gets an answer meant for the
// other. The emulator is a separate process, so that only the requesting threads of this process run when it
// forks.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/jwt.h"
#include "emulator/emulator.h"
#include "msiv2/client.h"
#include "tests/support/in_child.h"

namespace msiv2 {
namespace {

using testing::Unless;
using testing::WrongInChild;

// Runs an emulator in a child and knows the address of its IMDS.
class EmulatorInAChild {
 public:
  EmulatorInAChild() {
    std::array<int, 2> address{};
    if (pipe(address.data()) != 0 || pipe(life_.data()) != 0) return;
    child_ = fork();
    if (child_ == 0) Serve(address[1]);
    close(address[1]);
    close(life_[0]);
    for (char letter = 0; read(address[0], &letter, 1) == 1;) imds_ += letter;
    close(address[0]);
  }
  EmulatorInAChild(const EmulatorInAChild&) = delete;
  EmulatorInAChild& operator=(const EmulatorInAChild&) = delete;
  ~EmulatorInAChild() {
    close(life_[1]);
    waitpid(child_, nullptr, 0);
  }
  const std::string& imds() const { return imds_; }

 private:
  [[noreturn]] void Serve(int address) {
    close(life_[1]);
    const auto started = emulator::Emulator::Start();
    if (!started) _exit(1);
    const std::string& imds = (*started)->endpoints().imds;
    if (write(address, imds.data(), imds.size()) != static_cast<ssize_t>(imds.size())) _exit(1);
    close(address);
    char none = 0;
    while (read(life_[0], &none, 1) > 0) {
    }
    _exit(0);
  }

  std::array<int, 2> life_{};  // its write end is open while the parent lives
  pid_t child_ = -1;
  std::string imds_;
};

ClientOptions OptionsFor(const std::string& imds) {
  ClientOptions options;
  options.imds_base_url = imds;
  options.cache_scope = CacheScope::Private();
  options.environment = [](const char*) { return std::optional<std::string>(); };
  return options;
}

// The token's own content says for whom it is; what the client adds from the request proves nothing.
std::string WrongAnswer(ManagedIdentityClient& client, const std::string& resource) {
  TokenRequest request{.resource = resource};
  request.force_refresh = true;
  const auto token = client.AcquireToken(request);
  if (!token) return resource + ": " + token.error().ToString() + "\n";
  const auto claims = JwtClaims((*token)->secret.Reveal());
  const auto audience = claims ? claims->String("aud") : std::nullopt;
  return Unless(audience == resource,
                resource + ": the token is for " + std::string(audience.value_or("none")));
}

// F6.
TEST(ForkRoundsTest, ParentAndChildAskAtOnceAndNeverMixTheirAnswers) {
  const EmulatorInAChild emulator;
  ASSERT_FALSE(emulator.imds().empty());
  auto made = ManagedIdentityClient::Create(OptionsFor(emulator.imds()));
  ASSERT_TRUE(made) << made.error().ToString();
  ManagedIdentityClient& client = *made;
  const std::string cached = "https://cached.example";
  ASSERT_TRUE(client.AcquireToken({.resource = cached}));

  std::atomic<bool> ends{false};
  std::vector<std::string> wrong_in_parent(3);
  std::atomic<int> asked{0};
  std::vector<std::thread> askers;
  for (std::size_t number = 0; number < wrong_in_parent.size(); ++number) {
    askers.emplace_back([&, number] {
      const std::string resource = "https://parent-" + std::to_string(number) + ".example";
      for (; !ends; ++asked) wrong_in_parent[number] += WrongAnswer(client, resource);
    });
  }
  for (int round = 0; round < 100; ++round) {
    const int before = asked;
    const auto wrong = WrongInChild([&] {
      std::string found;
      for (const auto& resource : {cached, std::string("https://parent-0.example")}) {
        const auto answer = client.AcquireToken({.resource = resource});
        found += Unless(!answer && answer.error().code == ErrorCode::kUsedAfterFork,
                        "the parent's client answers");
      }
      auto own = ManagedIdentityClient::Create(OptionsFor(emulator.imds()));
      if (!own) return found + own.error().ToString();
      for (int call = 0; call < 2; ++call) {
        found += WrongAnswer(*own, "https://child-" + std::to_string(round) + ".example");
      }
      return found;
    });
    EXPECT_EQ(wrong, "") << "round " << round;
    while (asked == before) std::this_thread::yield();  // the parent continues
  }
  ends = true;
  for (auto& asker : askers) asker.join();
  for (const auto& wrong : wrong_in_parent) EXPECT_EQ(wrong, "");
}

}  // namespace
}  // namespace msiv2
