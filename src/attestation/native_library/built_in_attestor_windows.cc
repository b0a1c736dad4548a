#include <utility>

#include "attestation/native_library/built_in_attestor.h"
#include "attestation/native_library/native_attestor.h"
#include "model/option_text.h"

namespace msiv2::attestation {
namespace {

// Never destroyed: the destructor would wait for a call that hangs, and the library may log until the process
// exits.
const std::shared_ptr<NativeRuntime>& ProcessRuntime() {
  static const auto* const runtime =
      new std::shared_ptr<NativeRuntime>(std::make_shared<NativeRuntime>(SystemLibraries()));
  return *runtime;
}

}  // namespace

Result<std::shared_ptr<Attestor>> MakeBuiltInAttestor(const AttestationLibrary& option,
                                                      const EnvironmentReader& environment,
                                                      std::chrono::milliseconds timeout) {
  LibraryChoice choice = ChooseLibrary(option, environment);
  if (choice.path.empty()) {
    if (option.sha256.empty()) return std::shared_ptr<Attestor>();
    return Error(ErrorCode::kInvalidRequest,
                 FromTemplate("{attestation_library} has a SHA-256, but no library is named"));
  }
  return MakeNativeAttestor(ProcessRuntime(), std::move(choice), timeout);
}

Result<bool> LoadBuiltInLibrary(const AttestationLibrary& option, const EnvironmentReader& environment,
                                const CallContext& context, std::chrono::milliseconds timeout) {
  const auto attestor = MakeBuiltInAttestor(option, environment, timeout);
  if (!attestor) return attestor.error();
  if (*attestor == nullptr) return false;
  const auto loaded = ProcessRuntime()->Load(ChooseLibrary(option, environment), context, timeout);
  if (!loaded) return loaded.error();
  return true;
}

}  // namespace msiv2::attestation
