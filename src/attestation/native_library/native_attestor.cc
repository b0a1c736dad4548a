#include "attestation/native_library/native_attestor.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "attestation/attestation_status.h"
#include "attestation/native_library/native_call.h"
#include "base/bytes.h"
#include "base/make_key.h"

namespace msiv2::attestation {
namespace {

std::optional<Error> RefuseKey(const SigningKey* key) {
  const auto refused = [](const char* reason) {
    return AttestationError(AttestationStatus::kKeyRefused, reason);
  };
  if (key == nullptr || key->Strength() != KeyStrength::kKeyGuard)
    return refused("the key is not a KeyGuard key");
  if (key->Origin() != KeyOrigin::kPlatform) return refused("the key is emulated");
  if (key->NativeHandle() == 0) return refused("the key's provider has no handle for it");
  return std::nullopt;
}

// Identifies what is attested: the library, the endpoint, the client id and the key.
std::string SubjectOf(const LibraryChoice& choice, const AttestationRequest& request) {
  return MakeKey({"attest", choice.path, choice.sha256, request.endpoint, request.client_id,
                  AsText(request.key->PublicKey().modulus)});
}

class NativeAttestor final : public Attestor {
 public:
  NativeAttestor(std::shared_ptr<NativeRuntime> runtime, LibraryChoice choice,
                 std::chrono::milliseconds limit)
      : runtime_(std::move(runtime)), choice_(std::move(choice)), limit_(limit) {}

  Result<SecretString> Attest(const AttestationRequest& request, const CallContext& context) override {
    return runtime_->Attest(choice_, request, context, limit_);
  }

 private:
  const std::shared_ptr<NativeRuntime> runtime_;
  const LibraryChoice choice_;
  const std::chrono::milliseconds limit_;
};

}  // namespace

Result<SecretString> NativeRuntime::Attest(const LibraryChoice& choice, const AttestationRequest& request,
                                           const CallContext& context, std::chrono::milliseconds limit) {
  if (auto error = RefuseKey(request.key.get())) return *std::move(error);
  // The call holds the key, whose handle must live for as long as the library uses it.
  return caller_.Run(
      SubjectOf(choice, request), [this, choice, request] { return state_.Call(choice, request); }, context,
      limit);
}

Result<void> NativeRuntime::Load(const LibraryChoice& choice, const CallContext& context,
                                 std::chrono::milliseconds limit) {
  const auto work = [this, choice]() -> Result<SecretString> {
    const auto library = state_.Ready(choice);
    if (!library) return library.error();
    return SecretString();
  };
  // The subject of an attestation never equals this one.
  const auto loaded = caller_.Run(MakeKey({"load", choice.path, choice.sha256}), work, context, limit);
  if (!loaded) return loaded.error();
  return {};
}

/// Ready returns the library of `choice`, loaded and initialised; it is never unloaded.
Result<const NativeLibrary*> NativeRuntime::State::Ready(const LibraryChoice& choice) {
  auto found = libraries.find(choice);
  if (found == libraries.end()) {
    auto loaded = LoadNativeLibrary(system, choice);
    if (!loaded) return std::move(loaded).error();
    found = libraries.emplace(choice, *std::move(loaded)).first;
  }
  const NativeLibrary& library = found->second;
  const std::uintptr_t identity = library.loaded->Identity();
  if (!initialised.contains(identity)) {
    if (auto error = InitNativeLibrary(library.functions, log)) return *std::move(error);
    initialised.insert(identity);
  }
  return &library;
}

Result<SecretString> NativeRuntime::State::Call(const LibraryChoice& choice,
                                                const AttestationRequest& request) {
  const auto library = Ready(choice);
  if (!library) return library.error();
  return CallNativeLibrary((*library)->functions, log, request);
}

std::shared_ptr<Attestor> MakeNativeAttestor(std::shared_ptr<NativeRuntime> runtime, LibraryChoice choice,
                                             std::chrono::milliseconds timeout) {
  constexpr std::chrono::milliseconds kEarlier{1000};
  const auto limit = timeout - std::min(timeout / 10, kEarlier);
  return std::make_shared<NativeAttestor>(std::move(runtime), std::move(choice), limit);
}

}  // namespace msiv2::attestation
