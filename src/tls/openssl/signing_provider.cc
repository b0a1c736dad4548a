#include "tls/openssl/signing_provider.h"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/provider.h>

#include "crypto/errors.h"
#include "tls/openssl/signing_provider_internal.h"

namespace msiv2::tls {
namespace {

const OSSL_ALGORITHM* QueryOperation(void* /*provider*/, int operation, int* no_cache) {
  static const OSSL_ALGORITHM kKeyManagement[] = {
      {kAlgorithmNames, kProviderQuery, KeyManagementTable(), nullptr}, {nullptr, nullptr, nullptr, nullptr}};
  static const OSSL_ALGORITHM kSignature[] = {{kAlgorithmNames, kProviderQuery, SignatureTable(), nullptr},
                                              {nullptr, nullptr, nullptr, nullptr}};
  *no_cache = 0;
  if (operation == OSSL_OP_KEYMGMT) return kKeyManagement;
  if (operation == OSSL_OP_SIGNATURE) return kSignature;
  return nullptr;
}

int InitProvider(const OSSL_CORE_HANDLE* handle, const OSSL_DISPATCH* /*core*/, const OSSL_DISPATCH** table,
                 void** provider) {
  static const OSSL_DISPATCH kProvider[] = {Entry(OSSL_FUNC_PROVIDER_QUERY_OPERATION, QueryOperation),
                                            {0, nullptr}};
  *table = kProvider;
  // The provider keeps no state, but its context must not be null.
  *provider = const_cast<OSSL_CORE_HANDLE*>(handle);
  return 1;
}

OSSL_LIB_CTX* LoadIntoPrivateContext() {
  OSSL_LIB_CTX* context = OSSL_LIB_CTX_new();
  if (context == nullptr) return nullptr;
  if (OSSL_PROVIDER_add_builtin(context, kProviderName, InitProvider) == 1 &&
      OSSL_PROVIDER_load(context, kProviderName) != nullptr) {
    return context;
  }
  OSSL_LIB_CTX_free(context);
  return nullptr;
}

// Created once and never freed, because an EVP_PKEY of a caller may outlive all our static objects.
OSSL_LIB_CTX* PrivateContext() {
  static OSSL_LIB_CTX* const context = LoadIntoPrivateContext();
  return context;
}

Error PkeyError() {
  return Error(ErrorCode::kTlsFailed, "OpenSSL did not accept the binding key: " + crypto::TakeErrors());
}

}  // namespace

// NOLINTNEXTLINE(performance-unnecessary-value-param): the provider copies it while this call holds it
Result<crypto::Handle<EVP_PKEY>> MakePkey(std::shared_ptr<const SigningKey> key) {
  if (key == nullptr) return Error(ErrorCode::kTlsFailed, "there is no binding key");
  OSSL_LIB_CTX* const library = PrivateContext();
  if (library == nullptr) return PkeyError();
  const crypto::Handle<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(library, "RSA", kProviderQuery));
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) <= 0) return PkeyError();

  const std::shared_ptr<const SigningKey>* address = &key;
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_octet_string(kSigningKeyParameter, &address, sizeof(void*)),
                             OSSL_PARAM_construct_end()};
  EVP_PKEY* pkey = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &pkey, EVP_PKEY_KEYPAIR, parameters) <= 0) return PkeyError();
  return crypto::Handle<EVP_PKEY>(pkey);
}

}  // namespace msiv2::tls
