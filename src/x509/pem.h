// PEM (RFC 7468) for display and for tools. It is not used on the wire.
#pragma once

#include <string>

#include "base/bytes.h"

namespace msiv2::x509 {

/// CertificatePem returns a DER certificate as PEM: lines of 64 characters, each ended by one LF.
std::string CertificatePem(ByteView der);

/// CsrPem returns a DER certification request as PEM, label `CERTIFICATE REQUEST`.
std::string CsrPem(ByteView der);

}  // namespace msiv2::x509
