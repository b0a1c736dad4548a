// Converts a failure of the transport to an error of the flow.
#pragma once

#include <string>
#include <string_view>

#include "base/known_secrets.h"
#include "msiv2/error.h"
#include "msiv2/http.h"

namespace msiv2 {

/// Leg defines how the failures of one leg are reported. The views are static.
struct Leg {
  Step step;
  ErrorCode no_answer;    ///< no answer came, or the request could not be sent
  ErrorCode bad_answer;   ///< an answer came that is not valid
  std::string_view peer;  ///< for messages, for example "IMDS"
};

/// FailureError converts a failure of `leg` to an error.
///
/// kDeadline becomes `timeout`, kCanceled `canceled`, kTls `tls_failed` (with the alert's name), kKeySign
/// `key_sign_failed`, kProxy `proxy_failed` (with the proxy's status), and kLocal
/// `local_resources_exhausted`. All others become the leg's own
/// codes. Native code, TLS alert, `attempts` and whether a retry can help are set. The caller sets the
/// correlation id. The failure's message is foreign text, in which `secrets` are hidden.
Error FailureError(const HttpFailure& failure, const Leg& leg, int attempts,
                   const KnownSecrets& secrets = {});

/// TlsAlertName returns the name of a TLS alert (RFC 8446 section 6), for example "certificate_revoked", or
/// "unknown". The view is static.
std::string_view TlsAlertName(int alert) noexcept;

}  // namespace msiv2
