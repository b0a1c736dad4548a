// A handshake that waits for trust anchors.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <new>

#include "http/curl/curl_handle.h"
#include "http/curl/curl_test_fixture.h"

namespace msiv2::curl {
namespace {

// A server whose authority is found in the system's bundle alone, which is parsed until Release.
class CurlTrust : public CurlTest {
 protected:
  ~CurlTrust() override { Release(); }

  Sent Perform(const CallContext& context, std::chrono::milliseconds attempt = std::chrono::seconds(30)) {
    HttpRequest request = Get(server_.Url("https"));
    request.attempt_timeout = attempt;
    return CurlHandle::Make(anchors_)->Perform(request, nullptr, context);
  }
  void Release() {
    if (!is_released_) release_.set_value();
    is_released_ = true;
  }
  CallContext Within(std::chrono::milliseconds time) const {
    return {.clock = clock_.get(), .deadline = clock_->MonotonicNow() + time};
  }

  bool is_released_ = false;
  std::promise<void> release_;
  const std::shared_future<void> released_ = release_.get_future().share();
  std::promise<void> started_;
  const std::shared_ptr<tls::SystemBundle> bundle_ =
      std::make_shared<tls::SystemBundle>([this](X509_STORE* store, const std::atomic<bool>* /*stop*/) {
        started_.set_value();
        released_.wait();
        X509_STORE_add_cert(store, ca_.root().get());
        return std::string();
      });
  const tls::TrustAnchors anchors_{crypto::Handle<X509_STORE>(X509_STORE_new()), bundle_};
  TestServer server_{[this](TestServer::Connection& connection) {
    if (!connection.StartTls(tls_)) return;
    while (connection.ReadRequest()) connection.Respond("answer");
  }};
};

TEST_F(CurlTrust, AHandshakeWaitsForTheBundle) {
  auto sent = std::async(std::launch::async, [&] { return Perform(context_); });
  started_.get_future().wait();
  Release();
  EXPECT_TRUE(sent.get());
  EXPECT_TRUE(Perform(context_)) << "the next one finds it";
}

TEST_F(CurlTrust, ARenegotiationOfALaterCallFindsTheBundle) {
  Release();
  TestServer server([this](TestServer::Connection& connection) {
    if (!connection.StartTls(tls_)) return;
    connection.ReadRequest();
    connection.Respond("first");
    connection.ReadRequest();
    connection.AskInRenegotiation();
    connection.Respond("second");
  });
  const auto handle = CurlHandle::Make(anchors_);
  ExpectBody(handle->Perform(Get(server.Url("https")), nullptr, context_), "first");
  ExpectBody(handle->Perform(Get(server.Url("https")), nullptr, context_), "second");
}

TEST_F(CurlTrust, TheWaitEndsAtTheDeadline) {
  ExpectFailure(Perform(Within(std::chrono::milliseconds(30))), Kind::kDeadline);
}

TEST_F(CurlTrust, TheWaitEndsWithTheAttempt) {
  ExpectFailure(Perform(context_, std::chrono::milliseconds(30)), Kind::kTimeout);
}

TEST_F(CurlTrust, TheWaitEndsWithACancellation) {
  const CancellationSource source;
  auto sent = std::async(std::launch::async,
                         [&] { return Perform({.clock = clock_.get(), .cancellation = source.token()}); });
  started_.get_future().wait();
  source.Cancel();
  ExpectFailure(sent.get(), Kind::kCanceled);
}

TEST_F(CurlTrust, WantOfMemoryForTheBundleSaysNothingOfTheServer) {
  const tls::TrustAnchors anchors(
      crypto::Handle<X509_STORE>(X509_STORE_new()),
      std::make_shared<tls::SystemBundle>(
          [](X509_STORE*, const std::atomic<bool>*) -> std::string { throw std::bad_alloc(); }));
  const auto sent = CurlHandle::Make(anchors)->Perform(Get(server_.Url("https")), nullptr, context_);
  ExpectFailure(sent, Kind::kLocal);
}

}  // namespace
}  // namespace msiv2::curl
