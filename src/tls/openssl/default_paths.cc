#include "tls/openssl/default_paths.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "base/ascii.h"
#include "base/environment.h"
#include "base/plain_file.h"
#include "base/utf8_path.h"
#include "crypto/handles.h"

namespace msiv2::tls {
namespace {

// OpenSSL's name for a certificate in a directory: `<8 hex digits of its subject's hash>.<number>`.
bool IsHashedName(std::string_view name) {
  constexpr std::size_t kDot = 8;
  return name.size() > kDot + 1 && name[kDot] == '.' &&
         std::all_of(name.begin(), name.begin() + kDot, IsHexDigit) &&
         std::all_of(name.begin() + kDot + 1, name.end(), IsDigit);
}

crypto::Handle<BIO> ReadBio(const SecretString& bytes) {
  const std::string_view text = bytes.Reveal();
  return crypto::Handle<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

bool HoldsCertificate(const std::string& file) {
  const auto read = ReadPlainFile(file, kMaxTrustAnchorBytes);
  if (!read.bytes) return false;
  const crypto::Handle<BIO> text = ReadBio(*read.bytes);
  return text != nullptr &&
         crypto::Handle<X509>(PEM_read_bio_X509_AUX(text.get(), nullptr, nullptr, nullptr)) != nullptr;
}

bool DirectoryHoldsCertificate(const std::string& directory) {
  std::error_code unreadable;  // no such directory, or no permission: OpenSSL finds nothing there either
  for (std::filesystem::directory_iterator entry(PathOfUtf8(directory), unreadable), end;
       !unreadable && entry != end; entry.increment(unreadable)) {
    const auto& path = entry->path();
    if (IsHashedName(path.filename().string()) && HoldsCertificate(Utf8OfPath(path))) return true;
  }
  return false;
}

struct FreeInfos {
  void operator()(STACK_OF(X509_INFO) * infos) const noexcept {
    sk_X509_INFO_pop_free(infos, X509_INFO_free);
  }
};

// An unreadable file, or one with a damaged end, adds nothing, as with OpenSSL's own reader.
void AddDefaultFile(X509_STORE* store) {
  const auto variable = UnprivilegedEnvironment()(X509_get_default_cert_file_env());
  const auto read = ReadPlainFile(variable.value_or(X509_get_default_cert_file()), kMaxTrustAnchorBytes + 1);
  if (!read.bytes || read.bytes->size() > kMaxTrustAnchorBytes) return;
  const crypto::Handle<BIO> text = ReadBio(*read.bytes);
  char no_password[] = "";  // or OpenSSL would ask the terminal for the password of an encrypted key
  const std::unique_ptr<STACK_OF(X509_INFO), FreeInfos> infos(
      text == nullptr ? nullptr : PEM_X509_INFO_read_bio(text.get(), nullptr, nullptr, no_password));
  for (int i = 0; i < sk_X509_INFO_num(infos.get()); ++i) {  // none for null
    const X509_INFO* info = sk_X509_INFO_value(infos.get(), i);
    if (info->x509 != nullptr) X509_STORE_add_cert(store, info->x509);
    if (info->crl != nullptr) X509_STORE_add_crl(store, info->crl);
  }
}

bool DefaultFileHoldsCertificate() {
  const crypto::Handle<X509_STORE> store(X509_STORE_new());
  if (store == nullptr) return false;
  AddDefaultFile(store.get());
  const STACK_OF(X509_OBJECT)* objects = X509_STORE_get0_objects(store.get());
  for (int i = 0; i < sk_X509_OBJECT_num(objects); ++i) {
    if (X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i)) != nullptr) return true;
  }
  return false;
}

}  // namespace

bool AddDefaultPaths(X509_STORE* store) {
  AddDefaultFile(store);
  X509_LOOKUP* const directories = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
  const bool added =
      directories != nullptr && X509_LOOKUP_add_dir(directories, nullptr, X509_FILETYPE_DEFAULT) == 1;
  if (added) ERR_clear_error();  // from a file that cannot be read
  return added;
}

bool DefaultPathsHoldTrustAnchors() {
  const char* separator = std::filesystem::path::preferred_separator == '/' ? ":" : ";";
  const auto variable = UnprivilegedEnvironment()(X509_get_default_cert_dir_env());
  const auto directories = Split(variable.value_or(X509_get_default_cert_dir()), separator);
  const bool found = DefaultFileHoldsCertificate() ||
                     std::any_of(directories.begin(), directories.end(), DirectoryHoldsCertificate);
  ERR_clear_error();  // from files that hold no certificate
  return found;
}

}  // namespace msiv2::tls
