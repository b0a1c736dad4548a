#include "emulator/testing/wire_client.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace msiv2::emulator::testing {

WireClient::WireClient(const WireClientOptions& options) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  std::signal(SIGPIPE, SIG_IGN);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Require(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "connect");
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
  SSL_set_fd(tls_.get(), socket_);
  handshake_done_ = SSL_connect(tls_.get()) == 1;
  was_reset_ = !handshake_done_ && errno == ECONNRESET;
}

WireClient::~WireClient() {
  if (handshake_done_) SSL_shutdown(tls_.get());
  ::close(socket_);
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
  errno = 0;
  const auto sent = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                         : static_cast<int>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  if (sent <= 0) was_reset_ = was_reset_ || errno == ECONNRESET;
  return sent > 0;
}

std::size_t WireClient::Read(char* into, std::size_t room) {
  errno = 0;
  const auto received = tls_ ? SSL_read(tls_.get(), into, static_cast<int>(room))
                             : static_cast<int>(::recv(socket_, into, room, 0));
  if (received > 0) return static_cast<std::size_t>(received);
  was_reset_ = was_reset_ || errno == ECONNRESET;
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
