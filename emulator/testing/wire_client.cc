#include "emulator/testing/wire_client.h"

#include <array>

namespace msiv2::emulator::testing {

WireClient::WireClient(const WireClientOptions& options) {
  IgnoreBrokenPipes();
  const auto connected = ConnectToLoopback(options.port);
  Require(connected.has_value(), "connect");
  socket_ = *connected;
  if (!options.tls) return;
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(context_.get(), options.min_version);
  SSL_CTX_set_max_proto_version(context_.get(), options.max_version);
  SSL_CTX_set_post_handshake_auth(context_.get(), options.post_handshake_auth ? 1 : 0);
  if (options.certificate != nullptr) {
    Require(SSL_CTX_use_certificate(context_.get(), options.certificate) == 1 &&
                SSL_CTX_use_PrivateKey(context_.get(), options.key) == 1,
            "client certificate");
  }
  tls_.reset(SSL_new(context_.get()));
  if (options.session != nullptr) SSL_set_session(tls_.get(), options.session);
  SSL_set_msg_callback(tls_.get(), &WireClient::Note);
  SSL_set_msg_callback_arg(tls_.get(), this);
  SSL_set_fd(tls_.get(), static_cast<int>(socket_));
  ForgetSocketError();
  handshake_done_ = SSL_connect(tls_.get()) == 1;
  was_reset_ = !handshake_done_ && LastErrorWasReset();
}

WireClient::~WireClient() {
  if (handshake_done_) SSL_shutdown(tls_.get());
  CloseSocket(socket_);
}

void WireClient::Note(int sent, int, int type, const void* bytes, std::size_t size, SSL*, void* self) {
  if (sent != 0 || size < 2) return;
  const auto* content = static_cast<const unsigned char*>(bytes);
  auto& client = *static_cast<WireClient*>(self);
  if (type == SSL3_RT_ALERT && content[0] == SSL3_AL_FATAL) client.alerts_.push_back(content[1]);
  if (type == SSL3_RT_HANDSHAKE && content[0] == SSL3_MT_CERTIFICATE_REQUEST) ++client.certificate_requests_;
}

bool WireClient::Send(const std::string& bytes) {
  if (tls_ && !handshake_done_) return false;
  ForgetSocketError();
  const bool sent = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0
                         : SendAll(socket_, bytes);
  if (!sent) was_reset_ = was_reset_ || LastErrorWasReset();
  return sent;
}

std::size_t WireClient::Read(char* into, std::size_t room) {
  ForgetSocketError();
  if (tls_) {
    const int received = SSL_read(tls_.get(), into, static_cast<int>(room));
    if (received > 0) return static_cast<std::size_t>(received);
  } else if (const std::size_t received = ReceiveSome(socket_, into, room); received > 0) {
    return received;
  }
  was_reset_ = was_reset_ || LastErrorWasReset();
  return 0;
}

std::string WireClient::ReceiveAnswer() {
  std::string answer;
  std::array<char, 4096> buffer{};
  while (true) {
    const auto head = answer.find("\r\n\r\n");
    const auto length = answer.find("Content-Length: ");
    if (head != std::string::npos && length < head &&
        answer.size() >= head + 4 + std::stoul(answer.substr(length + 16))) {
      return answer;
    }
    const auto size = Read(buffer.data(), buffer.size());
    if (size == 0) return answer;
    answer.append(buffer.data(), size);
  }
}

std::string WireClient::Exchange(const std::string& request) {
  Send(request);
  return ReceiveAnswer();
}

std::string WireClient::ReceiveToEnd() {
  std::string all;
  std::array<char, 4096> buffer{};
  while (const auto size = Read(buffer.data(), buffer.size())) all.append(buffer.data(), size);
  return all;
}

std::string BodyOf(const std::string& answer) {
  const auto head = answer.find("\r\n\r\n");
  return head == std::string::npos ? std::string() : answer.substr(head + 4);
}

int StatusOf(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

std::string GetRequest(const std::string& path, const std::string& headers) {
  return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n";
}

std::string PostRequest(const std::string& path, const std::string& body, const std::string& type) {
  return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace msiv2::emulator::testing
