// The signature operation of the signing provider: hashes here, signs through SigningKey::SignDigest.
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <charconv>
#include <new>
#include <optional>
#include <string_view>

#include "base/foreign_text.h"
#include "crypto/digest.h"
#include "crypto/handles.h"
#include "tls/openssl/signing_provider_internal.h"

namespace msiv2::tls {
namespace {

// SignatureContext is one EVP_PKEY_CTX or EVP_MD_CTX that signs.
struct SignatureContext {
  ProviderKey key;
  DigestAlgorithm digest = DigestAlgorithm::kSha256;
  SignaturePadding padding = SignaturePadding::kPkcs1;  // OpenSSL's default for RSA
  // The parameters that the caller requested. nullopt means what SigningKey does: the same digest, and a salt
  // of its length.
  std::optional<DigestAlgorithm> mgf1_digest;
  std::optional<int> salt_length;
  crypto::Handle<EVP_MD_CTX> hash;
};

SignatureContext* AsContext(void* context) { return static_cast<SignatureContext*>(context); }

std::optional<DigestAlgorithm> DigestByName(std::string_view name) {
  for (const auto algorithm :
       {DigestAlgorithm::kSha256, DigestAlgorithm::kSha384, DigestAlgorithm::kSha512}) {
    if (EVP_MD_is_a(crypto::MessageDigest(algorithm), std::string(name).c_str()) == 1) return algorithm;
  }
  return std::nullopt;
}

std::optional<DigestAlgorithm> ReadDigest(const OSSL_PARAM* parameter) {
  const char* name = nullptr;
  if (OSSL_PARAM_get_utf8_string_ptr(parameter, &name) != 1) return std::nullopt;
  return DigestByName(name);
}

// OpenSSL passes the padding as a name or as a number, depending on the caller.
std::optional<SignaturePadding> ReadPadding(const OSSL_PARAM* parameter) {
  const char* name = nullptr;
  if (parameter->data_type == OSSL_PARAM_UTF8_STRING) {
    if (OSSL_PARAM_get_utf8_string_ptr(parameter, &name) != 1) return std::nullopt;
    if (std::string_view(name) == OSSL_PKEY_RSA_PAD_MODE_PSS) return SignaturePadding::kPss;
    if (std::string_view(name) == OSSL_PKEY_RSA_PAD_MODE_PKCSV15) return SignaturePadding::kPkcs1;
    return std::nullopt;
  }
  int number = 0;
  if (OSSL_PARAM_get_int(parameter, &number) != 1) return std::nullopt;
  if (number == RSA_PKCS1_PSS_PADDING) return SignaturePadding::kPss;
  if (number == RSA_PKCS1_PADDING) return SignaturePadding::kPkcs1;
  return std::nullopt;
}

// Returns a length in bytes or RSA_PSS_SALTLEN_DIGEST. The names "auto" and "max" are refused: they mean the
// longest salt when signing.
std::optional<int> ReadSaltLength(const OSSL_PARAM* parameter) {
  int length = 0;
  if (parameter->data_type != OSSL_PARAM_UTF8_STRING) {
    if (OSSL_PARAM_get_int(parameter, &length) != 1) return std::nullopt;
    return length;
  }
  const char* text = nullptr;
  if (OSSL_PARAM_get_utf8_string_ptr(parameter, &text) != 1) return std::nullopt;
  const std::string_view name(text);
  if (name == OSSL_PKEY_RSA_PSS_SALT_LEN_DIGEST) return RSA_PSS_SALTLEN_DIGEST;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), length);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return length;
}

// Sets `field` from the parameter called `name` if it is present. Returns false if its value is refused.
template <typename Field, typename Reader>
bool Take(const OSSL_PARAM parameters[], const char* name, Field& field, Reader read) {
  const OSSL_PARAM* const parameter = OSSL_PARAM_locate_const(parameters, name);
  if (parameter == nullptr) return true;
  const auto value = read(parameter);
  if (!value) return false;
  field = *value;
  return true;
}

// SigningKey supports one form of PSS. Any other form is refused, never silently replaced.
bool IsSupported(const SignatureContext& context) {
  const int digest_size = static_cast<int>(DigestSize(context.digest));
  const int salt_length = context.salt_length.value_or(RSA_PSS_SALTLEN_DIGEST);
  if (salt_length != RSA_PSS_SALTLEN_DIGEST && salt_length != digest_size) return false;
  return !context.mgf1_digest || *context.mgf1_digest == context.digest;
}

int SetParameters(void* raw, const OSSL_PARAM parameters[]) {
  return Guarded([&] {
    SignatureContext& context = *AsContext(raw);
    if (parameters == nullptr) return true;
    return Take(parameters, OSSL_SIGNATURE_PARAM_DIGEST, context.digest, ReadDigest) &&
           Take(parameters, OSSL_SIGNATURE_PARAM_PAD_MODE, context.padding, ReadPadding) &&
           Take(parameters, OSSL_SIGNATURE_PARAM_MGF1_DIGEST, context.mgf1_digest, ReadDigest) &&
           Take(parameters, OSSL_SIGNATURE_PARAM_PSS_SALTLEN, context.salt_length, ReadSaltLength) &&
           IsSupported(context);
  });
}

