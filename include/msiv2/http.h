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

/// HttpRequest is one exchange. A transport never follows a redirect and never adds credentials of its own.
/// It uses a proxy only if `use_proxy` is set.
struct HttpRequest {
  std::string method = "GET";
  std::string url{};  ///< absolute, http or https
  HttpHeaders headers{};
  std::string body{};  ///< may hold a CSR or a JWT: never logged

  /// The client certificate to present. A transport that cannot present it must fail, and never sends the
  /// request without it. Connections and TLS sessions are never shared between two certificates.
  std::shared_ptr<const BindingCertificate> client_certificate{};
  TlsVersion max_tls = TlsVersion::kTls12;
  /// The server's certificate, by the SHA-1 (40 digits) or SHA-256 (64 digits) of its DER in lower-case hex.
  /// If not empty, exactly this certificate is accepted, in place of the check of chain and name, and only
  /// over https. A transport that cannot check it must fail. Connections are not shared with other requests.
  std::string server_thumbprint{};

  bool use_proxy = false;  ///< honour the proxy variables, with CONNECT; false for IMDS
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
    kConnect,         ///< refused, unreachable, name not found, or no connection within connect_timeout
    kProxy,           ///< the proxy refused, or could not be reached or used; the target was not reached
    kTimeout,         ///< attempt_timeout passed after the connection was established
    kReset,           ///< the peer closed or reset the connection
    kTls,             ///< handshake or record failure; `tls_alert` is set if the peer sent an alert
    kKeySign,         ///< the client certificate's key refused to sign
    kBodyTooLarge,    ///< more than max_body_bytes
    kMalformed,       ///< not HTTP
    kTruncated,       ///< the connection ended in the middle of the body
    kLocal,           ///< this process has no descriptor or memory left; says nothing of the peer
    kDeadline,        ///< the caller's deadline passed
    kCanceled,        ///< the caller cancelled
  };

  Kind kind = Kind::kConnect;
  std::string message{};  ///< no secret, no URL query
  int tls_alert = -1;     ///< alert number received from the peer, else -1
  /// True if the client certificate had been sent before the failure. A reset or alert may then mean that it
  /// was refused.
  bool client_certificate_sent = false;
  std::int64_t native_code = 0;
  int proxy_status = 0;    ///< kProxy: the status of the proxy's answer to CONNECT, else 0
  bool permanent = false;  ///< kProxy: a retry cannot help, for example with an unreadable variable
  /// The Server header of an answer that was cut off or refused after it; else empty. It tells IMDS from
  /// another service at its address. A transport that leaves it empty loses nothing on hosts that are known
  /// to have IMDS.
  std::string server{};
};

/// Name returns a short word for the failure, for example "connect". The view is static.
std::string_view Name(HttpFailure::Kind kind) noexcept;

/// HttpTransport sends one request and returns the whole answer.
///
/// Threads: Send may run on many threads at once. It returns soon after `context.deadline` or a cancellation,
/// even if name resolution, connect, TLS or the body hangs.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual Result<HttpResponse, HttpFailure> Send(const HttpRequest& request, const CallContext& context) = 0;
};

}  // namespace msiv2
