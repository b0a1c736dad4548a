#include "emulator/http_server.h"

#include <openssl/crypto.h>

#include <atomic>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "emulator/connection.h"
#include "emulator/http_session.h"
#include "emulator/sockets.h"

namespace msiv2::emulator {
namespace {

TlsContextHandle MakeTlsContext(const TlsOptions& options, const std::string& name) {
  TlsContextHandle context(SSL_CTX_new(TLS_server_method()));
  Require(context != nullptr, "a TLS server context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  if (options.ask == AskForCertificate::kRenegotiation) {
    SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  }
  Require(SSL_CTX_use_certificate(context.get(), options.certificate.get()) == 1 &&
              SSL_CTX_use_PrivateKey(context.get(), options.key.get()) == 1,
          "the certificate of a TLS server");
  if (options.ask == AskForCertificate::kHandshake) {
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  // Sessions exist in tickets only. A ticket carries the client certificate of the first connection, or none,
  // so a resumed connection is judged as the first one was.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION);
  SSL_CTX_set_session_id_context(context.get(), reinterpret_cast<const unsigned char*>(name.data()),
                                 static_cast<unsigned int>(name.size()));
  TlsFaults::Install(context.get());
  return context;
}

std::vector<CompiledRoute> Compile(std::vector<Route> routes) {
  std::vector<CompiledRoute> compiled;
  for (auto& route : routes) {
    std::regex path(route.path, std::regex::ECMAScript | std::regex::icase);
    compiled.push_back({std::move(route), std::move(path)});
  }
  return compiled;
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(std::unique_ptr<Listener> listener, TlsContextHandle context, HttpServerOptions options,
       std::vector<CompiledRoute> routes)
      : listener_(std::move(listener)),
        options_(std::move(options)),
        routes_(std::move(routes)),
        context_(std::move(context)) {
    acceptor_ = std::thread([this] { AcceptConnections(); });
  }

  ~Impl() { Stop(); }

  void Stop() {
    const std::lock_guard lock(stop_mutex_);
    stopping_ = true;
    listener_->End();
    if (acceptor_.joinable()) acceptor_.join();
    for (auto& worker : workers_) worker.connection.End();
    for (auto& worker : workers_) worker.thread.join();
    workers_.clear();
  }

  std::uint16_t port() const { return listener_->port(); }
  bool speaks_tls() const { return context_ != nullptr; }

 private:
  struct Worker {
    Worker(socket_t socket, SSL_CTX* context, const HttpServerOptions& options)
        : connection(socket, context, options.faults, options.name) {}
    Connection connection;
    std::atomic<bool> done{false};
    std::thread thread;
  };

  void AcceptConnections() {
    while (!stopping_) {
      const auto socket = listener_->Accept();
      if (!socket) return;
      JoinFinished();
      auto& worker = workers_.emplace_back(*socket, context_.get(), options_);
      try {
        worker.thread = std::thread([this, &worker] { Serve(worker); });
      } catch (const std::system_error&) {
        worker.connection.End();
        workers_.pop_back();  // no more threads: this client is rejected
      }
    }
  }

  void Serve(Worker& worker) {
    HttpSession(worker.connection, options_, routes_).Serve();
    worker.connection.Close();
    OPENSSL_thread_stop();  // a static OpenSSL on Windows does not notice that threads end
    worker.done = true;
  }

  void JoinFinished() {
    workers_.remove_if([](Worker& worker) {
      if (!worker.done) return false;
      worker.thread.join();
      return true;
    });
  }

  const std::unique_ptr<Listener> listener_;
  const HttpServerOptions options_;
  const std::vector<CompiledRoute> routes_;
  const TlsContextHandle context_;
  std::atomic<bool> stopping_{false};
  std::mutex stop_mutex_;
  std::list<Worker> workers_;  // used by the acceptor; after it was joined, by Stop
  std::thread acceptor_;
};

Result<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options, std::vector<Route> routes) {
  auto context = options.tls ? MakeTlsContext(*options.tls, options.name) : nullptr;
  auto compiled = Compile(std::move(routes));
  auto listener = Listener::Open(options.port);
  if (!listener) return listener.error();
  return std::unique_ptr<HttpServer>(new HttpServer(std::make_unique<Impl>(
      std::move(*listener), std::move(context), std::move(options), std::move(compiled))));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const noexcept { return impl_->port(); }

std::string HttpServer::url() const {
  return (impl_->speaks_tls() ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port());
}

void HttpServer::Stop() { impl_->Stop(); }

}  // namespace msiv2::emulator
