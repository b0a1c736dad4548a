#include "emulator/tls_client.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>

#include "emulator/openssl_handles.h"

namespace msiv2::emulator {
namespace {

bool TrustOnly(SSL_CTX* context, const std::string& ca_pem, const std::string& address) {
  const BioHandle text(BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size())));
  const CertificateHandle root(text ? PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!root || X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root.get()) != 1) return false;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return X509_VERIFY_PARAM_set1_ip_asc(SSL_CTX_get0_param(context), address.c_str()) == 1;
}

}  // namespace

std::unique_ptr<httplib::SSLClient> NewTlsClient(const std::string& origin, const std::string& ca_pem) {
  constexpr std::string_view kScheme = "https://";
  const auto colon = origin.rfind(':');
  if (origin.rfind(kScheme, 0) != 0 || colon < kScheme.size()) return nullptr;
  const std::string address = origin.substr(kScheme.size(), colon - kScheme.size());
  std::uint16_t port = 0;
  const char* const end = origin.data() + origin.size();
  const auto read = std::from_chars(origin.data() + colon + 1, end, port);
  if (read.ec != std::errc() || read.ptr != end) return nullptr;
  auto client = std::make_unique<httplib::SSLClient>(address, port);
  if (!client->is_valid() || !TrustOnly(client->ssl_context(), ca_pem, address)) return nullptr;
  client->enable_server_certificate_verification(false);  // OpenSSL's own check stays on
  client->set_tcp_nodelay(true);
  return client;
}

}  // namespace msiv2::emulator
