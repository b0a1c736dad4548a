#include <windows.h>
// after windows.h
#include <softpub.h>
#include <wintrust.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "attestation/native_library/library_file_windows.h"
#include "attestation/native_library/library_signer.h"
#include "windows/system_library.h"

namespace msiv2::attestation {
namespace {

// From wincrypt.h of the Windows SDK. The flag also accepts the root "Microsoft Root Certificate Authority
// 2011", under which Microsoft signs software that is not part of Windows.
constexpr DWORD kCheckApplicationRoot = 0x00020000;

template <typename Function>
Function* Find(const char* library, const char* name) {
  return reinterpret_cast<Function*>(windows::SystemFunction(library, name));
}

/// TrustFunctions are looked up in System32 only: a wintrust.dll next to the program could accept any
/// signature.
struct TrustFunctions {
  decltype(&WinVerifyTrust) verify = Find<decltype(WinVerifyTrust)>("wintrust.dll", "WinVerifyTrust");
  decltype(&WTHelperProvDataFromStateData) provider =
      Find<decltype(WTHelperProvDataFromStateData)>("wintrust.dll", "WTHelperProvDataFromStateData");
  decltype(&WTHelperGetProvSignerFromChain) signer =
      Find<decltype(WTHelperGetProvSignerFromChain)>("wintrust.dll", "WTHelperGetProvSignerFromChain");
  decltype(&WTHelperGetProvCertFromChain) certificate =
      Find<decltype(WTHelperGetProvCertFromChain)>("wintrust.dll", "WTHelperGetProvCertFromChain");
  decltype(&CertGetNameStringW) name =
      Find<decltype(CertGetNameStringW)>("crypt32.dll", "CertGetNameStringW");
  decltype(&CertGetEnhancedKeyUsage) usage =
      Find<decltype(CertGetEnhancedKeyUsage)>("crypt32.dll", "CertGetEnhancedKeyUsage");
  decltype(&CertVerifyCertificateChainPolicy) policy =
      Find<decltype(CertVerifyCertificateChainPolicy)>("crypt32.dll", "CertVerifyCertificateChainPolicy");

  bool AllFound() const noexcept {
    return verify && provider && signer && certificate && name && usage && policy;
  }
};

SystemFailure Untrusted(std::string_view words) {
  return {static_cast<std::uint32_t>(TRUST_E_SUBJECT_NOT_TRUSTED), std::string(words)};
}

bool EndsInMicrosoftRoot(const TrustFunctions& functions, PCCERT_CHAIN_CONTEXT chain) {
  for (const DWORD flags : {DWORD{0}, kCheckApplicationRoot}) {
    CERT_CHAIN_POLICY_PARA parameters{};
    parameters.cbSize = sizeof parameters;
    parameters.dwFlags = flags;
    CERT_CHAIN_POLICY_STATUS status{};
    status.cbSize = sizeof status;
    if (functions.policy(CERT_CHAIN_POLICY_MICROSOFT_ROOT, chain, &parameters, &status) &&
        status.dwError == 0) {
      return true;
    }
  }
  return false;
}

// Returns one attribute of the subject with all its characters, including NUL; empty if it is too long.
std::u16string SubjectPart(const TrustFunctions& functions, PCCERT_CONTEXT certificate,
                           const char* attribute) {
  std::array<wchar_t, 256> text{};
  std::string oid(attribute);
  const DWORD size = functions.name(certificate, CERT_NAME_ATTR_TYPE, 0, oid.data(), text.data(),
                                    static_cast<DWORD>(text.size()));
  if (size == 0 || size >= text.size()) return {};
  return {text.begin(), text.begin() + size - 1};  // `size` includes the NUL at the end
}

// Only the extension counts, not a usage that was assigned to the certificate on this machine.
bool IsForCodeSigning(const TrustFunctions& functions, PCCERT_CONTEXT certificate) {
  DWORD size = 0;
  if (!functions.usage(certificate, CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG, nullptr, &size)) return false;
  std::vector<BYTE> bytes(std::max<std::size_t>(size, sizeof(CERT_ENHKEY_USAGE)));
  auto* const usages = reinterpret_cast<CERT_ENHKEY_USAGE*>(bytes.data());
  if (!functions.usage(certificate, CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG, usages, &size)) return false;
  const auto* const end = usages->rgpszUsageIdentifier + usages->cUsageIdentifier;
  return std::any_of(usages->rgpszUsageIdentifier, const_cast<LPSTR*>(end),
                     [](const char* usage) { return std::string_view(usage) == szOID_PKIX_KP_CODE_SIGNING; });
}

// Checks the signer, by the chain that WinVerifyTrust built.
std::optional<SystemFailure> RefuseSigner(const TrustFunctions& functions, HANDLE state) {
  CRYPT_PROVIDER_DATA* const provider = functions.provider(state);
  CRYPT_PROVIDER_SGNR* const signer = provider ? functions.signer(provider, 0, FALSE, 0) : nullptr;
  CRYPT_PROVIDER_CERT* const leaf = signer ? functions.certificate(signer, 0) : nullptr;
  if (leaf == nullptr || leaf->pCert == nullptr || signer->pChainContext == nullptr) {
    return Untrusted("the signer's certificates cannot be read");
  }
  const SignerFacts facts{SubjectPart(functions, leaf->pCert, szOID_ORGANIZATION_NAME),
                          SubjectPart(functions, leaf->pCert, szOID_COMMON_NAME),
                          IsForCodeSigning(functions, leaf->pCert),
                          EndsInMicrosoftRoot(functions, signer->pChainContext)};
  if (const auto why = WhyNotMicrosoft(facts)) return Untrusted(*why);
  return std::nullopt;
}

}  // namespace

// Revocation is not checked. The check runs when a service starts, often before there is a network. An
// unreachable list would have to count as good anyway. Pin the file where this is not enough.
std::optional<SystemFailure> RefuseMicrosoftSignature(const WindowsFile& file) {
  static const TrustFunctions functions;
  if (!functions.AllFound()) return Untrusted("this system cannot verify signatures");
  WINTRUST_FILE_INFO subject{};
  subject.cbStruct = sizeof subject;
  subject.pcwszFilePath = file.path().c_str();
  subject.hFile = file.handle();
  WINTRUST_DATA data{};
  data.cbStruct = sizeof data;
  data.dwUIChoice = WTD_UI_NONE;
  data.fdwRevocationChecks = WTD_REVOKE_NONE;
  data.dwUnionChoice = WTD_CHOICE_FILE;
  data.pFile = &subject;
  data.dwStateAction = WTD_STATEACTION_VERIFY;
  data.dwProvFlags = WTD_CACHE_ONLY_URL_RETRIEVAL | WTD_REVOCATION_CHECK_NONE;
  GUID action = WINTRUST_ACTION_GENERIC_VERIFY_V2;
  const auto no_window = static_cast<HWND>(INVALID_HANDLE_VALUE);
  const auto status = static_cast<std::uint32_t>(functions.verify(no_window, &action, &data));
  std::optional<SystemFailure> refusal;
  if (status != 0) {
    refusal = SystemFailure{status, windows::SystemMessage(status)};
  } else {
    refusal = RefuseSigner(functions, data.hWVTStateData);
  }
  data.dwStateAction = WTD_STATEACTION_CLOSE;
  functions.verify(no_window, &action, &data);
  return refusal;
}

}  // namespace msiv2::attestation
