#include "attestation/native_library/native_code.h"

#include <array>

namespace msiv2::attestation {
namespace {

constexpr std::string_view kCheckIdentity =
    "Check that a managed identity is assigned to this machine and that IMDS answers.";
constexpr std::string_view kCheckNetwork =
    "Check DNS, proxy and firewall between this machine and the attestation endpoint.";
constexpr std::string_view kCheckBoot =
    "Check that the VM is a Trusted Launch or confidential VM with Secure Boot and vTPM, and that VBS runs. "
    "Check that its updates, the Secure Boot revocation list too, are installed.";
constexpr std::string_view kCheckTpm =
    "Check the vTPM (tpm.msc, Get-Tpm); a restart of the VM often fixes it.";
constexpr std::string_view kCheckService =
    "Something other than the attestation service may have answered: look for a proxy.";
constexpr std::string_view kNewVersion = "Try another version of the library, and report it with this code.";

// Codes and names come from the reference's enumeration. The texts are our own.
constexpr std::array<NativeCode, 36> kCodes = {{
    {0, "SUCCESS", "the call succeeded", "", false},
    {-1, "ERRORCURLINITIALIZATION", "its HTTP client could not be set up", kCheckNetwork, true},
    {-2, "ERRORRESPONSEPARSING", "an answer that it got could not be read", kCheckService, true},
    {-3, "ERRORMSITOKENNOTFOUND", "it got no token of the machine's own identity", kCheckIdentity, true},
    {-4, "ERRORHTTPREQUESTEXCEEDEDRETRIES", "its request failed as often as it may be repeated",
     kCheckNetwork, true},
    {-5, "ERRORHTTPREQUESTFAILED", "its request to the attestation service failed", kCheckNetwork, true},
    {-6, "ERRORATTESTATIONFAILED", "the attestation service judged this machine or key and refused it",
     kCheckBoot, false},
    {-7, "ERRORSENDINGCURLREQUESTFAILED", "its request could not be sent", kCheckNetwork, true},
    {-8, "ERRORINVALIDINPUTPARAMETER", "it was given an argument that it does not accept", kNewVersion,
     false},
    {-9, "ERRORATTESTATIONPARAMETERSVALIDATIONFAILED", "its checks of the attestation's parameters failed",
     kNewVersion, false},
    {-10, "ERRORFAILEDMEMORYALLOCATION", "it got no memory", "", true},
    {-11, "ERRORFAILEDTOGETOSINFO", "it could not find out about the operating system", "", false},
    {-12, "ERRORTPMINTERNALFAILURE", "the TPM failed", kCheckTpm, true},
    {-13, "ERRORTPMOPERATIONFAILURE", "the TPM refused an operation", kCheckTpm, true},
    {-14, "ERRORJWTDECRYPTIONFAILED", "the service's answer could not be decrypted on this machine",
     kCheckTpm, true},
    {-15, "ERRORJWTDECRYPTIONTPMERROR", "the TPM could not decrypt the service's answer", kCheckTpm, true},
    {-16, "ERRORINVALIDJSONRESPONSE", "the service's answer is not JSON of the form that it knows",
     kCheckService, true},
    {-17, "ERROREMPTYVCEKCERT", "the processor's certificate is empty", kCheckBoot, true},
    {-18, "ERROREMPTYRESPONSE", "the service's answer is empty", kCheckService, true},
    {-19, "ERROREMPTYREQUESTBODY", "it had nothing to send", kNewVersion, false},
    {-20, "ERRORHCLREPORTPARSINGFAILURE", "the hypervisor's report could not be read", kCheckBoot, false},
    {-21, "ERRORHCLREPORTEMPTY", "the hypervisor's report is empty", kCheckBoot, false},
    {-22, "ERROREXTRACTINGJWKINFO", "the service's key could not be read", kCheckService, true},
    {-23, "ERRORCONVERTINGJWKTORSAPUB", "the service's key is not an RSA key", kCheckService, true},
    {-24, "ERROREVPPKEYENCRYPTINITFAILED", "its encryption could not be set up", "", true},
    {-25, "ERROREVPPKEYENCRYPTFAILED", "its encryption failed", "", true},
    {-26, "ERRORDATADECRYPTIONTPMERROR", "the TPM could not decrypt data", kCheckTpm, true},
    {-27, "ERRORPARSINGDNSINFO", "what DNS says about the endpoint could not be read", kCheckNetwork, true},
    {-28, "ERRORPARSINGATTESTATIONRESPONSE", "the attestation service's answer could not be read",
     kCheckService, true},
    {-29, "ERRORAKCERTPROVISIONINGFAILED", "the TPM's attestation key has no certificate and got none",
     kCheckTpm, true},
    {-30, "ERRORCLIENTINITFAILED", "its client could not be set up", kNewVersion, true},
    {-31, "ERROREMPTYJWTRESPONSE", "the service's answer holds no JWT", kCheckService, true},
    {-32, "ERRORCREATEKGATTESTATIONREPORT", "KeyGuard made no report for the key", kCheckBoot, true},
    {-33, "ERROREXTRACTIMPORTKEYPUB", "the public half of the key could not be read", kCheckBoot, true},
    {-34, "ERRORUNEXPECTEDEXCEPTION", "something unexpected happened in it", kNewVersion, true},
    {-35, "ERRORLOGGERINITIALIZATION", "its log could not be set up", kNewVersion, false},
}};

}  // namespace

std::span<const NativeCode> NativeCodes() noexcept { return kCodes; }

const NativeCode* FindNativeCode(int code) noexcept {
  for (const NativeCode& row : kCodes) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

std::string ExplainNativeCode(int code) {
  const NativeCode* row = FindNativeCode(code);
  if (row == nullptr) {
    return "the attestation library answered with a code that is not known here; its own documentation, for "
           "the "
           "version in use, says what it means";
  }
  std::string text = std::string(row->name) + ": " + std::string(row->text);
  if (!row->cure.empty()) text += ". " + std::string(row->cure);
  return text;
}

}  // namespace msiv2::attestation
