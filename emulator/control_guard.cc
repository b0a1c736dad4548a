#include "emulator/control_guard.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace msiv2::emulator {
namespace {

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

bool NamesThisServer(const std::string& host, int port) {
  constexpr std::array<std::string_view, 3> kNames = {"127.0.0.1", "localhost", "[::1]"};
  constexpr int kDefaultPort = 80;  // clients leave it out
  const std::string given = Lower(host);
  const std::string suffix = ":" + std::to_string(port);
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view name) {
    return given == std::string(name) + suffix || (port == kDefaultPort && given == name);
  });
}

}  // namespace

std::string WhyForeign(const httplib::Request& request) {
  const bool one_host = request.get_header_value_count("Host") == 1;
  if (!one_host || !NamesThisServer(request.get_header_value("Host"), request.local_port)) {
    return "the Host header must be 127.0.0.1, localhost or [::1] with the port of this server";
  }
  if (request.has_header("Origin")) return "it has an Origin header, so a web page sent it";
  const auto [first, last] = request.headers.equal_range("Sec-Fetch-Site");
  const bool other_site =
      std::any_of(first, last, [](const auto& header) { return header.second != "same-origin"; });
  return other_site ? "its Sec-Fetch-Site header is not same-origin, so a web page sent it" : std::string();
}

}  // namespace msiv2::emulator
