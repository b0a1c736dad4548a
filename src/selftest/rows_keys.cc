// The rows about keys in keystores that protect them: KeyGuard and the TPM.
#include "keys/cng/ncrypt_status.h"
#include "selftest/row.h"
#include "selftest/signatures.h"
#include "x509/spki.h"

namespace msiv2::selftest {
namespace {

std::string StatusText(std::int64_t status) {
  return cng::Text(static_cast<cng::NCryptStatus>(static_cast<std::uint32_t>(status)));
}

// A keystore that this system does not have is not a failure. Under Wine, every final refusal means that.
RowAnswer Refused(const RowInput& input, const Error& error) {
  const auto status = static_cast<cng::NCryptStatus>(static_cast<std::uint32_t>(error.native_code));
  const bool is_absent = !error.retryable && (cng::SaysNotThere(status) || input.found.is_wine);
  std::string text = error.message;
  const std::string number = StatusText(error.native_code);
  if (text.find(number) == std::string::npos) text += ", status " + number;
  return is_absent ? Skip(input, "not available here: " + text) : Fail(input, text);
}

// Returns what is wrong with a key that should have this strength; empty if nothing is.
std::string WrongWith(const SigningKey& key, KeyStrength wanted, bool is_wine) {
  constexpr std::size_t kModulusSize = 256;
  if (key.Strength() != wanted)
    return "the keystore says of the key that it is " + std::string(Name(key.Strength()));
  if (key.Origin() != KeyOrigin::kPlatform) return "the key is " + std::string(Name(key.Origin()));
  if (key.PublicKey().modulus.size() != kModulusSize) return "the key is not of 2048 bits";
  if (!key.Container()) return "the key is not kept under a name";
  return is_wine ? "Wine claims a protection that it does not have" : "";
}

// Makes the key sign, and asks its keystore for the private half. `what` begins the text for a key that
// passes.
RowAnswer UseKey(const RowInput& input, const SigningKey& key, const std::string& what) {
  for (const SignaturePadding padding : {SignaturePadding::kPss, SignaturePadding::kPkcs1}) {
    if (const auto bad = FindBadSignature(key, padding)) return Fail(input, *bad);
  }
  const ExportAttempt attempt = input.parts->export_private(key.NativeHandle());
  if (!attempt.refused) return Fail(input, "the keystore gave out the private key");
  return Pass(input, what +
                         "PSS and PKCS#1 with SHA-256, SHA-384 and SHA-512 verify; the keystore refuses to "
                         "give out the private key, status " +
                         StatusText(attempt.status));
}

}  // namespace

RowAnswer KeyGuardRow(const RowInput& input) {
  const auto key = input.parts->keyguard->GetOrCreateKey();
  if (!key) return Refused(input, key.error());
  const std::string wrong = WrongWith(**key, KeyStrength::kKeyGuard, input.found.is_wine);
  if (!wrong.empty()) return Fail(input, wrong);
  RowAnswer answer = Pass(input, "a key isolated by VBS, as read back: RSA-2048, not exportable, it signs");
  answer.found.keyguard = *key;
  return answer;
}

RowAnswer KeyGuardSignRow(const RowInput& input) {
  if (input.found.keyguard == nullptr) return Skip(input, "there is no KeyGuard key to sign with");
  return UseKey(input, *input.found.keyguard, "");
}

RowAnswer PerBootRow(const RowInput& input) {
  if (input.found.keyguard == nullptr) return Skip(input, "there is no KeyGuard key");
  const std::string now = x509::SpkiSha256Hex(input.found.keyguard->PublicKey());
  const std::string& before = input.parts->previous_key;
  if (before.empty()) {
    return Skip(input,
                "the key is " + now + ": restart the machine and run again with --previous-key " + now);
  }
  if (before != now) {
    return Pass(input, "the earlier key " + before + " is gone, the key is " + now + " now");
  }
  return Fail(input,
              "the key is still " + now +
                  ": either the machine was not restarted (a fast startup is none), or the key outlives "
                  "its boot");
}

RowAnswer TpmRow(const RowInput& input) {
  const auto key = input.parts->tpm->GetOrCreateKey();
  if (!key) return Refused(input, key.error());
  const std::string wrong = WrongWith(**key, KeyStrength::kHardware, input.found.is_wine);
  if (!wrong.empty()) return Fail(input, wrong);
  RowAnswer answer = UseKey(input, **key, "a key in hardware, as its keystore says; ");
  if (answer.outcome == SelfTestOutcome::kPass) answer.found.tpm = *key;
  return answer;
}

}  // namespace msiv2::selftest
