#include "emulator/connection.h"

#include <openssl/err.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "emulator/sockets.h"

namespace msiv2::emulator {
namespace {

void NoteFinished(int sent, int, int content_type, const void* bytes, std::size_t size, SSL*,
                  void* finished) {
  if (sent != 0 || content_type != SSL3_RT_HANDSHAKE || size == 0) return;
  if (*static_cast<const unsigned char*>(bytes) == SSL3_MT_FINISHED) *static_cast<bool*>(finished) = true;
}

}  // namespace

Connection::Connection(socket_t socket, SSL_CTX* context, FaultScript* faults, std::string server)
    : socket_(socket), faults_(faults, std::move(server), socket, [this] { return PeerIsGone(); }) {
  if (context == nullptr) return;
  tls_.reset(SSL_new(context));
  Require(tls_ != nullptr && SSL_set_fd(tls_.get(), static_cast<int>(socket)) == 1, "a TLS connection");
  faults_.Attach(tls_.get());
}

Connection::~Connection() { Close(); }

bool Connection::Handshake() {
  if (!tls_) return true;
  ERR_clear_error();
  if (SSL_accept(tls_.get()) == 1) return true;
  broken_ = true;
  return false;
}

std::size_t Connection::Read(char* into, std::size_t room) {
  if (buffer_begin_ == buffer_end_) {
    if (broken_) return 0;
    buffer_begin_ = 0;
    if (tls_) {
      ERR_clear_error();
      const int received = SSL_read(tls_.get(), buffer_.data(), static_cast<int>(buffer_.size()));
      buffer_end_ = received > 0 ? static_cast<std::size_t>(received) : 0;
    } else {
      buffer_end_ = ReceiveSome(socket_, buffer_.data(), buffer_.size());
    }
    if (buffer_end_ == 0) broken_ = true;
  }
  const auto size = std::min(room, buffer_end_ - buffer_begin_);
  std::memcpy(into, buffer_.data() + buffer_begin_, size);
  buffer_begin_ += size;
  return size;
}

bool Connection::Write(std::string_view bytes) {
  if (broken_) return false;
  if (!tls_) {
    broken_ = !SendAll(socket_, bytes);
    return !broken_;
  }
  ERR_clear_error();
  std::size_t written = 0;
  broken_ = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &written) != 1;
  return !broken_;
}

CertificateHandle Connection::ClientCertificate(bool ask) {
  if (!tls_) return nullptr;
  CertificateHandle certificate(SSL_get1_peer_certificate(tls_.get()));
  if (certificate || !ask || broken_ || !AskForCertificate()) return certificate;
  certificate.reset(SSL_get1_peer_certificate(tls_.get()));
  return certificate;
}

bool Connection::AskForCertificate() {
  ERR_clear_error();
  if (SSL_version(tls_.get()) == TLS1_3_VERSION) {
    SSL_set_verify(tls_.get(), SSL_VERIFY_PEER | SSL_VERIFY_POST_HANDSHAKE, nullptr);
    // Fails, with the connection intact, when the client did not offer post-handshake authentication.
    if (SSL_verify_client_post_handshake(tls_.get()) != 1) return false;
  } else {
    SSL_set_verify(tls_.get(), SSL_VERIFY_PEER, nullptr);
    if (SSL_renegotiate(tls_.get()) != 1) return false;
  }
  // Sends the HelloRequest or the CertificateRequest.
  if (SSL_do_handshake(tls_.get()) != 1 || !DriveHandshakes()) broken_ = true;
  return !broken_;
}

/// DriveHandshakes reads the client's answer up to its Finished message. That is the last message both in a
/// renegotiation and in post-handshake authentication. The client has sent its whole request and waits for
/// our answer, so application data in place of the handshake ends the connection.
bool Connection::DriveHandshakes() {
  bool finished = false;
  SSL_set_msg_callback(tls_.get(), &NoteFinished);
  SSL_set_msg_callback_arg(tls_.get(), &finished);
  SSL_clear_mode(tls_.get(),
                 SSL_MODE_AUTO_RETRY);  // otherwise the read continues past the handshake, forever
  while (!finished) {
    char byte = 0;
    const int result = SSL_peek(tls_.get(), &byte, 1);
    if (result > 0 || SSL_get_error(tls_.get(), result) != SSL_ERROR_WANT_READ) break;
  }
  SSL_set_mode(tls_.get(), SSL_MODE_AUTO_RETRY);
  SSL_set_msg_callback(tls_.get(), nullptr);
  return finished && SSL_is_init_finished(tls_.get()) == 1;
}

void Connection::BreakWithReset() noexcept {
  broken_ = true;
  reset_ = true;
}

bool Connection::PeerIsGone() const { return ended_ || PeerHasClosed(socket_); }

void Connection::End() {
  const std::lock_guard lock(close_mutex_);
  ended_ = true;
  if (!closed_) EndSocket(socket_);
}

void Connection::Close() {
  const bool with_reset = reset_ || faults_.wants_reset();
  if (!with_reset && !closed_) {
    if (tls_ && !broken_) SSL_shutdown(tls_.get());
    DrainUntilPeerCloses(socket_);
  }
  const std::lock_guard lock(close_mutex_);
  if (std::exchange(closed_, true)) return;
  if (with_reset) return CloseWithReset(socket_);
  CloseSocket(socket_);
}

ssize_t ConnectionStream::read(char* into, size_t room) {
  return static_cast<ssize_t>(connection_.Read(into, room));
}

ssize_t ConnectionStream::write(const char* bytes, size_t size) {
  std::string_view rest(bytes, size);
  const auto end = rest.find("\r\n");
  if (!first_line_.empty() && end != std::string_view::npos) {
    const auto line = std::exchange(first_line_, {}) + "\r\n";
    if (!connection_.Write(rest.substr(0, end + 2)) || !connection_.Write(line)) return -1;
    rest.remove_prefix(end + 2);
  }
  return connection_.Write(rest) ? static_cast<ssize_t>(size) : -1;
}

void ConnectionStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = 0;
}

void ConnectionStream::get_local_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = LocalPort(connection_.socket());
}

}  // namespace msiv2::emulator