const OSSL_PARAM* SettableParameters(void* /*context*/, void* /*provider*/) {
  static const OSSL_PARAM kTypes[] = {
      OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST, nullptr, 0),
      OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, nullptr, 0),
      OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_MGF1_DIGEST, nullptr, 0),
      OSSL_PARAM_utf8_string(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, nullptr, 0),
      OSSL_PARAM_END,
  };
  return kTypes;
}

void* NewContext(void* /*provider*/, const char* /*properties*/) {
  return new (std::nothrow) SignatureContext;
}

void FreeContext(void* context) { delete AsContext(context); }

// EVP_DigestSignFinal signs with a copy of its context.
void* DuplicateContext(void* raw) {
  const SignatureContext& original = *AsContext(raw);
  void* copy = nullptr;
  Guarded([&] {
    auto duplicate = std::make_unique<SignatureContext>();
    duplicate->key = original.key;
    duplicate->digest = original.digest;
    duplicate->padding = original.padding;
    duplicate->mgf1_digest = original.mgf1_digest;
    duplicate->salt_length = original.salt_length;
    if (original.hash != nullptr) {
      duplicate->hash.reset(EVP_MD_CTX_new());
      if (EVP_MD_CTX_copy_ex(duplicate->hash.get(), original.hash.get()) != 1) return false;
    }
    copy = duplicate.release();
    return true;
  });
  return copy;
}

int SignInit(void* raw, void* key, const OSSL_PARAM parameters[]) {
  return Guarded([&] {
    if (key != nullptr) AsContext(raw)->key = *static_cast<ProviderKey*>(key);
    return AsContext(raw)->key.signer != nullptr && SetParameters(raw, parameters) == 1;
  });
}

bool SignInto(const SignatureContext& context, std::span<const std::uint8_t> digest,
              unsigned char* signature) {
  const auto result = context.key.signer->SignDigest(context.padding, context.digest, digest);
  if (!result) {
    ERR_raise_data(ERR_LIB_USER, ERR_R_OPERATION_FAIL, "%s", ForeignText(result.error().message).c_str());
    return false;
  }
  if (result->size() != context.key.public_key.modulus.size()) {
    ERR_raise_data(ERR_LIB_USER, ERR_R_OPERATION_FAIL, "the key made a signature of the wrong length");
    return false;
  }
  std::copy(result->begin(), result->end(), signature);
  return true;
}

int Sign(void* raw, unsigned char* signature, std::size_t* size, std::size_t capacity,
         const unsigned char* digest, std::size_t digest_size) {
  return Guarded([&] {
    const SignatureContext& context = *AsContext(raw);
    *size = context.key.public_key.modulus.size();
    if (signature == nullptr) return true;  // the caller asks for the size
    if (capacity < *size || digest_size != DigestSize(context.digest) || !IsSupported(context)) return false;
    return SignInto(context, {digest, digest_size}, signature);
  });
}

int DigestSignInit(void* raw, const char* digest_name, void* key, const OSSL_PARAM parameters[]) {
  return Guarded([&] {
    SignatureContext& context = *AsContext(raw);
    if (digest_name != nullptr && *digest_name != '\0') {
      const auto digest = DigestByName(digest_name);
      if (!digest) return false;
      context.digest = *digest;
    }
    if (SignInit(raw, key, parameters) != 1) return false;
    context.hash.reset(EVP_MD_CTX_new());
    return EVP_DigestInit_ex(context.hash.get(), crypto::MessageDigest(context.digest), nullptr) == 1;
  });
}

int DigestSignUpdate(void* raw, const unsigned char* data, std::size_t size) {
  return EVP_DigestUpdate(AsContext(raw)->hash.get(), data, size);
}

int DigestSignFinal(void* raw, unsigned char* signature, std::size_t* size, std::size_t capacity) {
  if (signature == nullptr) return Sign(raw, nullptr, size, 0, nullptr, 0);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int digest_size = 0;
  if (EVP_DigestFinal_ex(AsContext(raw)->hash.get(), digest, &digest_size) != 1) return 0;
  return Sign(raw, signature, size, capacity, digest, digest_size);
}

}  // namespace

const OSSL_DISPATCH* SignatureTable() {
  static const OSSL_DISPATCH kTable[] = {
      Entry(OSSL_FUNC_SIGNATURE_NEWCTX, NewContext),
      Entry(OSSL_FUNC_SIGNATURE_FREECTX, FreeContext),
      Entry(OSSL_FUNC_SIGNATURE_DUPCTX, DuplicateContext),
      Entry(OSSL_FUNC_SIGNATURE_SIGN_INIT, SignInit),
      Entry(OSSL_FUNC_SIGNATURE_SIGN, Sign),
      Entry(OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT, DigestSignInit),
      Entry(OSSL_FUNC_SIGNATURE_DIGEST_SIGN_UPDATE, DigestSignUpdate),
      Entry(OSSL_FUNC_SIGNATURE_DIGEST_SIGN_FINAL, DigestSignFinal),
      Entry(OSSL_FUNC_SIGNATURE_SET_CTX_PARAMS, SetParameters),
      Entry(OSSL_FUNC_SIGNATURE_SETTABLE_CTX_PARAMS, SettableParameters),
      {0, nullptr},
  };
  return kTable;
}

}  // namespace msiv2::tls
