#include "attestation/native_library/load_library.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <utility>

#include "attestation/attestation_status.h"
#include "attestation/native_library/pe_header.h"
#include "base/foreign_text.h"
#include "base/hex.h"
#include "crypto/handles.h"

namespace msiv2::attestation {
namespace {

// The library has a size of about 5 MB.
constexpr std::uint64_t kLargestFile = std::uint64_t{64} << 20;

// Numbers from winerror.h. They are repeated here so that their meaning is decided, and tested, on every
// system.
constexpr std::uint32_t kFileNotFound = 2;
constexpr std::uint32_t kPathNotFound = 3;
constexpr std::uint32_t kSharingViolation = 32;
constexpr std::uint32_t kModuleNotFound = 126;
constexpr std::uint32_t kProcedureNotFound = 127;
constexpr std::uint32_t kBadExeFormat = 193;
constexpr std::uint32_t kMachineMismatch = 216;

Error Refused(AttestationStatus status, const std::string& reason, const SystemFailure& failure) {
  return AttestationError(status, reason + ": " + ForeignText(failure.text), failure.code);
}

Error OfOpen(const SystemFailure& failure) {
  if (failure.code == kFileNotFound || failure.code == kPathNotFound) {
    return Refused(AttestationStatus::kLibraryMissing, "there is no file at the attestation library's path",
                   failure);
  }
  if (failure.code == kSharingViolation) {
    return Refused(AttestationStatus::kUnreadable,
                   "another program has the attestation library open for writing", failure);
  }
  return Refused(AttestationStatus::kUnreadable, "the attestation library cannot be opened", failure);
}

// The file exists, so "not found" refers to something that the file needs.
Error OfLoad(const SystemFailure& failure) {
  switch (failure.code) {
    case kModuleNotFound:
    case kProcedureNotFound:
      return Refused(
          AttestationStatus::kDependencyMissing,
          "the attestation library needs a library that System32 lacks or has too old; install the "
          "Visual C++ 2015-2022 runtime for x64 (MSVCP140.dll, VCRUNTIME140.dll, VCRUNTIME140_1.dll)",
          failure);
    case kBadExeFormat:
    case kMachineMismatch:
      return Refused(AttestationStatus::kWrongArchitecture,
                     "the attestation library, or one that it needs, is damaged or for another processor",
                     failure);
    default:
      return Refused(AttestationStatus::kLoadFailed, "the system would not load the attestation library",
                     failure);
  }
}

Result<Sha256> HashOf(HeldFile& file) {
  const crypto::Handle<EVP_MD_CTX> context(EVP_MD_CTX_new());
  bool ok = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  std::vector<std::uint8_t> chunk(std::size_t{64} << 10);
  for (std::uint64_t offset = 0; ok;) {
    const auto size = file.Read(offset, chunk);
    if (!size) {
      return Refused(AttestationStatus::kUnreadable, "the attestation library cannot be read", size.error());
    }
    if (*size == 0) break;
    offset += *size;
    if (offset > kLargestFile) {
      return AttestationError(AttestationStatus::kNotALibrary,
                              "the file is too large to be the attestation library");
    }
    ok = EVP_DigestUpdate(context.get(), chunk.data(), *size) == 1;
  }
  Sha256 digest{};
  if (!ok || EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1) {
    return AttestationError(AttestationStatus::kUnreadable, "SHA-256 of the library cannot be computed");
  }
  return digest;
}

std::optional<Error> CheckTrust(LibrarySystem& system, HeldFile& file, const std::optional<Sha256>& pin) {
  const auto digest = HashOf(file);  // also without a pin, because it bounds the size of the file
  if (!digest) return digest.error();
  if (pin) {
    if (CRYPTO_memcmp(pin->data(), digest->data(), digest->size()) == 0) return std::nullopt;
    return AttestationError(
        AttestationStatus::kHashMismatch,
        "the attestation library is not the pinned one; its SHA-256 is " + HexEncode(*digest));
  }
  const auto refusal = system.RefuseSignature(file);
  if (!refusal) return std::nullopt;
  return Refused(AttestationStatus::kBadSignature,
                 "the attestation library is not signed by Microsoft, and no SHA-256 is pinned", *refusal);
}

std::optional<Error> CheckMachine(LibrarySystem& system, HeldFile& file) {
  std::vector<std::uint8_t> head(kPeHeadSize);
  const auto size = file.Read(0, head);
  if (!size) {
    return Refused(AttestationStatus::kUnreadable, "the attestation library cannot be read", size.error());
  }
  const auto machine = PeMachine(std::span(head).first(*size));
  if (!machine) {
    return AttestationError(AttestationStatus::kNotALibrary, "the file is not a Windows library");
  }
  if (*machine == system.Machine()) return std::nullopt;
  return AttestationError(AttestationStatus::kWrongArchitecture,
                          "the attestation library is for " + MachineName(*machine) +
                              ", and this process is " + MachineName(system.Machine()));
}

Result<NativeFunctions> FindExports(const LoadedLibrary& library) {
  std::string missing;
  const auto find = [&](const char* name) {
    void* const address = library.Function(name);
    if (address == nullptr) missing += (missing.empty() ? "" : ", ") + std::string(name);
    return address;
  };
  const NativeFunctions functions{
      reinterpret_cast<InitAttestationLibFunction>(find("InitAttestationLib")),
      reinterpret_cast<AttestKeyGuardImportKeyFunction>(find("AttestKeyGuardImportKey")),
      reinterpret_cast<FreeAttestationTokenFunction>(find("FreeAttestationToken"))};
  if (missing.empty()) return functions;
  return AttestationError(
      AttestationStatus::kMissingExport,
      "the library is not an AttestationClientLib, or another version: it lacks " + missing);
}

Result<NativeLibrary> LoadChecked(LibrarySystem& system, std::unique_ptr<HeldFile> file) {
  auto loaded = system.Load(*file);
  if (!loaded) return OfLoad(loaded.error());
  if (!(*loaded)->IsOf(*file)) {
    return AttestationError(AttestationStatus::kNotTheFile,
                            "the system answered with another library of that name, which was not checked");
  }
  const auto functions = FindExports(**loaded);
  if (!functions) return functions.error();
  return NativeLibrary{std::move(file), *std::move(loaded), *functions};
}

}  // namespace

Result<NativeLibrary> LoadNativeLibrary(LibrarySystem& system, const LibraryChoice& choice) {
  const auto path = CheckLibraryPath(choice.path);
  if (!path) return path.error();
  std::optional<Sha256> pin;
  if (!choice.sha256.empty()) {
    const auto parsed = ParsePin(choice.sha256);
    if (!parsed) return parsed.error();
    pin = *parsed;
  }
  auto opened = system.Open(*path);
  if (!opened) return OfOpen(opened.error());
  std::unique_ptr<HeldFile> file = *std::move(opened);
  if (file->IsRemote()) {
    return AttestationError(
        AttestationStatus::kPathRefused,
        "the attestation library's path leads to another machine, where others decide what "
        "the file holds");
  }
  if (auto error = CheckTrust(system, *file, pin)) return *std::move(error);
  if (auto error = CheckMachine(system, *file)) return *std::move(error);
  return LoadChecked(system, std::move(file));
}

}  // namespace msiv2::attestation
