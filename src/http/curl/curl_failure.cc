#include "http/curl/curl_failure.h"

#include <string>

#include "base/ascii.h"

namespace msiv2::curl {
namespace {

using Kind = HttpFailure::Kind;

bool FailedInTls(const tls::TlsRecord& tls) {
  return tls.alert_received >= 0 || tls.fatal_alert_sent || tls.handshake_failed;
}

// A connection that ended. Once the head is there, what is missing is the rest of the body.
Kind EndedKind(const Evidence& evidence) {
  if (!evidence.connected || evidence.proxy_refused) return Kind::kConnect;
  if (FailedInTls(evidence.tls)) return Kind::kTls;
  return evidence.reader.head_complete() ? Kind::kMalformed : Kind::kReset;
}

Kind KindOf(const Evidence& evidence) {
  if (evidence.tls.signing_failure) return Kind::kKeySign;
  if (evidence.reader.body_too_large()) return Kind::kBodyTooLarge;
  if (evidence.reader.head_malformed()) return Kind::kMalformed;
  switch (evidence.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_SSL_CIPHER:  // only the proxy's cipher list is set; see curl_request.cc
      return Kind::kConnect;
    case CURLE_OPERATION_TIMEDOUT:
      return evidence.connected ? Kind::kTimeout : Kind::kConnect;
    case CURLE_FILESIZE_EXCEEDED:
      return Kind::kBodyTooLarge;
    case CURLE_URL_MALFORMAT:
      return Kind::kInvalidRequest;
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
      return EndedKind(evidence);
    case CURLE_SSL_CONNECT_ERROR:
      // Also libcurl's code for a peer that closes in the middle of the handshake.
      return evidence.tls.handshake_started && !FailedInTls(evidence.tls) ? Kind::kReset : Kind::kTls;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_USE_SSL_FAILED:
      return Kind::kTls;
    default:
      return evidence.connected ? Kind::kMalformed : Kind::kConnect;
  }
}

std::string MessageFor(Kind kind, const Evidence& evidence) {
  if (kind == Kind::kKeySign) {
    return "the key of the client certificate did not sign: " +
           Printable(evidence.tls.signing_failure->message);
  }
  if (kind == Kind::kBodyTooLarge) return "the answer is larger than allowed";
  if (evidence.reader.head_malformed()) return "the first header line of the answer begins with a blank";
  if (evidence.reader.head_too_large()) return "the head of the answer is larger than 64 KiB";
  // libcurl's words for it speak of one of its functions.
  if (evidence.code == CURLE_BAD_FUNCTION_ARGUMENT) return "a header line of the answer cannot be read";
  if (evidence.code == CURLE_SSL_CIPHER) return "a proxy that is reached over TLS is not supported";
  if (evidence.tls.alert_received >= 0) {
    return "the peer ended the TLS connection with alert " + std::to_string(evidence.tls.alert_received);
  }
  return Printable(evidence.detail.empty() ? curl_easy_strerror(evidence.code) : evidence.detail, 200);
}

}  // namespace

HttpFailure MakeFailure(const Evidence& evidence) {
  const Kind kind = KindOf(evidence);
  HttpFailure failure = MakeStopFailure(kind, MessageFor(kind, evidence), evidence.tls);
  failure.native_code = evidence.code;
  if (kind == Kind::kKeySign) failure.native_code = evidence.tls.signing_failure->native_code;
  return failure;
}

HttpFailure MakeStopFailure(Kind kind, std::string message, const tls::TlsRecord& tls) {
  HttpFailure failure;
  failure.kind = kind;
  failure.message = std::move(message);
  failure.tls_alert = tls.alert_received;
  failure.client_certificate_sent = tls.client_certificate_sent;
  return failure;
}

}  // namespace msiv2::curl
