// What the flow needs from outside, gathered by the composition root.
#pragma once

#include <functional>
#include <string>

#include "attestation/attestation_service.h"
#include "base/uuid.h"
#include "flow/imds_bases.h"
#include "keys/key_chain.h"
#include "msiv2/binding.h"
#include "msiv2/certificate_store.h"
#include "msiv2/clock.h"
#include "msiv2/http.h"
#include "msiv2/observer.h"
#include "msiv2/options.h"

namespace msiv2::flow {

/// Ports are the outside world of one client. All references outlive the flow.
struct Ports {
  HttpTransport& http;
  KeyChain& keys;
  attestation::AttestationService& attestation;
  CertificateStore* store = nullptr;  ///< nullable
  Observer* observer = nullptr;       ///< of the work in the background; nullable
  Clock& clock;
  RandomSource random;
  ImdsBases& imds_bases;
  std::function<bool()> is_disabled;  ///< the kill switch, for work in the background; never empty
  /// Loads certificate and key into a TLS context, as a connection does; never empty. Errors:
  /// `invalid_certificate`.
  std::function<Result<void>(const BindingCertificate&)> try_in_tls;
};

}  // namespace msiv2::flow
