// Key management of the signing provider: what OpenSSL may learn about a key.
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

#include <cstring>
#include <new>

#include "crypto/handles.h"
#include "tls/openssl/signing_provider_internal.h"

namespace msiv2::tls {
namespace {

ProviderKey* AsKey(void* key) { return static_cast<ProviderKey*>(key); }
const ProviderKey* AsKey(const void* key) { return static_cast<const ProviderKey*>(key); }

void* NewKey(void* /*provider*/) { return new (std::nothrow) ProviderKey; }

void FreeKey(void* key) { delete AsKey(key); }

int HasPart(const void* key, int selection) {
  if (key == nullptr) return 0;
  const bool has_public = !AsKey(key)->public_key.modulus.empty();
  if ((selection & OSSL_KEYMGMT_SELECT_PUBLIC_KEY) != 0 && !has_public) return 0;
  if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0 && AsKey(key)->signer == nullptr) return 0;
  return 1;
}

// Private halves match if their public halves match.
int Match(const void* a, const void* b, int /*selection*/) {
  return !AsKey(a)->public_key.modulus.empty() && AsKey(a)->public_key == AsKey(b)->public_key;
}

crypto::Handle<BIGNUM> ToBignum(const std::vector<std::uint8_t>& number) {
  return crypto::Handle<BIGNUM>(BN_bin2bn(number.data(), static_cast<int>(number.size()), nullptr));
}

bool FromBignum(const OSSL_PARAM* parameter, std::vector<std::uint8_t>& number) {
  BIGNUM* raw = nullptr;
  if (OSSL_PARAM_get_BN(parameter, &raw) != 1) return false;
  const crypto::Handle<BIGNUM> value(raw);
  number.resize(static_cast<std::size_t>(BN_num_bytes(value.get())));
  return BN_bn2bin(value.get(), number.data()) >= 0;
}

bool SetInt(OSSL_PARAM parameters[], const char* name, int value) {
  OSSL_PARAM* const parameter = OSSL_PARAM_locate(parameters, name);
  return parameter == nullptr || OSSL_PARAM_set_int(parameter, value) == 1;
}

bool SetNumber(OSSL_PARAM parameters[], const char* name, const std::vector<std::uint8_t>& number) {
  OSSL_PARAM* const parameter = OSSL_PARAM_locate(parameters, name);
  if (parameter == nullptr) return true;
  const crypto::Handle<BIGNUM> value = ToBignum(number);
  return value != nullptr && OSSL_PARAM_set_BN(parameter, value.get()) == 1;
}

int GetParameters(void* key, OSSL_PARAM parameters[]) {
  const RsaPublicKey& public_key = AsKey(key)->public_key;
  const int size = static_cast<int>(public_key.modulus.size());
  const int security_bits = size * 8 >= 3072 ? 128 : 112;  // NIST SP 800-57 part 1, table 2
  OSSL_PARAM* const digest = OSSL_PARAM_locate(parameters, OSSL_PKEY_PARAM_DEFAULT_DIGEST);
  return SetInt(parameters, OSSL_PKEY_PARAM_BITS, size * 8) &&
         SetInt(parameters, OSSL_PKEY_PARAM_SECURITY_BITS, security_bits) &&
         SetInt(parameters, OSSL_PKEY_PARAM_MAX_SIZE, size) &&
         SetNumber(parameters, OSSL_PKEY_PARAM_RSA_N, public_key.modulus) &&
         SetNumber(parameters, OSSL_PKEY_PARAM_RSA_E, public_key.exponent) &&
         (digest == nullptr || OSSL_PARAM_set_utf8_string(digest, "SHA256") == 1);
}

const OSSL_PARAM* GettableParameters(void* /*provider*/) {
  static const OSSL_PARAM kTypes[] = {
      OSSL_PARAM_int(OSSL_PKEY_PARAM_BITS, nullptr),
      OSSL_PARAM_int(OSSL_PKEY_PARAM_SECURITY_BITS, nullptr),
      OSSL_PARAM_int(OSSL_PKEY_PARAM_MAX_SIZE, nullptr),
      OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_DEFAULT_DIGEST, nullptr, 0),
      OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_N, nullptr, 0),
      OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_E, nullptr, 0),
      OSSL_PARAM_END,
  };
  return kTypes;
}

