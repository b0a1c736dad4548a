// The thief of the demo: a client that has a token, but not the key it is bound to.
#pragma once

#include "emulator/emulator.h"
#include "msiv2/secret.h"

namespace msiv2::emulator {

/// CallWithoutCertificate calls the emulator's resource with `Authorization: mtls_pop <token>` over TLS
/// without a client certificate. Returns the HTTP status; 0 if there was no answer.
///
/// The client is a plain HTTP library that shares no code with msiv2: what it cannot do, a thief cannot.
int CallWithoutCertificate(const Endpoints& endpoints, const SecretString& token);

}  // namespace msiv2::emulator
