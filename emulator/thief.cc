#include "emulator/thief.h"

#include <httplib.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace msiv2::emulator {
namespace {

constexpr time_t kTimeoutSeconds = 10;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

// A store that trusts the emulator's authority. The HTTP client takes it over.
X509_STORE* TrustStore(const std::string& ca_pem) {
  const std::unique_ptr<BIO, FreeBio> bio(BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size())));
  const std::unique_ptr<X509, FreeX509> authority(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  X509_STORE* store = X509_STORE_new();
  if (authority) X509_STORE_add_cert(store, authority.get());
  return store;
}

}  // namespace

int CallWithoutCertificate(const Endpoints& endpoints, const SecretString& token) {
  const std::string authority = endpoints.resource.substr(endpoints.resource.find("://") + 3);
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string::npos) return 0;
  httplib::SSLClient client(authority.substr(0, colon), std::stoi(authority.substr(colon + 1)));
  client.set_ca_cert_store(TrustStore(endpoints.ca_pem));
  client.enable_server_certificate_verification(true);
  client.set_connection_timeout(kTimeoutSeconds);
  client.set_read_timeout(kTimeoutSeconds);
  client.set_tcp_nodelay(true);
  const std::string authorization = "mtls_pop " + std::string(token.Reveal());
  const auto answer = client.Get("/hello", httplib::Headers{{"Authorization", authorization}});
  return answer ? answer->status : 0;
}

}  // namespace msiv2::emulator
