// A certificate authority, a client with a certificate from it, and a server, for tests.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "emulator/certificate_authority.h"
#include "emulator/http_server.h"
#include "emulator/jwt_signer.h"
#include "emulator/request_log.h"
#include "emulator/testing/wire_client.h"

namespace msiv2::emulator::testing {

inline constexpr const char* kTenant = "11111111-2222-4333-8444-555555555555";
inline constexpr const char* kClient = "99999999-8888-4777-8666-555555555555";

/// TestClient is a client key with its certificate.
struct TestClient {
  KeyHandle key;
  CertificateHandle certificate;
};

/// TestWorld holds what servers under test need. All clients share one key: creating a key is slow.
class TestWorld {
 public:
  TestClient NewClient(const std::string& client_id = kClient, std::chrono::seconds age = {},
                       std::chrono::seconds life = std::chrono::hours(24 * 7)) {
    TestClient client;
    client.key.reset(SharedKey());
    EVP_PKEY_up_ref(client.key.get());
    const auto from = std::chrono::system_clock::now() - age;
    ClientCertificateSpec spec;
    spec.public_key = client.key.get();
    spec.client_id = client_id;
    spec.tenant_id = kTenant;
    spec.not_before = from;
    spec.not_after = from + life;
    client.certificate = authority.IssueClientCertificate(spec);
    return client;
  }

  HttpServerOptions Http(const std::string& name) {
    HttpServerOptions options;
    options.name = name;
    options.faults = &faults;
    options.record = [this](RequestLogEntry entry) { log.Add(std::move(entry)); };
    return options;
  }

  HttpServerOptions Https(const std::string& name, std::optional<AskForCertificate> ask) {
    auto options = Http(name);
    auto issued = authority.IssueServerCertificate();
    options.tls = TlsOptions{std::move(issued.key), std::move(issued.certificate), ask};
    return options;
  }

  /// Signer returns a signer that all tests share.
  static const JwtSigner& Signer() {
    static const JwtSigner signer;
    return signer;
  }

  CertificateAuthority authority;
  FaultScript faults;
  RequestLog log;

 private:
  static EVP_PKEY* SharedKey() {
    static const KeyHandle key = NewRsaKey();
    return key.get();
  }
};

/// Connect returns the options of a TLS client; `client` may be null.
inline WireClientOptions Connect(const HttpServer& server, const TestClient* client,
                                 int max_version = TLS1_3_VERSION) {
  WireClientOptions options;
  options.port = server.port();
  options.tls = true;
  options.max_version = max_version;
  if (client != nullptr) {
    options.certificate = client->certificate.get();
    options.key = client->key.get();
  }
  return options;
}

}  // namespace msiv2::emulator::testing
