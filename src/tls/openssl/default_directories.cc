#include "tls/openssl/default_directories.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/ascii.h"
#include "base/environment.h"
#include "base/file_stamp.h"
#include "base/make_key.h"
#include "base/plain_file.h"
#include "base/utf8_path.h"
#include "tls/openssl/named_path.h"
#include "tls/openssl/pem_text.h"

namespace msiv2::tls {
namespace {

// OpenSSL's name for a certificate in a directory: `<8 hex digits of its subject's hash>.<number>`.
bool IsHashedName(std::string_view name) {
  constexpr std::size_t kDot = 8;
  return name.size() > kDot + 1 && name[kDot] == '.' &&
         std::all_of(name.begin(), name.begin() + kDot, IsHexDigit) &&
         std::all_of(name.begin() + kDot + 1, name.end(), IsDigit);
}

bool HoldsCertificate(const std::string& file) {
  const auto read = ReadPlainFile(file, kMaxTrustAnchorBytes);
  if (!read.bytes) return false;
  const crypto::Handle<BIO> text = ReadPemText(read.bytes->Reveal());
  return text != nullptr &&
         crypto::Handle<X509>(PEM_read_bio_X509_AUX(text.get(), nullptr, nullptr, nullptr)) != nullptr;
}

// The directories that are searched; none where SSL_CERT_DIR is empty.
std::vector<std::string> Directories(const std::optional<std::string>& named) {
  if (named && named->empty()) return {};
  const char* const separator = std::filesystem::path::preferred_separator == '/' ? ":" : ";";
  std::vector<std::string> directories;
  for (const auto& directory : Split(named.value_or(X509_get_default_cert_dir()), separator)) {
    directories.emplace_back(directory);
  }
  return directories;
}

std::optional<std::string> NamedDirectories() {
  return UnprivilegedEnvironment()(X509_get_default_cert_dir_env());
}

bool HasHashedName(const std::string& directory) {
  std::error_code unreadable;
  for (std::filesystem::directory_iterator entry(PathOfUtf8(directory), unreadable), end;
       !unreadable && entry != end; entry.increment(unreadable)) {
    if (IsHashedName(entry->path().filename().string())) return true;
  }
  return false;
}

// Returns why OpenSSL finds no certificate in `directory`; empty if it finds one.
std::string WhyUseless(const std::string& directory) {
  std::error_code unreadable;
  std::string hashed;
  for (std::filesystem::directory_iterator entry(PathOfUtf8(directory), unreadable), end;
       !unreadable && entry != end; entry.increment(unreadable)) {
    const auto& path = entry->path();
    if (!IsHashedName(path.filename().string())) continue;
    if (HoldsCertificate(Utf8OfPath(path))) return {};
    hashed = path.filename().string();
  }
  if (unreadable) return "cannot be read: " + unreadable.message();
  if (!hashed.empty()) return "holds no certificate: " + hashed + " is unreadable or damaged";
  return "holds no certificate under a hashed name, which openssl rehash would create";
}

}  // namespace

bool AddDefaultDirectories(X509_STORE* store) {
  const auto named = NamedDirectories();
  if (named && named->empty()) return true;
  X509_LOOKUP* const directories = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
  return directories != nullptr && X509_LOOKUP_add_dir(directories, nullptr, X509_FILETYPE_DEFAULT) == 1;
}

bool HaveHashedNames() {
  const auto directories = Directories(NamedDirectories());
  return std::any_of(directories.begin(), directories.end(), HasHashedName);
}

std::string StampOfDirectories() {
  std::string stamp;
  for (const auto& directory : Directories(NamedDirectories())) {
    stamp += MakeKey({directory, FileStamp(directory)});
  }
  return stamp;
}

DefaultDirectories InspectDefaultDirectories() {
  const char* const variable = X509_get_default_cert_dir_env();
  const auto named = NamedDirectories();
  DefaultDirectories found;
  if (named && named->empty()) found.problems.push_back(NamesNothing(variable));
  for (const auto& directory : Directories(named)) {
    const std::string cause = WhyUseless(directory);
    if (cause.empty()) found.any_certificate = true;
    if (named && !cause.empty()) found.problems.push_back(NamesPath(variable, directory, cause));
  }
  ERR_clear_error();  // from files that hold no certificate
  return found;
}

}  // namespace msiv2::tls
