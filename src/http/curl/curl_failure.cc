#include "http/curl/curl_failure.h"

#include <string>

#include "base/foreign_text.h"

namespace msiv2::curl {
namespace {

using Kind = HttpFailure::Kind;

bool FailedInTls(const tls::TlsRecord& tls) {
  return tls.alert_received >= 0 || tls.fatal_alert_sent || tls.handshake_failed;
}

// Classifies a connection that ended. If the head is complete, the rest of the body is missing or damaged.
Kind EndedKind(const Evidence& evidence) {
  if (!evidence.connected || evidence.proxy_status != 0) return Kind::kConnect;
  if (FailedInTls(evidence.tls)) return Kind::kTls;
  if (!evidence.reader.head_complete()) return Kind::kReset;
  // libcurl calls a damaged chunk a receive error as well, and names it in its text only.
  return evidence.detail.find("chunk") != std::string_view::npos ? Kind::kMalformed : Kind::kTruncated;
}

// libcurl reads a header line of up to 100 KiB. It reports a longer one as out of memory (newer versions:
// CURLE_TOO_LARGE).
bool EndedInHead(const Evidence& evidence) {
  constexpr int kTooLarge = 100;
  const bool either = evidence.code == CURLE_OUT_OF_MEMORY || static_cast<int>(evidence.code) == kTooLarge;
  return either && evidence.connected && !evidence.reader.head_complete();
}

Kind KindByCode(const Evidence& evidence) {
  switch (evidence.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_SSL_CIPHER:  // only the proxy's cipher list is set; see curl_request.cc
      return Kind::kConnect;
    case CURLE_OPERATION_TIMEDOUT:
      return evidence.connected ? Kind::kTimeout : Kind::kConnect;
    case CURLE_OUT_OF_MEMORY:
      return EndedInHead(evidence) ? Kind::kMalformed : Kind::kLocal;
    case CURLE_PARTIAL_FILE:
      return Kind::kTruncated;
    case CURLE_FILESIZE_EXCEEDED:
      return Kind::kBodyTooLarge;
    case CURLE_URL_MALFORMAT:
      return Kind::kInvalidRequest;
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
      return EndedKind(evidence);
    case CURLE_SSL_CONNECT_ERROR:
      // libcurl also uses this code if the peer closes the connection during the handshake.
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

// What this client saw itself says more than the code of libcurl.
Kind KindOf(const Evidence& evidence) {
  if (evidence.tls.signing_failure) return Kind::kKeySign;
  if (evidence.reader.body_too_large()) return Kind::kBodyTooLarge;
  if (evidence.reader.head_malformed()) return Kind::kMalformed;
  if (evidence.tls.out_of_memory || (evidence.local && !evidence.connected)) return Kind::kLocal;
  return KindByCode(evidence);
}

std::string MessageFor(Kind kind, const Evidence& evidence) {
  if (kind == Kind::kKeySign) {
    return "the key of the client certificate did not sign: " +
           ForeignText(evidence.tls.signing_failure->message);
  }
  if (kind == Kind::kBodyTooLarge) return "the answer is larger than allowed";
  if (evidence.reader.head_malformed()) return "the first header line of the answer begins with a blank";
  if (evidence.reader.head_too_large()) return "the head of the answer is larger than 64 KiB";
  // libcurl's own text names one of its functions.
  if (evidence.code == CURLE_BAD_FUNCTION_ARGUMENT) return "a header line of the answer cannot be read";
  if (evidence.code == CURLE_SSL_CIPHER) return "a proxy that is reached over TLS is not supported";
  if (evidence.tls.alert_received >= 0) {
    return "the peer ended the TLS connection with alert " + std::to_string(evidence.tls.alert_received);
  }
  if (EndedInHead(evidence)) return "the answer has a header line longer than 100 KiB, or memory ran out";
  std::string text(evidence.detail.empty() ? curl_easy_strerror(evidence.code) : evidence.detail);
  if (!evidence.trust_problems.empty()) text += "; " + evidence.trust_problems;
  return ForeignText(text);
}

}  // namespace

HttpFailure MakeFailure(const Evidence& evidence) {
  const Kind kind = KindOf(evidence);
  HttpFailure failure = MakeStopFailure(kind, MessageFor(kind, evidence), evidence.tls);
  failure.native_code = evidence.code;
  failure.proxy_status = evidence.proxy_status;
  if (kind == Kind::kKeySign) failure.native_code = evidence.tls.signing_failure->native_code;
  return failure;
}

HttpFailure OutOfMemory() { return {.kind = Kind::kLocal, .message = "libcurl is out of memory"}; }

HttpFailure MakeProxyProblem(const Proxy& proxy) {
  return {.kind = Kind::kProxy, .message = proxy.variable + " " + proxy.problem, .permanent = true};
}

HttpFailure AtProxy(HttpFailure failure, const Proxy& proxy) {
  KnownSecrets secrets;
  AddSecretsOf(proxy, secrets);
  failure.message = ForeignText(failure.message, secrets);
  if (failure.kind != Kind::kConnect) return failure;
  failure.kind = Kind::kProxy;
  const std::string cause = failure.proxy_status == 0
                                ? " did not connect: " + failure.message
                                : " refused with status " + std::to_string(failure.proxy_status);
  failure.message = "the proxy " + proxy.origin + " of " + proxy.variable + cause;
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
