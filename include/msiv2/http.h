// The HttpTransport port.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "msiv2/call.h"
#include "msiv2/result.h"

namespace msiv2 {

class BindingCertificate;

/// TlsVersion is a protocol ceiling. The floor is always TLS 1.2.
enum class TlsVersion { kTls12, kTls13 };

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// HttpRequest is one exchange. A transport never follows a redirect, never adds credentials of its own,
/// and uses a proxy only where `use_proxy` says so.
struct HttpRequest {
  std::string method = "GET";
  std::string url{};  ///< absolute, http or https
  HttpHeaders headers{};
  std::string body{};  ///< may hold a CSR or a JWT: never logged

  /// The client certificate to present. A transport that cannot present it must fail, never go without.
  /// Connections and TLS sessions are never shared between two certificates.
  std::shared_ptr<const BindingCertificate> client_certificate{};
  TlsVersion max_tls = TlsVersion::kTls12;
  /// The server's certificate, by the SHA-1 (40 digits) or SHA-256 (64) of its DER in lower-case hex. Where
  /// it is not empty, exactly this certificate is taken, in place of the check of chain and name, and only
  /// over https. A transport that cannot check it must fail. Connections are not shared with other requests.
  std::string server_thumbprint{};

  bool use_proxy = false;  ///< honour the proxy variables by CONNECT; false for IMDS
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds attempt_timeout{30000};
  std::size_t max_body_bytes = std::size_t{1024} * 1024;  ///< a larger answer fails with kBodyTooLarge
};

/// HttpResponse is a complete answer, whatever its status.
struct HttpResponse {
  int status = 0;
  HttpHeaders headers{};
  std::string body{};

  /// Header returns the value of the first header called `name`, ignoring case.
  std::optional<std::string_view> Header(std::string_view name) const;
};

/// HttpFailure says why there is no complete answer.
struct HttpFailure {
  enum class Kind {
    kInvalidRequest,  ///< the URL or a header cannot be sent
    kConnect,         ///< refused, unreachable, name not found, or not made within connect_timeout
    kProxy,           ///< the proxy refused, could not be reached or used; the target was not reached
    kTimeout,         ///< attempt_timeout passed after the connection stood
    kReset,           ///< the peer closed or reset the connection
    kTls,             ///< handshake or record failure; `tls_alert` when the peer sent one
    kKeySign,         ///< the client certificate's key refused to sign
    kBodyTooLarge,    ///< more than max_body_bytes
    kMalformed,       ///< not HTTP, or a truncated body
    kDeadline,        ///< the caller's deadline passed
    kCanceled,        ///< the caller cancelled
  };

  Kind kind = Kind::kConnect;
  std::string message{};  ///< no secret, no URL query
  int tls_alert = -1;     ///< alert number received from the peer, else -1
  /// The client certificate had been sent when the failure came: a reset or alert may mean its refusal.
  bool client_certificate_sent = false;
  std::int64_t native_code = 0;
  int proxy_status = 0;    ///< kProxy: the status with which the proxy answered CONNECT, else 0
  bool permanent = false;  ///< kProxy: to send it again cannot help, for example with an unreadable variable
};

/// Name returns a short word for the failure, for example "connect". The view is static.
std::string_view Name(HttpFailure::Kind kind) noexcept;

/// HttpTransport sends one request and returns the whole answer.
///
/// Threads: Send may run on many threads at once. It returns within moments of `context.deadline` or of a
/// cancellation, whatever hangs: name resolution, connect, TLS, a slow body.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual Result<HttpResponse, HttpFailure> Send(const HttpRequest& request, const CallContext& context) = 0;
};

}  // namespace msiv2
