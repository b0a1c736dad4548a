// PEM (RFC 7468) for people and tools; nothing on the wire uses it.
#pragma once

#include <string>

#include "base/bytes.h"

namespace msiv2::x509 {

/// CertificatePem returns a DER certificate as PEM: lines of 64 characters, each ended by one LF.
std::string CertificatePem(ByteView der);

/// CsrPem returns a DER certification request as PEM, label `CERTIFICATE REQUEST`.
std::string CsrPem(ByteView der);

}  // namespace msiv2::x509
