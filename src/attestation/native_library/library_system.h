// What loading the attestation library asks of the operating system, so that tests can stand in for it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "msiv2/result.h"

namespace msiv2::attestation {

/// SystemFailure is a refusal of the system: its number (GetLastError, or an HRESULT) and its words.
struct SystemFailure {
  std::uint32_t code = 0;
  std::string text{};
};

/// HeldFile is a file that nobody can write, rename or delete while this lives.
class HeldFile {
 public:
  virtual ~HeldFile() = default;
  /// IsRemote tells whether the file lies on another machine, by whatever drive letter or link.
  virtual bool IsRemote() const = 0;
  /// Read fills `into` from `offset` on and returns how much there was; 0 at the end.
  virtual Result<std::size_t, SystemFailure> Read(std::uint64_t offset, std::span<std::uint8_t> into) = 0;
};

/// LoadedLibrary is a library in this process; destroying it lets go of it.
class LoadedLibrary {
 public:
  virtual ~LoadedLibrary() = default;
  /// IsOf tells whether it was loaded from this very file, and not from another of that name.
  virtual bool IsOf(const HeldFile& file) const = 0;
  /// Function returns the address of an export, or null.
  virtual void* Function(const char* name) const = 0;
  /// Identity is the same for every LoadedLibrary of one library in this process, and of no other.
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
  /// RefuseSignature returns nothing where Microsoft signed the file: a valid Authenticode signature by a
  /// signer for whom WhyNotMicrosoft (library_signer.h) has no objection.
  virtual std::optional<SystemFailure> RefuseSignature(HeldFile& file) = 0;
  /// Load loads the held file; the libraries that it needs come from System32 only.
  virtual Result<std::unique_ptr<LoadedLibrary>, SystemFailure> Load(HeldFile& file) = 0;
};

/// SystemLibraries returns this system's. The reference is static. Windows only.
LibrarySystem& SystemLibraries();

}  // namespace msiv2::attestation
