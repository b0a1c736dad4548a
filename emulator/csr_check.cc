#include "emulator/csr_check.h"

#include <openssl/objects.h>
#include <openssl/rsa.h>

#include <array>
#include <nlohmann/json.hpp>

namespace msiv2::emulator {
namespace {

using nlohmann::ordered_json;

constexpr char kCuIdOid[] = "1.3.6.1.4.1.311.90.2.10";

/// kPssIdentifier is the AlgorithmIdentifier of the spec: RSASSA-PSS, [0] SHA-256 and [1] MGF1 with
/// SHA-256, both without parameters, [2] salt 32, and no trailer field.
constexpr std::array<unsigned char, 63> kPssIdentifier = {
    0x30, 0x3d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a, 0x30, 0x30, 0xa0,
    0x0d, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0xa1, 0x1a,
    0x30, 0x18, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08, 0x30, 0x0b, 0x06,
    0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0xa2, 0x03, 0x02, 0x01, 0x20};

using PssParametersHandle = std::unique_ptr<RSA_PSS_PARAMS, Freed<RSA_PSS_PARAMS_free>>;

std::string OidText(const ASN1_OBJECT* object) {
  std::array<char, 128> text{};
  OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  return text.data();
}

std::string_view Text(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string CheckSubjectPart(const X509_NAME_ENTRY* entry, int nid, int string_type, const std::string& value,
                             const char* rule) {
  const ASN1_STRING* data = X509_NAME_ENTRY_get_data(entry);
  if (OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) != nid) return std::string(rule) + ": another attribute";
  if (ASN1_STRING_type(data) != string_type) return std::string(rule) + ": another string type";
  if (Text(data) != value) return std::string(rule) + ": another value";
  return {};
}

std::string CheckSubject(const X509_NAME* subject, const CsrExpectation& expected) {
  if (X509_NAME_entry_count(subject) != 2) return "the subject must have exactly two parts, DC and CN";
  const X509_NAME_ENTRY* first = X509_NAME_get_entry(subject, 0);
  const X509_NAME_ENTRY* second = X509_NAME_get_entry(subject, 1);
  if (X509_NAME_ENTRY_set(first) == X509_NAME_ENTRY_set(second)) {
    return "DC and CN must be two RDNs, not one of two values";
  }
  std::string refusal = CheckSubjectPart(first, NID_domainComponent, V_ASN1_IA5STRING, expected.tenant_id,
                                         "the first RDN must be DC, an IA5String, the tenant");
  if (!refusal.empty()) return refusal;
  return CheckSubjectPart(second, NID_commonName, V_ASN1_PRINTABLESTRING, expected.client_id,
                          "the second RDN must be CN, a PrintableString, the client id");
}

std::string CheckPublicKey(X509_PUBKEY* info, const EVP_PKEY* key) {
  X509_ALGOR* algorithm = nullptr;
  X509_PUBKEY_get0_param(nullptr, nullptr, nullptr, &algorithm, info);
  const ASN1_OBJECT* oid = nullptr;
  int parameter_type = V_ASN1_UNDEF;
  X509_ALGOR_get0(&oid, &parameter_type, nullptr, algorithm);
  if (OBJ_obj2nid(oid) != NID_rsaEncryption)
    return "the key must be of type rsaEncryption, is " + OidText(oid);
  if (parameter_type != V_ASN1_NULL) return "the key's algorithm must have NULL parameters";
  if (!key) return "the public key cannot be read";
  const int bits = EVP_PKEY_get_bits(key);
  if (bits != 2048) return "the key must have 2048 bits, has " + std::to_string(bits);
  return {};
}

std::string CheckCuId(const std::string& text, const CsrExpectation& expected) {
  if (text == CuIdJson(expected.vm_id, expected.vmss_id)) return {};
  const ordered_json value = ordered_json::parse(text, nullptr, false);
  if (!value.is_object()) return "the cuId attribute is not a JSON object";
  for (const auto& [name, member] : value.items()) {
    if (!member.is_string() || member.get<std::string>().empty()) {
      return "the cuId attribute has an empty member, or one that is not a string";
    }
  }
  const bool same_host =
      value.value("vmId", "") == expected.vm_id && value.value("vmssId", "") == expected.vmss_id &&
      value.size() == (expected.vm_id.empty() ? 0U : 1U) + (expected.vmss_id.empty() ? 0U : 1U);
  if (same_host) return "the cuId attribute is not compact JSON in the order vmId, vmssId";
  return "the cuId attribute does not name this host";
}

std::string CheckAttributes(const X509_REQ* csr, const CsrExpectation& expected) {
  if (X509_REQ_get_attr_count(csr) != 1) return "the CSR must have exactly one attribute, the cuId";
  X509_ATTRIBUTE* attribute = X509_REQ_get_attr(csr, 0);
  const std::string oid = OidText(X509_ATTRIBUTE_get0_object(attribute));
  if (oid != kCuIdOid) return std::string("the attribute must be ") + kCuIdOid + ", is " + oid;
  if (X509_ATTRIBUTE_count(attribute) != 1) return "the cuId attribute must have exactly one value";
  const ASN1_TYPE* value = X509_ATTRIBUTE_get0_type(attribute, 0);
  if (value->type != V_ASN1_UTF8STRING) return "the cuId attribute must be a UTF8String";
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-union-access): OpenSSL keeps the value in a union
  return CheckCuId(std::string(Text(value->value.utf8string)), expected);
}

/// ExplainPss returns how an RSASSA-PSS identifier differs from the specified one.
std::string ExplainPss(const X509_ALGOR* algorithm) {
  int type = V_ASN1_UNDEF;
  const void* parameters = nullptr;
  X509_ALGOR_get0(nullptr, &type, &parameters, algorithm);
  if (type != V_ASN1_SEQUENCE) return "the RSASSA-PSS identifier has no parameters";
  const auto* sequence = static_cast<const ASN1_STRING*>(parameters);
  const unsigned char* in = ASN1_STRING_get0_data(sequence);
  const PssParametersHandle pss(d2i_RSA_PSS_PARAMS(nullptr, &in, ASN1_STRING_length(sequence)));
  if (!pss) return "the RSASSA-PSS parameters cannot be read";
  const int hash = pss->hashAlgorithm ? OBJ_obj2nid(pss->hashAlgorithm->algorithm) : NID_sha1;
  if (hash != NID_sha256) return "RSASSA-PSS must use SHA-256";
  const long salt = pss->saltLength ? ASN1_INTEGER_get(pss->saltLength) : 20;
  if (salt != 32) return "RSASSA-PSS must use a salt of 32 bytes, uses " + std::to_string(salt);
  if (pss->trailerField) return "the RSASSA-PSS trailer field must be left out";
  return "the RSASSA-PSS identifier must name SHA-256 and MGF1-SHA-256 without NULL parameters";
}

std::string CheckSignature(X509_REQ* csr, EVP_PKEY* key) {
  const X509_ALGOR* algorithm = nullptr;
  X509_REQ_get0_signature(csr, nullptr, &algorithm);
  const ASN1_OBJECT* oid = nullptr;
  X509_ALGOR_get0(&oid, nullptr, nullptr, algorithm);
  if (OBJ_obj2nid(oid) != NID_rsassaPss) {
    return "the signature must be RSASSA-PSS, is " + OidText(oid);
  }
  std::string der(static_cast<std::size_t>(i2d_X509_ALGOR(algorithm, nullptr)), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_X509_ALGOR(algorithm, &out);
  const std::string_view wanted(reinterpret_cast<const char*>(kPssIdentifier.data()), kPssIdentifier.size());
  if (der != wanted) return ExplainPss(algorithm);
  if (X509_REQ_verify(csr, key) != 1) return "the signature does not verify";
  return {};
}

std::string Check(X509_REQ* csr, EVP_PKEY* key, const CsrExpectation& expected) {
  if (X509_REQ_get_version(csr) != 0) return "the version must be 0";
  std::string refusal = CheckSubject(X509_REQ_get_subject_name(csr), expected);
  if (refusal.empty()) refusal = CheckPublicKey(X509_REQ_get_X509_PUBKEY(csr), key);
  if (refusal.empty()) refusal = CheckAttributes(csr, expected);
  if (refusal.empty()) refusal = CheckSignature(csr, key);
  return refusal;
}

}  // namespace

CsrVerdict CheckCsr(std::string_view der, const CsrExpectation& expected) {
  const auto* in = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = in + der.size();
  const CsrHandle csr(d2i_X509_REQ(nullptr, &in, static_cast<long>(der.size())));
  if (!csr) return {nullptr, "the CSR is not a PKCS#10 request in DER"};
  if (in != end) return {nullptr, "there are bytes behind the CSR"};
  KeyHandle key(X509_REQ_get_pubkey(csr.get()));
  std::string refusal = Check(csr.get(), key.get(), expected);
  if (!refusal.empty()) return {nullptr, std::move(refusal)};
  return {std::move(key), {}};
}

std::string CuIdJson(const std::string& vm_id, const std::string& vmss_id) {
  ordered_json cu_id = ordered_json::object();
  if (!vm_id.empty()) cu_id["vmId"] = vm_id;
  if (!vmss_id.empty()) cu_id["vmssId"] = vmss_id;
  return cu_id.dump();
}

}  // namespace msiv2::emulator
