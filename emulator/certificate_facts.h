// What servers read from the client certificate of a TLS connection.
#pragma once

#include <openssl/x509.h>

#include <string>

namespace msiv2::emulator {

/// Thumbprint returns x5t#S256: the base64url SHA-256 of the certificate's DER (RFC 8705 section 3.1).
std::string Thumbprint(X509* certificate);

/// Sha1Thumbprint returns the SHA-1 of the certificate's DER in upper-case hex digits, the form of
/// IDENTITY_SERVER_THUMBPRINT.
std::string Sha1Thumbprint(X509* certificate);

/// CommonName returns the subject's CN, or empty.
std::string CommonName(X509* certificate);

/// SameIdentifier compares two GUIDs without regard to letter case.
bool SameIdentifier(std::string_view a, std::string_view b);

}  // namespace msiv2::emulator
