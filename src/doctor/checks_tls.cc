#include <string>
#include <utility>

#include "doctor/checks.h"
#include "http/failure.h"
#include "imds/metadata.h"

namespace msiv2::doctor {
namespace {

constexpr int kHandshakeFailure = 40;
constexpr int kBadCertificate = 42;
constexpr int kCertificateRequired = 116;

Finding Unreachable(const char* check, Step step, const char* cause, const HttpFailure& failure,
                    const std::string& endpoint, const KnownSecrets& secrets) {
  const Leg leg{step, ErrorCode::kMsiV2Error, ErrorCode::kMsiV2Error, "the endpoint"};
  const Error error = FailureError(failure, leg, 1, secrets);
  const std::string text = endpoint + ": " + error.message;
  if (failure.kind == HttpFailure::Kind::kTls || failure.kind == HttpFailure::Kind::kProxy) {
    return {check, Severity::kFailure, std::string(Name(error.code)), text, std::string(error.Cure())};
  }
  return {check, Severity::kFailure, cause, text,
          "See that this host can reach it on port 443: name resolution, firewall, proxy."};
}

// A server that requires a client certificate ends the connection when it has seen that there is none. By
// then the server's own certificate has been accepted.
std::optional<Finding> WantsCertificate(const HttpFailure& failure, const std::string& endpoint) {
  if (failure.kind != HttpFailure::Kind::kTls) return std::nullopt;
  if (failure.tls_alert == kCertificateRequired || failure.tls_alert == kBadCertificate) {
    return Ok("token_endpoint", endpoint + " asks for a client certificate, and none was presented here");
  }
  if (failure.tls_alert != kHandshakeFailure) return std::nullopt;
  return Finding{"token_endpoint", Severity::kWarning, "handshake_refused",
                 endpoint +
                     " ended the handshake with alert 40: it wants a client certificate, or shares no TLS "
                     "parameters with this host",
                 "If token requests fail too, look at the TLS policy of this host and for a middlebox."};
}

// Other certificates may suffice. Whether they do, the endpoints show.
Finding UselessTrustPaths(const Facts& facts) {
  std::string text;
  for (const std::string& problem : facts.trust_problems) text += (text.empty() ? "" : "; ") + problem;
  const bool others = facts.system_anchors || facts.more_anchors;
  if (!others) text += "; no other certificate authority is trusted, so every TLS connection fails";
  return {"trust_anchors", others ? Severity::kWarning : Severity::kFailure, "trust_anchors_unusable", text,
          "Name a readable file of PEM certificates in SSL_CERT_FILE, and directories with hashed names in "
          "SSL_CERT_DIR, or unset the variable."};
}

}  // namespace

Finding CheckTrustAnchors(const Facts& facts) {
  if (facts.own_transport) return Skipped("trust_anchors", "the client brings its own HTTP transport");
  if (facts.trust_error) return FromError("trust_anchors", Severity::kFailure, *facts.trust_error);
  if (!facts.trust_problems.empty()) return UselessTrustPaths(facts);
  if (facts.system_anchors) {
    return Ok("trust_anchors", facts.more_anchors ? "the system's certificates and the given ones are trusted"
                                                  : "the system's certificates are trusted");
  }
  if (facts.more_anchors)
    return Ok("trust_anchors", "the given certificates are trusted; the system has none of its own");
  return {"trust_anchors", Severity::kFailure, "no_trust_anchors",
          "this system trusts no certificate authority, so every TLS connection fails",
          "Install ca-certificates."};
}

Finding CheckAttestation(const Facts& facts) {
  if (!facts.has_attestor) {
    OptionText cure = AttestorCure();
    return {
        "attestation",        Severity::kWarning,
        "no_attestor",        "this client has no attestor, so a request for an attested token is refused",
        std::move(cure.text), {},
        std::move(cure.named)};
  }
  if (!facts.metadata || !*facts.metadata)
    return Skipped("attestation", "IMDS named no attestation endpoint");
  const auto metadata =
      imds::ParseMetadataResponse(**facts.metadata, facts.identity, /*attesting=*/true, facts.secrets);
  if (!metadata)
    return Skipped("attestation", "IMDS named no attestation endpoint: " + metadata.error().message);
  const auto origin = CheckAttestationEndpoint(metadata->attestation_endpoint, facts.rules);
  if (!origin) return FromError("attestation", Severity::kFailure, origin.error());
  if (!facts.attestation) return Skipped("attestation", "no connection could be tried");
  const Sent& answer = *facts.attestation;
  if (answer)
    return Ok("attestation", origin->ToString() + " can be reached and its TLS certificate is trusted");
  return Unreachable("attestation", Step::kAttestation, "attestation_endpoint_unreachable", answer.error(),
                     origin->ToString(), facts.secrets);
}

Finding CheckTokenEndpoint(const Facts& facts) {
  if (facts.token_endpoint.empty()) {
    return Skipped(
        "token_endpoint",
        "IMDS names the token endpoint together with a certificate, and none is asked for here; name one "
        "to try a TLS connection");
  }
  const auto origin = CheckGivenTokenEndpoint(facts.token_endpoint, facts.rules);
  if (!origin) {
    return {"token_endpoint", Severity::kFailure, std::string(Name(origin.error().code)),
            origin.error().message,
            "Give a host name on port 443. Where a list of allowed hosts is set, it must name that host."};
  }
  if (!facts.token) return Skipped("token_endpoint", "no connection could be tried");
  const Sent& answer = *facts.token;
  if (answer)
    return Ok("token_endpoint", origin->ToString() + " can be reached and its TLS certificate is trusted");
  if (auto finding = WantsCertificate(answer.error(), origin->ToString())) return *std::move(finding);
  return Unreachable("token_endpoint", Step::kToken, "token_endpoint_unreachable", answer.error(),
                     origin->ToString(), facts.secrets);
}

}  // namespace msiv2::doctor
