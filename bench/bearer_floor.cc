// msiv2_bearer_floor ENDPOINT FIGURE...: the floor of msiv2_bearer. A hit copies a shared_ptr out of a hash
// map under a mutex; any other token comes over a bare socket.
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "bench/figures.h"
#include "bench/socket_floor.h"

namespace {

class Floor {
 public:
  explicit Floor(const std::string& endpoint) : port_(msiv2::bench::PortOf(endpoint)) {}

  void NewClient() {
    socket_.emplace(port_);
    tokens_.clear();
    has_token_ = false;
  }
  [[gnu::always_inline]] std::size_t Token() {
    if (!has_token_) return Fetch();
    std::shared_ptr<const std::string> token;
    {
      const std::lock_guard lock(mutex_);
      token = tokens_.find(resource_)->second;
    }
    return token->size();
  }
  std::size_t NetworkToken() { return socket_->Fetch().size(); }

 private:
  std::size_t Fetch() {
    const auto token = std::make_shared<const std::string>(socket_->Fetch());
    tokens_[resource_] = token;
    has_token_ = true;
    return token->size();
  }

  const std::uint16_t port_;
  const std::string resource_ = "https://management.azure.com";
  std::optional<msiv2::bench::SocketFloor> socket_;
  bool has_token_ = false;  // changes before the first thread of a measurement starts
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const std::string>> tokens_;  // guarded by mutex_
};

}  // namespace

int main(int argc, char** argv) {
  const auto started = msiv2::bench::Clock::now();
  if (argc < 3) {
    std::fputs("Usage: msiv2_bearer_floor ENDPOINT FIGURE...\n", stderr);
    return 2;
  }
  Floor floor(argv[1]);
  return msiv2::bench::PrintFigures(floor, started, argc - 2, argv + 2);
}
