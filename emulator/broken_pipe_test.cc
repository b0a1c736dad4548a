// The emulator's clients on a connection that their server has ended: no SIGPIPE. POSIX only.
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <thread>

#include "emulator/emulator.h"
#include "emulator/sockets.h"
#include "emulator/testing/test_server.h"
#include "msiv2/clock.h"

namespace msiv2::emulator {
namespace {

/// DeadlySignal gives SIGPIPE its default effect, which httplib's servers change for the whole process.
class DeadlySignal {
 public:
  DeadlySignal() : before_(std::signal(SIGPIPE, SIG_DFL)) {}
  ~DeadlySignal() { std::signal(SIGPIPE, before_); }

 private:
  void (*before_)(int);
};

bool IsPending() {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, SIGPIPE) == 1;
}

bool IsBlocked() {
  sigset_t blocked;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  return ::sigismember(&blocked, SIGPIPE) == 1;
}

void WriteToAClosedConnection() {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  ::close(ends[1]);
  EXPECT_EQ(::write(ends[0], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  ::close(ends[0]);
}

TEST(BrokenPipeShield, AWriteToAClosedConnectionRaisesNoSignal) {
  const DeadlySignal deadly;
  {
    const BrokenPipeShield shield;
    WriteToAClosedConnection();
    EXPECT_TRUE(IsPending());
  }
  EXPECT_FALSE(IsPending());
  EXPECT_FALSE(IsBlocked());
}

TEST(BrokenPipeShield, ASignalOfSomeoneElseIsKept) {
  const DeadlySignal deadly;
  const BrokenPipeShield of_someone_else;
  WriteToAClosedConnection();
  {
    const BrokenPipeShield shield;
    WriteToAClosedConnection();
  }
  EXPECT_TRUE(IsPending());
  EXPECT_TRUE(IsBlocked());
}

/// WideKey has a modulus that no buffer of a connection holds, so that its request is sent in many writes.
class WideKey final : public SigningKey {
 public:
  WideKey() {
    key_.modulus.assign(std::size_t{4} << 20, 0x81);
    key_.exponent = {1, 0, 1};
  }
  const RsaPublicKey& PublicKey() const override { return key_; }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding, DigestAlgorithm,
                                               std::span<const std::uint8_t>) const override {
    return std::vector<std::uint8_t>(256, 1);
  }
  KeyStrength Strength() const override { return KeyStrength::kKeyGuard; }
  KeyOrigin Origin() const override { return KeyOrigin::kEmulated; }

 private:
  RsaPublicKey key_;
};

/// EndAfterHandshake accepts one client, and ends the connection in both ways once TLS is established: first
/// its own direction, then the connection as a whole. What the client writes then is EPIPE.
void EndAfterHandshake(Listener& listener, CertificateAuthority& authority) {
  const auto socket = listener.Accept();
  ASSERT_TRUE(socket);
  const IssuedCertificate issued = authority.IssueServerCertificate();
  const std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>> context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_use_certificate(context.get(), issued.certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), issued.key.get());
  const std::unique_ptr<SSL, Freed<SSL_free>> tls(SSL_new(context.get()));
  SSL_set_fd(tls.get(), *socket);
  EXPECT_EQ(SSL_accept(tls.get()), 1);
  ::shutdown(*socket, SHUT_WR);
  CloseWithReset(*socket);
}

TEST(EmulatedAttestor, AServiceThatResetsTheConnectionRaisesNoSignal) {
  const DeadlySignal deadly;
  CertificateAuthority authority;
  const auto listener = Listener::Open(0).value();
  std::thread server([&] {
    const BrokenPipeShield shield;
    EndAfterHandshake(*listener, authority);
  });
  const auto clock = SystemClock();
  CallContext context;
  context.clock = clock.get();
  context.deadline = clock->MonotonicNow() + std::chrono::seconds(60);
  Endpoints endpoints;
  endpoints.attestation = "https://127.0.0.1:" + std::to_string(listener->port());
  endpoints.ca_pem = authority.Pem();
  const auto failed = MakeEmulatedAttestor(endpoints)->Attest(
      {endpoints.attestation, testing::kClient, std::make_shared<WideKey>()}, context);
  server.join();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kAttestationFailed);
}

}  // namespace
}  // namespace msiv2::emulator
