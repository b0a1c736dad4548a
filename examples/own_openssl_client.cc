// Use the binding certificate in your own OpenSSL client: the key stays where it is stored and signs there.
//
//   own_openssl_client HOST:PORT RESOURCE TRUST_ANCHORS_FILE
#include <openssl/ssl.h>

#include <iostream>
#include <memory>

#include "msiv2/client.h"

int main(int argc, char** argv) try {
  if (argc < 4)
    throw std::invalid_argument("usage: own_openssl_client HOST:PORT RESOURCE TRUST_ANCHORS_FILE");
  msiv2::ClientOptions options;
  options.tls.trust_anchors_file = argv[3];
  auto client = msiv2::ManagedIdentityClient::Create(options).value();
  const auto request = msiv2::TokenRequest::UnattestedPop(argv[2]);
  const msiv2::TokenResult token = client.AcquireToken(request).value();

  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_load_verify_locations(tls.get(), argv[3], nullptr);
  SSL_CTX_set_verify(tls.get(), SSL_VERIFY_PEER, nullptr);
  msiv2::UseBindingCertificate(tls.get(), *token->binding).value();

  const std::unique_ptr<BIO, decltype(&BIO_free_all)> connection(BIO_new_ssl_connect(tls.get()),
                                                                 BIO_free_all);
  SSL* session = nullptr;
  BIO_get_ssl(connection.get(), &session);
  const std::string host(argv[1]);
  SSL_set1_host(session, host.substr(0, host.rfind(':')).c_str());  // the name that the server must have
  BIO_set_conn_hostname(connection.get(), argv[1]);
  BIO_puts(connection.get(), ("GET / HTTP/1.0\r\nHost: " + host + "\r\nAuthorization: " +
                              std::string(token->AuthorizationHeader().Reveal()) + "\r\n\r\n")
                                 .c_str());
  char answer[4096];
  const int size = BIO_read(connection.get(), answer, sizeof answer);
  if (size <= 0) throw std::runtime_error("no answer from " + host);
  std::cout.write(answer, size) << "\n";
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
