// What loading the attestation library needs from the operating system. Tests can replace it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "msiv2/result.h"

namespace msiv2::attestation {

/// SystemFailure is a refusal by the system: its number (GetLastError, or an HRESULT) and its message.
struct SystemFailure {
  std::uint32_t code = 0;
  std::string text{};
};

/// HeldFile is an open file. While this object lives, no process can write, rename or delete the file.
class HeldFile {
 public:
  virtual ~HeldFile() = default;
  /// IsRemote returns true if the file is on another machine, whatever drive letter or link leads to it.
  virtual bool IsRemote() const = 0;
  /// Read fills `into` from `offset` on and returns the number of bytes read; 0 at the end of the file.
  virtual Result<std::size_t, SystemFailure> Read(std::uint64_t offset, std::span<std::uint8_t> into) = 0;
};

/// LoadedLibrary is a library loaded in this process. The destructor releases it.
class LoadedLibrary {
 public:
  virtual ~LoadedLibrary() = default;
  /// IsOf returns true if the library was loaded from this very file, and not from another file of the same
  /// name.
  virtual bool IsOf(const HeldFile& file) const = 0;
  /// Function returns the address of an export, or null.
  virtual void* Function(const char* name) const = 0;
  /// Identity is the same for every LoadedLibrary of one library in this process, and different for other
  /// libraries.
  virtual std::uintptr_t Identity() const = 0;
};

/// LibrarySystem opens, verifies and loads. Threads: called by one thread at a time.
class LibrarySystem {
 public:
  virtual ~LibrarySystem() = default;
  /// Machine returns this process's processor (IMAGE_FILE_MACHINE_*).
  virtual std::uint16_t Machine() const = 0;
  /// Open opens the file at an absolute path and holds it.
  virtual Result<std::unique_ptr<HeldFile>, SystemFailure> Open(const std::string& path) = 0;
  /// RefuseSignature returns nullopt if Microsoft signed the file. The Authenticode signature must be valid,
  /// and WhyNotMicrosoft (library_signer.h) must accept its signer.
  virtual std::optional<SystemFailure> RefuseSignature(HeldFile& file) = 0;
  /// Load loads the held file; the libraries that it needs come from System32 only.
  virtual Result<std::unique_ptr<LoadedLibrary>, SystemFailure> Load(HeldFile& file) = 0;
};

/// SystemLibraries returns the LibrarySystem of this system. The reference is static. Windows only.
LibrarySystem& SystemLibraries();

}  // namespace msiv2::attestation
