#include "selftest/signatures.h"

#include "base/bytes.h"
#include "x509/csr.h"
#include "x509/spki.h"

namespace msiv2::selftest {
namespace {

std::string KindOf(SignaturePadding padding, DigestAlgorithm algorithm) {
  return std::string(padding == SignaturePadding::kPss ? "PSS" : "PKCS#1") + " with SHA-" +
         std::to_string(DigestSize(algorithm) * 8);
}

}  // namespace

std::optional<std::string> FindBadSignature(const SigningKey& key, SignaturePadding padding) {
  for (const DigestAlgorithm algorithm :
       {DigestAlgorithm::kSha256, DigestAlgorithm::kSha384, DigestAlgorithm::kSha512}) {
    // Any bytes of the right length will do: a key signs a digest without knowing what was hashed.
    const Bytes digest(DigestSize(algorithm), 0x5a);
    const auto signature = key.SignDigest(padding, algorithm, digest);
    if (!signature) return KindOf(padding, algorithm) + ": " + signature.error().ToString();
    if (!x509::VerifySignature(key.PublicKey(), padding, algorithm, digest, *signature)) {
      return KindOf(padding, algorithm) + ": the signature does not verify with the key's public half";
    }
  }
  return std::nullopt;
}

std::optional<std::string> FindBadCsr(const SigningKey& key) {
  const auto csr = x509::BuildCsr({.client_id = "00000000-0000-4000-8000-000000000001",
                                   .tenant_id = "00000000-0000-4000-8000-000000000002",
                                   .cu_id = {"00000000-0000-4000-8000-000000000003", ""}},
                                  key);
  if (csr) return std::nullopt;
  return "CSR: " + csr.error().ToString();
}

}  // namespace msiv2::selftest
