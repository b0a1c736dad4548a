// What the flow needs from outside, gathered by the composition root.
#pragma once

#include <functional>
#include <string>

#include "attestation/attestation_service.h"
#include "base/uuid.h"
#include "flow/v1_only_bases.h"
#include "keys/key_chain.h"
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
  V1OnlyBases& v1_only;
  std::function<bool()> is_disabled;  ///< the kill switch, for work in the background; never empty
};

}  // namespace msiv2::flow
