// Checks and loads the configured attestation library.
#pragma once

#include <memory>

#include "attestation/native_library/library_choice.h"
#include "attestation/native_library/library_system.h"
#include "attestation/native_library/native_abi.h"
#include "msiv2/result.h"

namespace msiv2::attestation {

/// NativeLibrary is a library that was checked and loaded. The file stays held, so that it remains the one
/// that was checked.
struct NativeLibrary {
  std::unique_ptr<HeldFile> file;
  std::unique_ptr<LoadedLibrary> loaded;
  NativeFunctions functions;
};

/// LoadNativeLibrary checks path, pin or signature, and processor before any code of the file runs. It then
/// loads the library and looks up its exports. The file is held before its content is checked (G-19).
///
/// Errors: AttestationError with a separate status for each cause.
Result<NativeLibrary> LoadNativeLibrary(LibrarySystem& system, const LibraryChoice& choice);

}  // namespace msiv2::attestation
