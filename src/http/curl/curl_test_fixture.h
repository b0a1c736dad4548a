// The shared fixtures of the transport tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "http/curl/curl_transport.h"
#include "msiv2/clock.h"
#include "tests/support/tls_test_server.h"

namespace msiv2::curl {

using Kind = HttpFailure::Kind;
using testing::EvpSigningKey;
using testing::ServerTls;
using testing::TestCa;
using testing::TestServer;
using Sent = Result<HttpResponse, HttpFailure>;

/// CurlTest has a certificate authority and a transport that trusts it.
class CurlTest : public ::testing::Test {
 protected:
  CurlTest() {
    tls_.identity = ca_.IssueServer();
    tls_.client_root = ca_.root();
    context_.clock = clock_.get();
  }

  void SetUp() override {
    auto transport = MakeCurlTransport({ca_.root_pem(), "", false});
    ASSERT_TRUE(transport) << transport.error().message;
    transport_ = *std::move(transport);
  }

  static HttpRequest Get(const std::string& url) {
    HttpRequest request;
    request.url = url;
    return request;
  }

  Sent Send(const HttpRequest& request) { return transport_->Send(request, context_); }

  static void ExpectBody(const Sent& sent, const std::string& body) {
    ASSERT_TRUE(sent) << sent.error().message << " " << sent.error().native_code;
    EXPECT_EQ(sent->status, 200);
    EXPECT_EQ(sent->body, body);
  }

  static void ExpectFailure(const Sent& sent, Kind kind) {
    ASSERT_FALSE(sent) << "answered " << sent->status;
    EXPECT_EQ(static_cast<int>(sent.error().kind), static_cast<int>(kind))
        << sent.error().message << ", code " << sent.error().native_code;
  }

  // A TLS server that answers every request with the name of the client certificate it saw.
  TestServer::Script TellName() {
    return [tls = tls_](TestServer::Connection& connection) {
      // After a failed handshake, a close with unread bytes would be a reset that may overtake the alert.
      if (!connection.StartTls(tls)) return connection.FinishWriting();
      while (connection.ReadRequest()) connection.Respond(connection.PeerName());
    };
  }

  TestCa ca_;
  ServerTls tls_;
  std::shared_ptr<Clock> clock_ = SystemClock();
  CallContext context_;
  std::shared_ptr<HttpTransport> transport_;
};

/// CurlCertificateTest has a client certificate as well, whose key takes a moment to generate.
class CurlCertificateTest : public CurlTest {
 protected:
  HttpRequest GetWithCertificate(const std::string& url) const {
    HttpRequest request = Get(url);
    request.client_certificate = certificate_;
    return request;
  }

  std::shared_ptr<EvpSigningKey> key_ = EvpSigningKey::Make();
  std::shared_ptr<const BindingCertificate> certificate_ = ca_.IssueClient("client", key_);
};

}  // namespace msiv2::curl
