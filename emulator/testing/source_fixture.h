// One emulator that plays every source, and a plain HTTP client for it, for the tests of the sources.
#pragma once

#include <gtest/gtest.h>
#include <httplib.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "emulator/base64.h"
#include "emulator/emulator.h"
#include "emulator/identities.h"

namespace msiv2::emulator::testing {

/// SourceAnswer is the answer of a source.
struct SourceAnswer {
  int status = 0;
  httplib::Headers headers;
  std::string body;

  /// Json returns the body; a discarded value if it is not JSON.
  nlohmann::json Json() const { return nlohmann::json::parse(body, nullptr, false); }
  std::string Header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

/// SourceAsk is one request.
struct SourceAsk {
  std::string method = "GET";
  std::string path;  ///< with the query
  httplib::Headers headers;
  std::string form{};  ///< body of a POST
  std::string content_type = "application/x-www-form-urlencoded";
};

/// ClaimsOf returns the claims of a JWT, unverified.
inline nlohmann::json ClaimsOf(const std::string& token) {
  const auto dot = token.find('.');
  return nlohmann::json::parse(*DecodeBase64Url(token.substr(dot + 1, token.rfind('.') - dot - 1)));
}

/// SourceTest shares one emulator among all tests of a program: creating its keys is slow.
class SourceTest : public ::testing::Test {
 protected:
  static constexpr char kResource[] = "https://vault.azure.net";

  static Emulator& Running() {
    static const std::unique_ptr<Emulator> emulator = [] {
      EmulatorOptions options;
      options.sources = SourceNames();
      return Emulator::Start(std::move(options)).value();
    }();
    return *emulator;
  }

  void SetUp() override {
    Running().ClearFaults();
    Running().ClearLog();
  }

  /// Variable returns an environment variable of a source.
  static std::string Variable(const std::string& source, const std::string& name) {
    return Running().endpoints().environment.at(source).at(name);
  }
  /// Base returns scheme, host and port of a URL.
  static std::string Base(const std::string& url) { return url.substr(0, url.find('/', 8)); }
  static std::string Path(const std::string& url) { return url.substr(Base(url).size()); }

  /// Ask sends a request; it does not verify certificates.
  static SourceAnswer Ask(const std::string& url, const SourceAsk& ask) {
    httplib::Client client(Base(url));
    client.enable_server_certificate_verification(false);
    httplib::Request request;
    request.method = ask.method;
    request.path = ask.path;
    request.headers = ask.headers;
    request.body = ask.form;
    if (!ask.form.empty()) request.headers.emplace("Content-Type", ask.content_type);
    const auto result = client.send(request);
    if (!result) return {};
    return {result->status, result->headers, result->body};
  }

  static std::vector<EmulatedIdentity> Identities() { return DefaultIdentities(); }
};

}  // namespace msiv2::emulator::testing
