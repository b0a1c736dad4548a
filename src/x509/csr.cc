#include "x509/csr.h"

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include <utility>

#include "base/ascii.h"
#include "base/guid.h"
#include "base/json.h"
#include "crypto/digest.h"
#include "crypto/errors.h"
#include "crypto/handles.h"
#include "x509/der.h"
#include "x509/spki.h"

namespace msiv2::x509 {
namespace {

constexpr std::size_t kModulusBytes = 2048 / 8;
constexpr std::size_t kMaxIdBytes = std::size_t{1024} * 1024;  // no metadata answer is longer

// OBJECT IDENTIFIER 0.9.2342.19200300.100.1.25 (domainComponent)
constexpr std::uint8_t kDomainComponent[] = {0x06, 0x0a, 0x09, 0x92, 0x26, 0x89,
                                             0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19};
// OBJECT IDENTIFIER 2.5.4.3 (commonName)
constexpr std::uint8_t kCommonName[] = {0x06, 0x03, 0x55, 0x04, 0x03};
// OBJECT IDENTIFIER 1.3.6.1.4.1.311.90.2.10 (the compute unit id)
constexpr std::uint8_t kCuIdAttribute[] = {0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04,
                                           0x01, 0x82, 0x37, 0x5a, 0x02, 0x0a};
// AlgorithmIdentifier of RSASSA-PSS: [0] SHA-256, [1] MGF1 with SHA-256, [2] salt of 32 bytes. IMDS rejects
// NULL parameters of the SHA-256 identifiers and an explicit trailerField, so neither is here.
constexpr std::uint8_t kPssSha256[] = {
    0x30, 0x3d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a, 0x30, 0x30, 0xa0,
    0x0d, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0xa1, 0x1a,
    0x30, 0x18, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08, 0x30, 0x0b, 0x06,
    0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0xa2, 0x03, 0x02, 0x01, 0x20};
static_assert(sizeof kPssSha256 == 63);

Error BadInput(std::string message) {
  return Error(ErrorCode::kInvalidRequest, Step::kCsr, std::move(message));
}

bool IsPlainUtf8(std::string_view text) {
  crypto::ErrorQueueScope errors;
  const auto* next = reinterpret_cast<const unsigned char*>(text.data());
  auto rest = static_cast<int>(text.size());
  while (rest > 0) {
    unsigned long code_point = 0;
    const int used = UTF8_getc(next, rest, &code_point);
    if (used <= 0) return false;
    if (code_point < 0x20 || (code_point >= 0x7f && code_point <= 0x9f)) return false;  // C0, DEL, C1
    next += used;
    rest -= used;
  }
  return true;
}

Result<void> CheckGuid(std::string_view name, std::string_view id) {
  if (IsGuid(id)) return {};
  return BadInput("the " + std::string(name) + " is not a GUID: \"" + Printable(id, 64) + "\"");
}

Result<void> CheckCuIdMember(std::string_view name, std::string_view id) {
  if (id.size() <= kMaxIdBytes && IsPlainUtf8(id)) return {};
  return BadInput("the metadata's " + std::string(name) +
                  " is too long, not UTF-8, or holds a control character: \"" + Printable(id, 64) + "\"");
}

Result<void> CheckSubject(const CsrSubject& subject) {
  if (auto ok = CheckGuid("client id", subject.client_id); !ok) return ok;
  if (auto ok = CheckGuid("tenant id", subject.tenant_id); !ok) return ok;
  if (auto ok = CheckCuIdMember("vmId", subject.cu_id.vm_id); !ok) return ok;
  if (auto ok = CheckCuIdMember("vmssId", subject.cu_id.vmss_id); !ok) return ok;
  if (subject.cu_id.vm_id.empty() && subject.cu_id.vmss_id.empty()) {
    return BadInput("the metadata names neither vmId nor vmssId");
  }
  return {};
}

Result<void> CheckKey(const RsaPublicKey& key) {
  if (key.modulus.size() != kModulusBytes || key.modulus.front() < 0x80) {
    return BadInput("the binding key must be RSA with 2048 bits; its modulus has " +
                    std::to_string(key.modulus.size()) + " bytes");
  }
  const bool is_odd_above_one =
      !key.exponent.empty() && key.exponent.back() % 2 == 1 && key.exponent != Bytes{1};
  if (!is_odd_above_one) return BadInput("the binding key's public exponent is not an odd number above 1");
  return {};
}

Bytes NamePart(ByteView type, DerTag string_type, std::string_view value) {
  const Bytes pair = Der(DerTag::kSequence, {type, Der(string_type, {AsBytes(value)})});
  return Der(DerTag::kSet, {pair});
}

std::string CuIdJson(const CuId& cu_id) {
  JsonMembers members;
  if (!cu_id.vm_id.empty()) members.emplace_back("vmId", cu_id.vm_id);
  if (!cu_id.vmss_id.empty()) members.emplace_back("vmssId", cu_id.vmss_id);
  return WriteJson(members);
}

Bytes CuIdAttributes(const CuId& cu_id) {
  const Bytes value = Der(DerTag::kUtf8String, {AsBytes(CuIdJson(cu_id))});
  const Bytes attribute = Der(DerTag::kSequence, {kCuIdAttribute, Der(DerTag::kSet, {value})});
  return Der(DerTag::kContext0, {attribute});
}

// Parses the finished bytes as IMDS will, so that an encoding error is found here as well.
bool VerifiesItself(const Bytes& csr) {
  crypto::ErrorQueueScope errors;
  const unsigned char* next = csr.data();
  const crypto::Handle<X509_REQ> request(d2i_X509_REQ(nullptr, &next, static_cast<long>(csr.size())));
  if (!request || next != csr.data() + csr.size()) return false;
  EVP_PKEY* public_key = X509_REQ_get0_pubkey(request.get());
  return public_key != nullptr && X509_REQ_verify(request.get(), public_key) == 1;
}

}  // namespace

Result<Bytes> BuildCertificationRequestInfo(const CsrSubject& subject, const RsaPublicKey& key) {
  if (auto ok = CheckSubject(subject); !ok) return ok.error();
  if (auto ok = CheckKey(key); !ok) return ok.error();

  const Bytes version = DerUnsigned({});
  const Bytes name =
      Der(DerTag::kSequence, {NamePart(kDomainComponent, DerTag::kIa5String, subject.tenant_id),
                              NamePart(kCommonName, DerTag::kPrintableString, subject.client_id)});
  return Der(DerTag::kSequence, {version, name, SpkiDer(key), CuIdAttributes(subject.cu_id)});
}

Result<Bytes> BuildCsr(const CsrSubject& subject, const SigningKey& key) {
  const Result<Bytes> info = BuildCertificationRequestInfo(subject, key.PublicKey());
  if (!info) return info.error();

  auto signature = key.SignDigest(SignaturePadding::kPss, DigestAlgorithm::kSha256, crypto::Sha256(*info));
  if (!signature) {
    signature.error().step = Step::kCsr;
    return signature.error();
  }
  Bytes csr = Der(DerTag::kSequence, {*info, kPssSha256, DerWholeBytes(*signature)});
  if (!VerifiesItself(csr)) {
    return Error(ErrorCode::kKeySignFailed, Step::kCsr,
                 "the binding key's signature does not verify with its own public key");
  }
  return csr;
}

}  // namespace msiv2::x509
