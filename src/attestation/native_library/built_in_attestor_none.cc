#include "attestation/native_library/built_in_attestor.h"
#include "model/option_text.h"

namespace msiv2::attestation {

Result<std::shared_ptr<Attestor>> MakeBuiltInAttestor(const AttestationLibrary& option,
                                                      const EnvironmentReader&, std::chrono::milliseconds) {
  if (option.path.empty() && option.sha256.empty()) return std::shared_ptr<Attestor>();
  return Error(
      ErrorCode::kInvalidRequest,
      FromTemplate("{attestation_library} is set, but the attestation library exists on Windows only"));
}

Result<bool> LoadBuiltInLibrary(const AttestationLibrary& option, const EnvironmentReader& environment,
                                const CallContext&, std::chrono::milliseconds timeout) {
  const auto attestor = MakeBuiltInAttestor(option, environment, timeout);
  if (!attestor) return attestor.error();
  return *attestor != nullptr;
}

}  // namespace msiv2::attestation
