// The rows about keys that exist only in this process: NCrypt's and our own.
#include "selftest/row.h"
#include "selftest/signatures.h"

namespace msiv2::selftest {
namespace {

/// Asked is what a fresh key must sign.
struct Asked {
  SignaturePadding padding;
  bool with_csr;
};

// Uses a separate key for each padding: Wine's keys cannot sign PKCS#1 after a PSS signature.
std::string WrongWithFreshKey(KeyProvider& provider, const Asked& asked) {
  const auto key = provider.GetOrCreateKey();
  if (!key) return key.error().ToString();
  if ((*key)->Strength() != KeyStrength::kSoftware) return "the key claims to be more than software";
  if (auto bad = FindBadSignature(**key, asked.padding)) return *std::move(bad);
  if (!asked.with_csr) return "";
  return FindBadCsr(**key).value_or("");
}

RowAnswer SignWithFreshKeys(const RowInput& input,
                            const std::function<std::shared_ptr<KeyProvider>()>& new_provider,
                            const std::string& whose) {
  for (const Asked asked : {Asked{SignaturePadding::kPss, true}, Asked{SignaturePadding::kPkcs1, false}}) {
    const std::string wrong = WrongWithFreshKey(*new_provider(), asked);
    if (!wrong.empty()) return Fail(input, wrong);
  }
  return Pass(input, whose + ": PSS, PKCS#1 and a CSR verify");
}

}  // namespace

RowAnswer NCryptSignRow(const RowInput& input) {
  return SignWithFreshKeys(input, input.parts->new_ncrypt, "software keys in NCrypt, without a name");
}

RowAnswer MemoryKeyRow(const RowInput& input) {
  return SignWithFreshKeys(input, input.parts->new_memory, "keys in the memory of this process");
}

}  // namespace msiv2::selftest
