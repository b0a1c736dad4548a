#include <algorithm>
#include <cstring>
#include <utility>

#include "cache/windows_cert_store/crypt32_windows.h"
#include "cache/windows_cert_store/system_certificate_store.h"
#include "windows/system_library.h"

namespace msiv2::cache {
namespace {

// Limit for CERT_FRIENDLY_NAME_PROP_ID and CERT_KEY_PROV_INFO_PROP_ID. A larger property is not ours.
constexpr DWORD kMostPropertyBytes = 64 * 1024;

StoreFailure Failure(const char* what, DWORD status = GetLastError()) { return {what, status}; }

// Returns a property of a certificate, aligned for a structure with pointers; empty if there is none.
std::vector<std::uintptr_t> Property(const Crypt32& crypt32, PCCERT_CONTEXT certificate, DWORD id) {
  DWORD size = 0;
  if (!crypt32.get_property(certificate, id, nullptr, &size) || size > kMostPropertyBytes) return {};
  // The additional element is zero. It terminates a text that lacks its NUL.
  std::vector<std::uintptr_t> property(size / sizeof(std::uintptr_t) + 2);
  if (!crypt32.get_property(certificate, id, property.data(), &size)) return {};
  return property;
}

std::string FriendlyNameOf(const Crypt32& crypt32, PCCERT_CONTEXT certificate) {
  const auto property = Property(crypt32, certificate, CERT_FRIENDLY_NAME_PROP_ID);
  if (property.empty()) return {};
  return windows::Utf8(reinterpret_cast<const wchar_t*>(property.data()));
}

std::optional<KeyContainer> ContainerOf(const Crypt32& crypt32, PCCERT_CONTEXT certificate) {
  const auto property = Property(crypt32, certificate, CERT_KEY_PROV_INFO_PROP_ID);
  if (property.size() * sizeof(std::uintptr_t) < sizeof(CRYPT_KEY_PROV_INFO)) return std::nullopt;
  const auto& info = *reinterpret_cast<const CRYPT_KEY_PROV_INFO*>(property.data());
  // The provider type of CNG is 0. dwKeySpec is not checked: the sibling libraries write different values.
  const bool is_ours = info.dwProvType == 0 && (info.dwFlags & CRYPT_MACHINE_KEYSET) == 0;
  if (!is_ours || info.pwszProvName == nullptr || info.pwszContainerName == nullptr) return std::nullopt;
  return KeyContainer{.provider = windows::Utf8(info.pwszProvName),
                      .name = windows::Utf8(info.pwszContainerName)};
}

Bytes DerOf(PCCERT_CONTEXT certificate) {
  return Bytes(certificate->pbCertEncoded, certificate->pbCertEncoded + certificate->cbCertEncoded);
}

bool Link(const Crypt32& crypt32, PCCERT_CONTEXT certificate, const KeyContainer& container) {
  std::wstring name = windows::Utf16(container.name);
  std::wstring provider = windows::Utf16(container.provider);
  CRYPT_KEY_PROV_INFO info{};
  info.pwszContainerName = name.data();
  info.pwszProvName = provider.data();
  info.dwProvType = 0;
  info.dwKeySpec = CERT_NCRYPT_KEY_SPEC;
  return crypt32.set_property(certificate, CERT_KEY_PROV_INFO_PROP_ID, 0, &info) != 0;
}

bool NameIt(const Crypt32& crypt32, PCCERT_CONTEXT certificate, std::wstring name) {
  CRYPT_DATA_BLOB blob{};
  blob.cbData = static_cast<DWORD>((name.size() + 1) * sizeof(wchar_t));
  blob.pbData = reinterpret_cast<BYTE*>(name.data());
  return crypt32.set_property(certificate, CERT_FRIENDLY_NAME_PROP_ID, 0, &blob) != 0;
}

class SystemStore final : public RawCertificateStore {
 public:
  explicit SystemStore(const std::string& name) : name_(windows::Utf16(name)) {}

