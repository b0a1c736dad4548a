#include "tests/support/tls_test_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <stdexcept>

namespace msiv2::testing {

struct TestServer::State {
  mutable std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  int accepted = 0;
  int hanging = 0;
  std::set<int> sockets;
  std::shared_ptr<SSL_CTX> context;
  std::vector<std::thread> threads;
};

namespace {

// Blocks SIGPIPE on this thread only: on the client's threads it must stay deadly, so that tests notice it.
void IgnoreBrokenPipes() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

// Verifies a client certificate as `argument`, a ServerTls, specifies.
int VerifyClient(X509_STORE_CTX* verification, void* argument) {
  const auto& tls = *static_cast<const ServerTls*>(argument);
  if (tls.stop_after_client_certificate) {
    const int slot = SSL_get_ex_data_X509_STORE_CTX_idx();
    auto* const ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(verification, slot));
    SSL_set0_wbio(ssl, BIO_new(BIO_s_null()));  // swallows the alert
    return 0;
  }
  if (tls.refuse_client_with == 0) return X509_verify_cert(verification);
  X509_STORE_CTX_set_error(verification, tls.refuse_client_with);
  return 0;
}

std::shared_ptr<SSL_CTX> MakeContext(const ServerTls& tls) {
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), tls.version);
  SSL_CTX_set_max_proto_version(context.get(), tls.version);
  SSL_CTX_use_certificate(context.get(), tls.identity.certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), tls.identity.key.get());
  SSL_CTX_set_session_id_context(context.get(), reinterpret_cast<const unsigned char*>("test"), 4);
  if (tls.client_root) X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), tls.client_root.get());
  if (!tls.signature_algorithms.empty()) {
    SSL_CTX_set1_client_sigalgs_list(context.get(), tls.signature_algorithms.c_str());
  }
  if (tls.ask_in_handshake) {
    const int required = tls.require_client ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | required, nullptr);
  }
  SSL_CTX_set_cert_verify_callback(context.get(), VerifyClient, const_cast<ServerTls*>(&tls));
  return context;
}

}  // namespace

TestServer::TestServer(Script script) : script_(std::move(script)), state_(std::make_shared<State>()) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("the test server cannot listen");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { AcceptLoop(); });
}

TestServer::~TestServer() {
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    for (const int socket : state_->sockets) shutdown(socket, SHUT_RDWR);
  }
  state_->changed.notify_all();
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  {
    std::lock_guard lock(state_->mutex);
    threads.swap(state_->threads);
  }
  for (auto& thread : threads) thread.join();
}

void TestServer::AcceptLoop() {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::lock_guard lock(state_->mutex);
    if (state_->stopping) {
      close(socket);
      return;
    }
    ++state_->accepted;
    state_->sockets.insert(socket);
    state_->threads.emplace_back([this, socket] {
      IgnoreBrokenPipes();
      Connection connection(socket, state_);
      script_(connection);
    });
  }
}

std::string TestServer::Url(const std::string& scheme, const std::string& path) const {
  return scheme + "://127.0.0.1:" + std::to_string(port_) + path;
}

int TestServer::connections() const {
  std::lock_guard lock(state_->mutex);
  return state_->accepted;
}

void TestServer::WaitForHang() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [&] { return state_->hanging > 0; });
}

TestServer::Connection::Connection(int socket, std::shared_ptr<State> state)
    : socket_(socket), state_(std::move(state)) {}

TestServer::Connection::~Connection() {
  std::lock_guard lock(state_->mutex);
  state_->sockets.erase(socket_);
  close(socket_);
}

bool TestServer::Connection::StartTls(const ServerTls& tls) {
  {
    std::lock_guard lock(state_->mutex);
    if (!state_->context) state_->context = MakeContext(tls);
    ssl_.reset(SSL_new(state_->context.get()));
  }
  SSL_set_fd(ssl_.get(), socket_);
  SSL_clear_mode(ssl_.get(), SSL_MODE_AUTO_RETRY);  // see HandshakeRead
  return SSL_accept(ssl_.get()) == 1;
}

