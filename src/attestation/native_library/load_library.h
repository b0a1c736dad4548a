// From a configured path to an attestation library that may be called.
#pragma once

#include <memory>

#include "attestation/native_library/library_choice.h"
#include "attestation/native_library/library_system.h"
#include "attestation/native_library/native_abi.h"
#include "msiv2/result.h"

namespace msiv2::attestation {

/// NativeLibrary is a library that was checked and loaded. The file stays held, so that it stays the one that
/// was checked.
struct NativeLibrary {
  std::unique_ptr<HeldFile> file;
  std::unique_ptr<LoadedLibrary> loaded;
  NativeFunctions functions;
};

/// LoadNativeLibrary checks path, pin or signature, and processor, before any code of the file runs; then
/// loads it and looks up its exports. The file is held from the first check on (G-19).
///
/// Errors: AttestationError with one status for each thing that can be wrong.
Result<NativeLibrary> LoadNativeLibrary(LibrarySystem& system, const LibraryChoice& choice);

}  // namespace msiv2::attestation
