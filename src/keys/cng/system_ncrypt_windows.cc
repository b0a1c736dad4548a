#include <windows.h>
// after windows.h
#include <bcrypt.h>
#include <ncrypt.h>

#include <algorithm>
#include <limits>
#include <string>

#include "keys/cng/system_ncrypt.h"
#include "windows/system_library.h"

namespace msiv2::cng {
namespace {

constexpr char kLibrary[] = "ncrypt.dll";

/// Functions holds the functions of ncrypt.dll that are called.
struct Functions {
  decltype(&::NCryptOpenStorageProvider) open_provider = nullptr;
  decltype(&::NCryptOpenKey) open_key = nullptr;
  decltype(&::NCryptCreatePersistedKey) create_key = nullptr;
  decltype(&::NCryptSetProperty) set_property = nullptr;
  decltype(&::NCryptGetProperty) get_property = nullptr;
  decltype(&::NCryptFinalizeKey) finalize_key = nullptr;
  decltype(&::NCryptExportKey) export_key = nullptr;
  decltype(&::NCryptSignHash) sign_hash = nullptr;
  decltype(&::NCryptFreeObject) free_object = nullptr;
};

NCryptStatus Status(SECURITY_STATUS status) { return static_cast<NCryptStatus>(status); }

std::wstring Wide(std::string_view text) { return windows::Utf16(std::string(text)); }

DWORD Size(std::size_t size) {
  return static_cast<DWORD>(std::min<std::size_t>(size, std::numeric_limits<DWORD>::max()));
}

// NCrypt takes read-only input through pointers to non-const.
PBYTE Input(ByteView bytes) { return const_cast<PBYTE>(bytes.data()); }

LPCWSTR DigestName(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::kSha256:
      return BCRYPT_SHA256_ALGORITHM;
    case DigestAlgorithm::kSha384:
      return BCRYPT_SHA384_ALGORITHM;
    case DigestAlgorithm::kSha512:
      break;
  }
  return BCRYPT_SHA512_ALGORITHM;
}

class SystemApi final : public NCryptApi {
 public:
  explicit SystemApi(const Functions& functions) : call_(functions) {}

  NCryptStatus OpenProvider(std::string_view name, NCryptHandle& provider) override {
    NCRYPT_PROV_HANDLE handle = 0;
    const SECURITY_STATUS status = call_.open_provider(&handle, Wide(name).c_str(), 0);
    provider = handle;
    return Status(status);
  }

  NCryptStatus OpenKey(NCryptHandle provider, std::string_view name, std::uint32_t flags,
                       NCryptHandle& key) override {
    NCRYPT_KEY_HANDLE handle = 0;
    const SECURITY_STATUS status = call_.open_key(provider, &handle, Wide(name).c_str(), 0, flags);
    key = handle;
    return Status(status);
  }

  NCryptStatus CreateKey(NCryptHandle provider, std::string_view name, std::uint32_t flags,
                         NCryptHandle& key) override {
    NCRYPT_KEY_HANDLE handle = 0;
    const std::wstring wide = Wide(name);
    const SECURITY_STATUS status = call_.create_key(provider, &handle, BCRYPT_RSA_ALGORITHM,
                                                    name.empty() ? nullptr : wide.c_str(), 0, flags);
    key = handle;
    return Status(status);
  }

  NCryptStatus SetNumber(NCryptHandle object, std::string_view property, std::uint32_t value,
                         std::uint32_t flags) override {
    DWORD number = value;
    return Status(call_.set_property(object, Wide(property).c_str(), reinterpret_cast<PBYTE>(&number),
                                     sizeof number, flags));
  }

  NCryptStatus GetProperty(NCryptHandle object, std::string_view property, std::span<std::uint8_t> value,
                           std::size_t& size) override {
    DWORD written = 0;
    const SECURITY_STATUS status =
        call_.get_property(object, Wide(property).c_str(), value.data(), Size(value.size()), &written, 0);
    size = written;
    return Status(status);
  }

  NCryptStatus FinalizeKey(NCryptHandle key, std::uint32_t flags) override {
    return Status(call_.finalize_key(key, flags));
  }

  NCryptStatus ExportPublicKey(NCryptHandle key, std::span<std::uint8_t> blob, std::size_t& size) override {
    DWORD written = 0;
    const SECURITY_STATUS status =
        call_.export_key(key, 0, BCRYPT_RSAPUBLIC_BLOB, nullptr, blob.data(), Size(blob.size()), &written, 0);
    size = written;
    return Status(status);
  }

  NCryptStatus SignHash(NCryptHandle key, SignaturePadding padding, DigestAlgorithm algorithm,
                        ByteView digest, std::span<std::uint8_t> signature, std::size_t& size) override {
    BCRYPT_PSS_PADDING_INFO pss{DigestName(algorithm), Size(DigestSize(algorithm))};
    BCRYPT_PKCS1_PADDING_INFO pkcs1{DigestName(algorithm)};
    const bool is_pss = padding == SignaturePadding::kPss;
    void* const info = is_pss ? static_cast<void*>(&pss) : static_cast<void*>(&pkcs1);
    const DWORD flags = (is_pss ? BCRYPT_PAD_PSS : BCRYPT_PAD_PKCS1) | kSilentFlag;
    DWORD written = 0;
    const SECURITY_STATUS status = call_.sign_hash(key, info, Input(digest), Size(digest.size()),
                                                   signature.data(), Size(signature.size()), &written, flags);
    size = written;
    return Status(status);
  }

  NCryptStatus Free(NCryptHandle object) override { return Status(call_.free_object(object)); }

 private:
  const Functions call_;
};

/// Loader looks up functions and remembers the first one that is missing.
class Loader {
 public:
  template <typename Function>
  void Find(Function& function, const char* name) {
    if (!windows::FindSystemFunction(function, kLibrary, name) && missing_.empty()) missing_ = name;
  }
  const std::string& missing() const { return missing_; }

 private:
  std::string missing_;
};

Result<std::shared_ptr<NCryptApi>> Load() {
  Functions functions;
  Loader loader;
  loader.Find(functions.open_provider, "NCryptOpenStorageProvider");
  loader.Find(functions.open_key, "NCryptOpenKey");
  loader.Find(functions.create_key, "NCryptCreatePersistedKey");
  loader.Find(functions.set_property, "NCryptSetProperty");
  loader.Find(functions.get_property, "NCryptGetProperty");
  loader.Find(functions.finalize_key, "NCryptFinalizeKey");
  loader.Find(functions.export_key, "NCryptExportKey");
  loader.Find(functions.sign_hash, "NCryptSignHash");
  loader.Find(functions.free_object, "NCryptFreeObject");
  if (loader.missing().empty()) return std::shared_ptr<NCryptApi>(std::make_shared<SystemApi>(functions));
  Error error(ErrorCode::kKeyCreationFailed, Step::kKey,
              std::string("System32 has no ") + kLibrary + " with the function " + loader.missing());
  error.retryable = false;
  return error;
}

}  // namespace

Result<std::shared_ptr<NCryptApi>> SystemNCrypt() {
  // Never freed: keys are created and used until the last thread of the process has ended.
  static const auto& loaded = *new Result<std::shared_ptr<NCryptApi>>(Load());
  return loaded;
}

}  // namespace msiv2::cng