bool ImportSigningKey(ProviderKey& key, const OSSL_PARAM* parameter) {
  const void* data = nullptr;
  std::size_t size = 0;
  const std::shared_ptr<const SigningKey>* signer = nullptr;
  if (OSSL_PARAM_get_octet_string_ptr(parameter, &data, &size) != 1 || size != sizeof(void*)) return false;
  std::memcpy(&signer, data, sizeof(void*));
  key.signer = *signer;
  key.public_key = key.signer->PublicKey();
  return true;
}

bool ImportPublicKey(ProviderKey& key, const OSSL_PARAM parameters[]) {
  const OSSL_PARAM* const modulus = OSSL_PARAM_locate_const(parameters, OSSL_PKEY_PARAM_RSA_N);
  const OSSL_PARAM* const exponent = OSSL_PARAM_locate_const(parameters, OSSL_PKEY_PARAM_RSA_E);
  return modulus != nullptr && exponent != nullptr && FromBignum(modulus, key.public_key.modulus) &&
         FromBignum(exponent, key.public_key.exponent);
}

int Import(void* key, int /*selection*/, const OSSL_PARAM parameters[]) {
  return Guarded([&] {
    const OSSL_PARAM* const signing_key = OSSL_PARAM_locate_const(parameters, kSigningKeyParameter);
    if (signing_key != nullptr) return ImportSigningKey(*AsKey(key), signing_key);
    return ImportPublicKey(*AsKey(key), parameters);
  });
}

const OSSL_PARAM* PublicKeyTypes(int /*selection*/) {
  static const OSSL_PARAM kTypes[] = {
      OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_N, nullptr, 0),
      OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_E, nullptr, 0),
      OSSL_PARAM_END,
  };
  return kTypes;
}

const OSSL_PARAM* ExportTypes(int selection) {
  return (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0 ? nullptr : PublicKeyTypes(selection);
}

// If the private half is requested, nothing is exported. With the public half alone, OpenSSL would believe
// that it holds a whole key, and fail later, inside the handshake.
int Export(void* key, int selection, OSSL_CALLBACK* receive, void* argument) {
  if ((selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0) return 0;
  const crypto::Handle<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  const crypto::Handle<BIGNUM> modulus = ToBignum(AsKey(key)->public_key.modulus);
  const crypto::Handle<BIGNUM> exponent = ToBignum(AsKey(key)->public_key.exponent);
  if (builder == nullptr || modulus == nullptr || exponent == nullptr) return 0;
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
    return 0;
  }
  const crypto::Handle<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  return parameters == nullptr ? 0 : receive(parameters.get(), argument);
}

}  // namespace

const OSSL_DISPATCH* KeyManagementTable() {
  static const OSSL_DISPATCH kTable[] = {
      Entry(OSSL_FUNC_KEYMGMT_NEW, NewKey),
      Entry(OSSL_FUNC_KEYMGMT_FREE, FreeKey),
      Entry(OSSL_FUNC_KEYMGMT_HAS, HasPart),
      Entry(OSSL_FUNC_KEYMGMT_MATCH, Match),
      Entry(OSSL_FUNC_KEYMGMT_GET_PARAMS, GetParameters),
      Entry(OSSL_FUNC_KEYMGMT_GETTABLE_PARAMS, GettableParameters),
      Entry(OSSL_FUNC_KEYMGMT_IMPORT, Import),
      Entry(OSSL_FUNC_KEYMGMT_IMPORT_TYPES, PublicKeyTypes),
      Entry(OSSL_FUNC_KEYMGMT_EXPORT, Export),
      Entry(OSSL_FUNC_KEYMGMT_EXPORT_TYPES, ExportTypes),
      {0, nullptr},
  };
  return kTable;
}

}  // namespace msiv2::tls