bool TestServer::Connection::ReadMore(std::string& buffer) {
  if (!ssl_) {
    const std::string chunk = ReadRaw();
    buffer += chunk;
    return !chunk.empty();
  }
  char chunk[16384];
  int count = 0;
  do {
    count = SSL_read(ssl_.get(), chunk, sizeof chunk);
  } while (count <= 0 && SSL_get_error(ssl_.get(), count) == SSL_ERROR_WANT_READ);
  if (count <= 0) return false;
  buffer.append(chunk, static_cast<std::size_t>(count));
  return true;
}

std::optional<std::string> TestServer::Connection::ReadRequest() {
  std::size_t head = std::string::npos;
  while ((head = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadMore(unread_)) return std::nullopt;
  }
  std::size_t body = 0;
  const std::string name = "Content-Length: ";
  const auto length = unread_.substr(0, head).find(name);
  if (length != std::string::npos) body = std::stoul(unread_.substr(length + name.size()));
  while (unread_.size() < head + 4 + body) {
    if (!ReadMore(unread_)) return std::nullopt;
  }
  std::string request = unread_.substr(0, head + 4 + body);
  unread_.erase(0, request.size());
  return request;
}

bool TestServer::Connection::Write(const std::string& text) {
  if (!ssl_) return WriteRaw(text);
  return SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size());
}

bool TestServer::Connection::Respond(const std::string& body, const std::string& status) {
  return Write("HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
               body);
}

bool TestServer::Connection::AskInRenegotiation(const Identity* other) {
  SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, nullptr);
  if (other != nullptr) {
    SSL_use_certificate(ssl_.get(), other->certificate.get());
    SSL_use_PrivateKey(ssl_.get(), other->key.get());
  }
  // A resumed renegotiation would not ask for a certificate. (Set earlier, this option would also prevent the
  // resumption of a first handshake.)
  SSL_set_options(ssl_.get(), SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION);
  // The first call sends HelloRequest; the handshake itself happens in the reads that follow.
  // It is complete when the connection has another session.
  const std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> before(SSL_get1_session(ssl_.get()),
                                                                         SSL_SESSION_free);
  if (SSL_renegotiate(ssl_.get()) != 1 || SSL_do_handshake(ssl_.get()) != 1) return false;
  while (SSL_get0_session(ssl_.get()) == before.get() || SSL_is_init_finished(ssl_.get()) == 0) {
    if (!HandshakeRead()) return false;
  }
  return PeerName() != "none";
}

bool TestServer::Connection::AskAfterHandshake() {
  SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  if (SSL_verify_client_post_handshake(ssl_.get()) != 1 || SSL_do_handshake(ssl_.get()) != 1) return false;
  while (PeerName() == "none") {
    if (!HandshakeRead()) return false;
  }
  return true;
}

bool TestServer::Connection::HandshakeRead() {
  char nothing = 0;
  const int result = SSL_peek(ssl_.get(), &nothing, 1);
  return result > 0 || SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ;
}

std::string TestServer::Connection::PeerName() const {
  const X509* const certificate = ssl_ ? SSL_get0_peer_certificate(ssl_.get()) : nullptr;
  if (certificate == nullptr) return "none";
  char name[128] = "none";
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
  return name;
}

std::string TestServer::Connection::ReadRaw() {
  char chunk[16384];
  const auto count = recv(socket_, chunk, sizeof chunk, 0);
  return count <= 0 ? std::string() : std::string(chunk, static_cast<std::size_t>(count));
}

bool TestServer::Connection::WriteRaw(const std::string& bytes) {
  return send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

void TestServer::Connection::CloseTls() { SSL_shutdown(ssl_.get()); }

void TestServer::Connection::Reset() {
  const linger now{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void TestServer::Connection::FinishWriting() {
  shutdown(socket_, SHUT_WR);
  while (!ReadRaw().empty()) {
  }
}

void TestServer::Connection::Hang() {
  std::unique_lock lock(state_->mutex);
  ++state_->hanging;
  state_->changed.notify_all();
  state_->changed.wait(lock, [&] { return state_->stopping; });
}

void TestServer::Connection::WaitForClose() {
  std::string ignored;
  while (ReadMore(ignored)) ignored.clear();
}

}  // namespace msiv2::testing
