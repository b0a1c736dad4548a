// Step 3: the certification request (PKCS#10, RFC 2986) that IMDS turns into a certificate.
#pragma once

#include <string>

#include "base/bytes.h"
#include "model/flow_types.h"
#include "msiv2/key.h"
#include "msiv2/result.h"

namespace msiv2::x509 {

/// CsrSubject is what the request says about this host, all from the metadata of step 1.
struct CsrSubject {
  std::string client_id;  ///< GUID, written as given
  std::string tenant_id;  ///< GUID, written as given
  CuId cu_id;
};

/// BuildCertificationRequestInfo returns the DER that is signed: version 0, subject DC = tenant id
/// (IA5String) then CN = client id (PrintableString), the public key, and the compute unit id as the one
/// attribute. Pure: the same arguments give the same bytes.
///
/// Errors, all at `Step::kCsr`: `invalid_request` when an id is no GUID, when vmId and vmssId are both
/// empty, when one of them is not UTF-8 or holds a control character, or when the key is not RSA-2048.
Result<Bytes> BuildCertificationRequestInfo(const CsrSubject& subject, const RsaPublicKey& key);

/// BuildCsr returns the signed request, DER. It asks `key` for one RSASSA-PSS signature of a SHA-256 digest
/// and for nothing else, and verifies the finished request before it returns it.
///
/// Errors: those above, and `key_sign_failed` at `Step::kCsr` when the key refuses or when its signature
/// does not verify with its own public key.
Result<Bytes> BuildCsr(const CsrSubject& subject, const SigningKey& key);

}  // namespace msiv2::x509
