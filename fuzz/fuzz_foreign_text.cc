// Text from other programs, and the proxy variables: one printable line, no secret in it, no crash.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/foreign_text.h"
#include "http/proxy.h"

namespace {

constexpr char kSecret[] = "Zq7xV#k9Jw2";

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckText(const std::string& input) {
  msiv2::KnownSecrets secrets;
  secrets.Add(kSecret);
  secrets.Add("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2EifQ.c2lnbmF0dXJl");
  secrets.AddWord("alice");
  msiv2::HiddenMarks hidden(input.size());
  secrets.MarkIn({msiv2::MapWhole(input)}, hidden);
  Require(secrets.AreIn(input) == (std::find(hidden.begin(), hidden.end(), true) != hidden.end()));
  const std::string shown = msiv2::ForeignText(input, secrets);
  Require(shown.size() <= msiv2::kLongestForeignText);
  Require(std::all_of(shown.begin(), shown.end(), [](char c) { return c >= ' ' && c <= '~'; }));
  Require(shown.find(kSecret) == std::string::npos);
}

void CheckProxy(const std::string& value) {
  const auto environment = [&](const char*) -> std::optional<std::string> { return value; };
  msiv2::KnownSecrets secrets;
  msiv2::AddProxySecrets(environment, secrets);
  const msiv2::Proxy proxy = msiv2::ReadProxy("HTTPS_PROXY", value);
  Require(proxy.problem.empty() != proxy.origin.empty());
  Require(proxy.origin.find('@') == std::string::npos);
  for (const char* host : {"10.0.0.1", "fe80::1", "a.example"}) msiv2::IsExcepted(host, value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  CheckText(input);
  CheckProxy(input);
  return 0;
}
