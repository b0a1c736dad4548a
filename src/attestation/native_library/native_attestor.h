// The attestor that asks AttestationClientLib.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>

#include "attestation/native_library/library_choice.h"
#include "attestation/native_library/library_system.h"
#include "attestation/native_library/load_library.h"
#include "attestation/native_library/log_capture.h"
#include "attestation/native_library/native_line.h"
#include "msiv2/attestor.h"
#include "msiv2/result.h"

namespace msiv2::attestation {

/// NativeRuntime is what every attestor of a process shares, since a library's state is the process's: the
/// line, the libraries that were loaded, and which of them are initialised.
///
/// A library is loaded and initialised once, by the first call that needs it, and never unloaded. What fails
/// is tried again by the next call: the cause may have been mended. Threads: all members may be called at the
/// same time. Lifetime: the destructor waits for a call that runs, so the process's own is never
/// destroyed; `system` must outlive it.
class NativeRuntime {
 public:
  explicit NativeRuntime(LibrarySystem& system) : state_(system) {}

  /// Attest has the key of `request` attested by the library of `choice`, in line with all other calls.
  /// Errors: AttestationError of every status; `timeout` and `canceled` by the limits of `context`.
  Result<SecretString> Attest(const LibraryChoice& choice, const AttestationRequest& request,
                              const CallContext& context, std::chrono::milliseconds limit);

  /// Load does what the first Attest does before it calls: it checks, loads and initialises the library of
  /// `choice`, in line. Errors: those of Attest that can be had by then.
  Result<void> Load(const LibraryChoice& choice, const CallContext& context, std::chrono::milliseconds limit);

 private:
  // Used by whoever holds the line.
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
  NativeLine line_;  // last, so destroyed first: its call uses the state
};

/// MakeNativeAttestor makes the attestor for the library of `choice`; the file is first looked at when a key
/// is to be attested. `timeout` is Timeouts::attestation: a call counts as hung a little earlier, so that its
/// caller hears of it in the attestor's words.
std::shared_ptr<Attestor> MakeNativeAttestor(std::shared_ptr<NativeRuntime> runtime, LibraryChoice choice,
                                             std::chrono::milliseconds timeout);

}  // namespace msiv2::attestation
