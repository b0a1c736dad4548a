// The trust anchors in OpenSSL's default paths, which SSL_CERT_FILE and SSL_CERT_DIR replace.
#include "tls/openssl/default_paths.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

#include "base/ascii.h"
#include "base/environment.h"
#include "tls/openssl/openssl_ptr.h"

namespace msiv2::tls {
namespace {

// OpenSSL's name for a certificate in a directory: `<8 hex digits of its subject's hash>.<number>`.
bool IsHashedName(std::string_view name) {
  constexpr std::size_t kDot = 8;
  return name.size() > kDot + 1 && name[kDot] == '.' &&
         std::all_of(name.begin(), name.begin() + kDot, IsHexDigit) &&
         std::all_of(name.begin() + kDot + 1, name.end(), IsDigit);
}

bool HoldsCertificate(const std::filesystem::path& file) {
  const UniqueBio text(BIO_new_file(file.string().c_str(), "rb"));
  return text != nullptr &&
         UniqueX509(PEM_read_bio_X509_AUX(text.get(), nullptr, nullptr, nullptr)) != nullptr;
}

bool DirectoryHoldsCertificate(const std::string& directory) {
  std::error_code unreadable;  // no such directory, or no permission: OpenSSL finds nothing there either
  for (std::filesystem::directory_iterator entry(directory, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable)) {
    const auto& path = entry->path();
    if (IsHashedName(path.filename().string()) && HoldsCertificate(path)) return true;
  }
  return false;
}

// OpenSSL reads the file into the store at once.
bool DefaultFileHoldsCertificate() {
  const UniqueX509Store store(X509_STORE_new());
  if (store == nullptr || X509_STORE_set_default_paths(store.get()) != 1) return false;
  const STACK_OF(X509_OBJECT)* objects = X509_STORE_get0_objects(store.get());
  for (int i = 0; i < sk_X509_OBJECT_num(objects); ++i) {
    if (X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i)) != nullptr) return true;
  }
  return false;
}

}  // namespace

bool DefaultPathsHoldTrustAnchors() {
  const char* separator = std::filesystem::path::preferred_separator == '/' ? ":" : ";";
  const auto variable = ProcessEnvironment()(X509_get_default_cert_dir_env());
  const auto directories = Split(variable.value_or(X509_get_default_cert_dir()), separator);
  const bool found = DefaultFileHoldsCertificate() ||
                     std::any_of(directories.begin(), directories.end(), DirectoryHoldsCertificate);
  ERR_clear_error();  // of files that hold no certificate
  return found;
}

}  // namespace msiv2::tls
