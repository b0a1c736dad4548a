// Fakes for the operating system and for the attestation library.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "attestation/native_library/library_system.h"
#include "attestation/native_library/native_abi.h"
#include "base/bytes.h"
#include "msiv2/key.h"
#include "tests/support/fake_keys.h"

namespace msiv2::attestation {

/// FakeExports fakes the library's functions and counts calls. Only one instance may exist at a time: the
/// static functions use it.
class FakeExports {
 public:
  using Attest = std::function<int(const char* payload, std::uintptr_t key, char** token)>;

  FakeExports() { current_ = this; }
  FakeExports(const FakeExports&) = delete;
  FakeExports& operator=(const FakeExports&) = delete;
  ~FakeExports() {
    std::lock_guard lock(mutex_);
    for (char* text : given_) delete[] text;
    current_ = nullptr;
  }

  /// Give returns a new buffer with `text`, as the library does.
  char* Give(const std::string& text) {
    char* const buffer = new char[text.size() + 1];
    std::memcpy(buffer, text.c_str(), text.size() + 1);
    std::lock_guard lock(mutex_);
    given_.insert(buffer);
    ++gave;
    return buffer;
  }
  /// Log sends a line to the callback that InitAttestationLib was given.
  void Log(int level, const char* message) {
    info_->log(info_->context, "lib", level, "Attest", 42, message);
  }

  std::size_t Outstanding() {
    std::lock_guard lock(mutex_);
    return given_.size();
  }

  std::function<int()> on_init = [] { return 0; };
  Attest on_attest = [this](const char*, std::uintptr_t, char** token) {
    *token = Give("token");
    return 0;
  };
  std::atomic<int> inits{0}, attests{0}, gave{0}, frees{0}, wrong_frees{0}, not_wiped{0};
  std::string endpoint, client_id;  // of the last call
  bool had_auth_token = false;

  static int Init(AttestationLogInfo* info) {
    ++current_->inits;
    current_->info_ = info;
    return current_->on_init();
  }
  static int AttestKey(const char* endpoint, const char* auth_token, const char* payload, std::uintptr_t key,
                       char** token, const char* client_id) {
    ++current_->attests;
    current_->endpoint = endpoint;
    current_->client_id = client_id;
    current_->had_auth_token = auth_token != nullptr;
    return current_->on_attest(payload, key, token);
  }
  static void FreeToken(char* token) {
    ++current_->frees;
    std::lock_guard lock(current_->mutex_);
    if (current_->given_.erase(token) == 0) {
      ++current_->wrong_frees;
      return;
    }
    if (token[0] != '\0') ++current_->not_wiped;
    delete[] token;
  }

 private:
  static inline FakeExports* current_ = nullptr;
  AttestationLogInfo* info_ = nullptr;
  std::mutex mutex_;
  std::set<char*> given_;
};

/// FakeWindows fakes the system, with one file that can be loaded.
class FakeWindows final : public LibrarySystem {
 public:
  FakeWindows() : file(4096 + 100, 0) {
    file[0] = 'M';
    file[1] = 'Z';
    file[0x3c] = 0x40;
    const Bytes header = {'P', 'E', 0, 0, 0x64, 0x86};
    std::copy(header.begin(), header.end(), file.begin() + 0x40);
    file[0x40 + 23] = 0x20;
  }

  std::uint16_t Machine() const override { return machine; }
  Result<std::unique_ptr<HeldFile>, SystemFailure> Open(const std::string& path) override {
    steps += "open ";
    opened = path;
    if (open_failure) return *open_failure;
    return std::unique_ptr<HeldFile>(std::make_unique<File>(*this));
  }
  std::optional<SystemFailure> RefuseSignature(HeldFile&) override {
    steps += "signature ";
    return signature_failure;
  }
  Result<std::unique_ptr<LoadedLibrary>, SystemFailure> Load(HeldFile&) override {
    steps += "load ";
    ++loads;
    if (load_failure) return *load_failure;
    return std::unique_ptr<LoadedLibrary>(std::make_unique<Library>(*this));
  }

  Bytes file;
  std::uint16_t machine = 0x8664;
  bool is_remote = false;
  bool is_the_file = true;
  std::optional<SystemFailure> open_failure, read_failure, signature_failure, load_failure;
  std::map<std::string, void*> exports = {
      {"InitAttestationLib", reinterpret_cast<void*>(&FakeExports::Init)},
      {"AttestKeyGuardImportKey", reinterpret_cast<void*>(&FakeExports::AttestKey)},
      {"FreeAttestationToken", reinterpret_cast<void*>(&FakeExports::FreeToken)}};
  std::string steps;  // the calls, in order
  std::string opened;
  std::atomic<int> held{0}, loaded{0}, loads{0};

 private:
  class File final : public HeldFile {
   public:
    explicit File(FakeWindows& of) : of_(of) { ++of_.held; }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() override { --of_.held; }
    bool IsRemote() const override { return of_.is_remote; }
    Result<std::size_t, SystemFailure> Read(std::uint64_t offset, std::span<std::uint8_t> into) override {
      if (of_.read_failure) return *of_.read_failure;
      const std::size_t at = std::min<std::size_t>(offset, of_.file.size());
      const std::size_t size = std::min(into.size(), of_.file.size() - at);
      std::copy_n(of_.file.begin() + static_cast<std::ptrdiff_t>(at), size, into.begin());
      return size;
    }

   private:
    FakeWindows& of_;
  };

  class Library final : public LoadedLibrary {
   public:
    explicit Library(FakeWindows& of) : of_(of) { ++of_.loaded; }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    ~Library() override { --of_.loaded; }
    bool IsOf(const HeldFile&) const override { return of_.is_the_file; }
    void* Function(const char* name) const override {
      const auto found = of_.exports.find(name);
      return found == of_.exports.end() ? nullptr : found->second;
    }
    std::uintptr_t Identity() const override { return 0x10000; }

   private:
    FakeWindows& of_;
  };
};

/// KeyWithHandle poses as a platform KeyGuard key. These tests never sign with it.
class KeyWithHandle final : public SigningKey {
 public:
  explicit KeyWithHandle(std::uintptr_t handle = 77, KeyStrength strength = KeyStrength::kKeyGuard,
                         KeyOrigin origin = KeyOrigin::kPlatform)
      : fake_(strength, origin), handle_(handle), public_key_(fake_.PublicKey()) {
    public_key_.modulus.back() = static_cast<std::uint8_t>(handle);
  }
  const RsaPublicKey& PublicKey() const override { return public_key_; }
  Result<std::vector<std::uint8_t>> SignDigest(SignaturePadding padding, DigestAlgorithm algorithm,
                                               std::span<const std::uint8_t> digest) const override {
    return fake_.SignDigest(padding, algorithm, digest);
  }
  KeyStrength Strength() const override { return fake_.Strength(); }
  KeyOrigin Origin() const override { return fake_.Origin(); }
  std::uintptr_t NativeHandle() const override { return handle_; }

 private:
  testing::FakeKey fake_;
  std::uintptr_t handle_;
  RsaPublicKey public_key_;
};

}  // namespace msiv2::attestation
