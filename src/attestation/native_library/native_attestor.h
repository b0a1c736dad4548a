// The attestor that calls AttestationClientLib.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>

#include "attestation/native_library/library_choice.h"
#include "attestation/native_library/library_system.h"
#include "attestation/native_library/load_library.h"
#include "attestation/native_library/log_capture.h"
#include "attestation/native_library/serial_native_caller.h"
#include "msiv2/attestor.h"
#include "msiv2/result.h"

namespace msiv2::attestation {

/// NativeRuntime is shared by all attestors of a process, because a library's state belongs to the process.
/// It holds the queue of calls, the loaded libraries, and which of them are initialised.
///
/// A library is loaded and initialised once, by the first call that needs it, and never unloaded. After a
/// failure the next call tries again, because the cause may have been fixed.
///
/// Threads: all members may be called at the same time. Lifetime: the destructor waits for a call that runs,
/// so the process-wide runtime is never destroyed. `system` must outlive the runtime.
class NativeRuntime {
 public:
  explicit NativeRuntime(LibrarySystem& system) : state_(system) {}

  /// Attest attests the key of `request` with the library of `choice`. It waits in the queue of all calls.
  /// Errors: AttestationError of any status; `timeout` and `canceled` from the limits of `context`.
  Result<SecretString> Attest(const LibraryChoice& choice, const AttestationRequest& request,
                              const CallContext& context, std::chrono::milliseconds limit);

  /// Load does what the first Attest does before it calls: it checks, loads and initialises the library of
  /// `choice`, in the queue. Errors: those that Attest can return up to that point.
  Result<void> Load(const LibraryChoice& choice, const CallContext& context, std::chrono::milliseconds limit);

 private:
  // Used only by the call that runs.
  struct State {
    explicit State(LibrarySystem& of) : system(of) {}
    Result<const NativeLibrary*> Ready(const LibraryChoice& choice);
    Result<SecretString> Call(const LibraryChoice& choice, const AttestationRequest& request);

    LibrarySystem& system;
    LogCapture log;
    std::map<LibraryChoice, NativeLibrary> libraries;
    std::set<std::uintptr_t> initialised;  // identities: two paths can lead to one library
  };

  State state_;
  SerialNativeCaller caller_;  // declared last, so destroyed first: its call uses the state
};

/// MakeNativeAttestor creates the attestor for the library of `choice`. The file is not touched until a key
/// is attested. `timeout` is Timeouts::attestation. A call counts as hung a little earlier, so that its
/// caller receives the attestor's own message.
std::shared_ptr<Attestor> MakeNativeAttestor(std::shared_ptr<NativeRuntime> runtime, LibraryChoice choice,
                                             std::chrono::milliseconds timeout);

}  // namespace msiv2::attestation