  Result<std::vector<RawCertificate>, StoreFailure> List(std::string_view name_prefix) override {
    std::vector<RawCertificate> entries;
    const Crypt32* const crypt32 = Crypt32::Get();
    if (crypt32 == nullptr) return Missing();
    const OpenStore store = Open(*crypt32, CERT_STORE_READONLY_FLAG | CERT_STORE_OPEN_EXISTING_FLAG);
    if (!store) {
      const StoreFailure failure = Failure("CertOpenStore");
      if (failure.status == ERROR_FILE_NOT_FOUND) return entries;
      return failure;
    }
    // Each call frees the certificate that the previous call returned.
    for (PCCERT_CONTEXT at = crypt32->enumerate(store.get(), nullptr); at != nullptr;
         at = crypt32->enumerate(store.get(), at)) {
      std::string name = FriendlyNameOf(*crypt32, at);
      if (!name.starts_with(name_prefix)) continue;
      entries.push_back({DerOf(at), std::move(name), ContainerOf(*crypt32, at)});
    }
    return entries;
  }

  Result<void, StoreFailure> Add(const RawCertificate& entry) override {
    std::wstring name = windows::Utf16(entry.friendly_name);
    // A name that is not UTF-8 would be a different name when it is read back.
    if (windows::Utf8(name) != entry.friendly_name) return Failure("friendly name", ERROR_INVALID_NAME);
    const Crypt32* const crypt32 = Crypt32::Get();
    if (crypt32 == nullptr) return Missing();
    const OpenStore store = Open(*crypt32, 0);
    if (!store) return Failure("CertOpenStore");
    {
      PCCERT_CONTEXT added = nullptr;
      if (!crypt32->add(store.get(), X509_ASN_ENCODING, entry.der.data(),
                        static_cast<DWORD>(entry.der.size()), CERT_STORE_ADD_NEW, &added)) {
        return Failure("CertAddEncodedCertificateToStore");
      }
      OpenCertificate certificate = Own(added);
      // Uses the context that the store returned, because only that is the entry. The link is written first,
      // so that a reader that finds the name also finds the link.
      const bool linked = !entry.container || Link(*crypt32, certificate.get(), *entry.container);
      if (!linked || !NameIt(*crypt32, certificate.get(), std::move(name))) {
        const StoreFailure failure = Failure("CertSetCertificateContextProperty");
        crypt32->remove(certificate.release());
        static_cast<void>(Commit(*crypt32, store));  // else the removal is not written
        return failure;
      }
    }
    return Commit(*crypt32, store);
  }

  Result<void, StoreFailure> Remove(const Bytes& der) override {
    const Crypt32* const crypt32 = Crypt32::Get();
    if (crypt32 == nullptr) return Missing();
    const OpenStore store = Open(*crypt32, 0);
    if (!store) return Failure("CertOpenStore");
    PCCERT_CONTEXT at = crypt32->enumerate(store.get(), nullptr);
    while (at != nullptr && DerOf(at) != der) at = crypt32->enumerate(store.get(), at);
    if (at == nullptr) return {};
    // The function frees the certificate, even if it fails.
    if (!crypt32->remove(at)) return Failure("CertDeleteCertificateFromStore");
    return Commit(*crypt32, store);
  }

 private:
  static StoreFailure Missing() { return Failure("crypt32.dll", ERROR_PROC_NOT_FOUND); }

  OpenStore Open(const Crypt32& crypt32, DWORD flags) const {
    return Own(
        crypt32.open(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER | flags, name_.c_str()));
  }

  // Without a commit, a removal is not written.
  static Result<void, StoreFailure> Commit(const Crypt32& crypt32, const OpenStore& store) {
    if (!crypt32.control(store.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr)) return Failure("CertControlStore");
    return {};
  }

  const std::wstring name_;
};

}  // namespace

std::shared_ptr<RawCertificateStore> MakeSystemCertificateStore(std::string name) {
  return std::make_shared<SystemStore>(name);
}

}  // namespace msiv2::cache
