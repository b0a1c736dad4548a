#include "attestation/native_library/built_in_attestor.h"

namespace msiv2::attestation {

Result<std::shared_ptr<Attestor>> MakeBuiltInAttestor(const AttestationLibrary& option,
                                                      const EnvironmentReader&, std::chrono::milliseconds) {
  if (option.path.empty() && option.sha256.empty()) return std::shared_ptr<Attestor>();
  return Error(ErrorCode::kInvalidRequest,
               "attestation_library is set, but the attestation library exists on Windows only");
}

}  // namespace msiv2::attestation
