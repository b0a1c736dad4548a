// Step 3: the certification request (PKCS#10, RFC 2986) that IMDS turns into a certificate.
#pragma once

#include <string>

#include "base/bytes.h"
#include "model/flow_types.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2::x509 {

/// CsrSubject is what the request says about this host. All of it comes from the metadata of step 1.
struct CsrSubject {
  std::string client_id;  ///< GUID, written as given
  std::string tenant_id;  ///< GUID, written as given
  CuId cu_id;
};

/// BuildCertificationRequestInfo returns the DER that is signed. It holds version 0, the subject, the public
/// key, and the compute unit id as the only attribute. The subject is DC = tenant id (IA5String), then CN =
/// client id (PrintableString). Pure: the same arguments give the same bytes.
///
/// Errors: `invalid_request`, at `Step::kCsr`, if an id is not a GUID or the key is not RSA-2048. Also if
/// vmId and vmssId are both empty, or if one of them is not UTF-8 or holds a control character.
Result<Bytes> BuildCertificationRequestInfo(const CsrSubject& subject, const RsaPublicKey& key);

/// BuildCsr returns the signed request, in DER. It asks `key` for one RSASSA-PSS signature of a SHA-256
/// digest and for nothing else, and verifies the finished request before it returns it.
///
/// Errors: those of BuildCertificationRequestInfo, and `key_sign_failed` at `Step::kCsr`. The latter is
/// returned if the key refuses to sign, or if its signature does not verify with its own public key.
Result<Bytes> BuildCsr(const CsrSubject& subject, const SigningKey& key);

}  // namespace msiv2::x509
