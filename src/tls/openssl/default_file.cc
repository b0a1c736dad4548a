#include "tls/openssl/default_file.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/environment.h"
#include "base/file_stamp.h"
#include "base/make_key.h"
#include "base/plain_file.h"
#include "tls/openssl/named_path.h"
#include "tls/openssl/pem_text.h"

namespace msiv2::tls {
namespace {

bool AnyIsCertificate(const STACK_OF(X509_INFO) * infos) {
  for (int i = 0; i < sk_X509_INFO_num(infos); ++i) {  // none for null
    if (sk_X509_INFO_value(infos, i)->x509 != nullptr) return true;
  }
  return false;
}

bool IsSet(const std::atomic<bool>* flag) { return flag != nullptr && *flag; }

// OpenSSL calls this before each operation, and again after it. 0 before a line is read ends the text.
long ReadUntilStopped(BIO* reader, int operation, const char*, std::size_t, int, long, int result,
                      std::size_t*) {
  if (operation != BIO_CB_GETS) return result;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): OpenSSL keeps the argument as text
  return IsSet(reinterpret_cast<const std::atomic<bool>*>(BIO_get_callback_arg(reader))) ? 0 : result;
}

// Reads the entries of `text` into `file` and returns why there is no certificate among them, else nothing.
std::string ReadEntries(std::string_view text, const std::atomic<bool>* stop, DefaultFile& file) {
  if (text.empty()) return "is empty";
  ERR_clear_error();
  const crypto::Handle<BIO> reader = ReadPemText(text);
  if (reader == nullptr) return "cannot be read: no memory";
  BIO_set_callback_arg(reader.get(), reinterpret_cast<char*>(const_cast<std::atomic<bool>*>(stop)));
  BIO_set_callback_ex(reader.get(), ReadUntilStopped);
  char no_password[] = "";  // or OpenSSL would ask the terminal for the password of an encrypted key
  file.infos.reset(PEM_X509_INFO_read_bio(reader.get(), nullptr, nullptr, no_password));
  if (IsSet(stop)) return {};
  if (file.infos == nullptr) return "is not used at all, because " + DamageOfPem(text);
  file.has_certificate = AnyIsCertificate(file.infos.get());
  return file.has_certificate ? "" : "holds no PEM certificate";
}

std::string DefaultPath() { return NamedDefaultFile().value_or(X509_get_default_cert_file()); }

}  // namespace

std::optional<std::string> NamedDefaultFile() {
  return UnprivilegedEnvironment()(X509_get_default_cert_file_env());
}

DefaultFile ReadDefaultFile(const std::optional<std::string>& named, const std::atomic<bool>* stop) {
  DefaultFile file;
  if (named && named->empty()) {
    file.problem = NamesNothing(X509_get_default_cert_file_env());
    return file;
  }
  const std::string path = named.value_or(X509_get_default_cert_file());
  const auto read = ReadPlainFile(path, kMaxTrustAnchorBytes + 1);
  std::string cause;
  if (!read.bytes) {
    cause = "cannot be read: " + read.cause;
  } else if (read.bytes->size() > kMaxTrustAnchorBytes) {
    cause = "is larger than 16 MiB";
  } else {
    cause = ReadEntries(read.bytes->Reveal(), stop, file);
  }
  ERR_clear_error();  // from a text that holds no certificate
  if (named && !cause.empty()) file.problem = NamesPath(X509_get_default_cert_file_env(), path, cause);
  return file;
}

std::string AddDefaultFile(X509_STORE* store, const std::optional<std::string>& named,
                           const std::atomic<bool>* stop) {
  DefaultFile file = ReadDefaultFile(named, stop);
  for (int i = 0; i < sk_X509_INFO_num(file.infos.get()) && !IsSet(stop); ++i) {  // none for null
    const X509_INFO* info = sk_X509_INFO_value(file.infos.get(), i);
    if (info->x509 != nullptr) X509_STORE_add_cert(store, info->x509);
    if (info->crl != nullptr) X509_STORE_add_crl(store, info->crl);
  }
  ERR_clear_error();  // from an entry that the store did not take
  return std::move(file.problem);
}

ReadBundle ReaderOfDefaultFile() {
  return [named = NamedDefaultFile()](X509_STORE* store, const std::atomic<bool>* stop) {
    return AddDefaultFile(store, named, stop);
  };
}

bool DefaultFileLimitsTrust() {
  const auto read = ReadPlainFile(DefaultPath(), kMaxTrustAnchorBytes);
  return read.bytes &&
         read.bytes->Reveal().find("-----BEGIN " PEM_STRING_X509_TRUSTED "-----") != std::string::npos;
}

std::string StampOfDefaultFile() {
  const std::string path = DefaultPath();
  return MakeKey({path, FileStamp(path)});
}

}  // namespace msiv2::tls
