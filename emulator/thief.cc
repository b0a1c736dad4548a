#include "emulator/thief.h"

#include "emulator/sockets.h"
#include "emulator/tls_client.h"

namespace msiv2::emulator {

int CallWithoutCertificate(const Endpoints& endpoints, const SecretString& token) {
  constexpr time_t kTimeoutSeconds = 10;
  const BrokenPipeShield shield;
  const auto client = NewTlsClient(endpoints.resource, endpoints.ca_pem);
  if (client == nullptr) return 0;
  client->set_connection_timeout(kTimeoutSeconds);
  client->set_read_timeout(kTimeoutSeconds);
  const std::string authorization = "mtls_pop " + std::string(token.Reveal());
  const auto answer = client->Get("/hello", httplib::Headers{{"Authorization", authorization}});
  return answer ? answer->status : 0;
}

}  // namespace msiv2::emulator
