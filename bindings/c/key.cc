#include "msiv2/key.h"

#include <span>
#include <utility>

#include "bindings/c/handles.h"
#include "msiv2/tools/diagnostics.h"
#include "x509/spki.h"

namespace msiv2::c {
namespace {

Failure ShowBytesOf(const SigningKey& key, std::int32_t field, msiv2_view view, void* context) {
  switch (field) {
    case MSIV2_KEY_SPKI_DER:
      return ShowBytes(view, context, x509::SpkiDer(key.PublicKey()));
    case MSIV2_KEY_MODULUS:
      return ShowBytes(view, context, key.PublicKey().modulus);
    case MSIV2_KEY_EXPONENT:
      return ShowBytes(view, context, key.PublicKey().exponent);
    default:
      return UnknownField(field);
  }
}

Failure GetNumber(const SigningKey& key, std::int32_t field, std::int64_t& value) {
  switch (field) {
    case MSIV2_KEY_STRENGTH:
      value = static_cast<std::int64_t>(key.Strength());
      return nullptr;
    case MSIV2_KEY_ORIGIN:
      value = static_cast<std::int64_t>(key.Origin());
      return nullptr;
    case MSIV2_KEY_NATIVE_HANDLE:
      value = static_cast<std::int64_t>(key.NativeHandle());
      return nullptr;
    default:
      return UnknownField(field);
  }
}

Failure Sign(const SigningKey& key, std::int32_t padding, std::int32_t digest_algorithm,
             std::span<const std::uint8_t> digest, msiv2_view view, void* context) {
  if (auto bad = OutOfRange("padding", padding, MSIV2_PADDING_PSS, MSIV2_PADDING_PKCS1)) return bad;
  if (auto bad = OutOfRange("digest_algorithm", digest_algorithm, MSIV2_DIGEST_SHA256, MSIV2_DIGEST_SHA512)) {
    return bad;
  }
  const auto algorithm = static_cast<DigestAlgorithm>(digest_algorithm);
  if (digest.size() != DigestSize(algorithm)) {
    return Fail(MSIV2_E_BAD_ARGUMENT, "digest_size is not that of digest_algorithm");
  }
  const auto signature = key.SignDigest(
      padding == MSIV2_PADDING_PSS ? SignaturePadding::kPss : SignaturePadding::kPkcs1, algorithm, digest);
  if (!signature) return Fail(signature.error());
  return ShowBytes(view, context, *signature);
}

}  // namespace
}  // namespace msiv2::c

using msiv2::c::Fail;
using msiv2::c::Failure;
using msiv2::c::Guard;
using msiv2::c::IsNull;

extern "C" {

std::int32_t msiv2_key_create(const msiv2_options* options, msiv2_strength strength, msiv2_key** key,
                              msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (key == nullptr) return IsNull("key");
    *key = nullptr;
    if (auto bad = msiv2::c::OfParent("options", options)) return bad;
    if (auto bad =
            msiv2::c::OutOfRange("strength", strength, MSIV2_STRENGTH_SOFTWARE, MSIV2_STRENGTH_KEYGUARD)) {
      return bad;
    }
    auto made = msiv2::CreateKey(msiv2::c::OptionsOf(options), static_cast<msiv2::KeyStrength>(strength));
    if (!made) return msiv2::c::Fail(made.error());
    *key = new msiv2_key{*std::move(made)};
    return nullptr;
  });
}

std::int32_t msiv2_key_view(const msiv2_key* key, msiv2_key_bytes_field field, msiv2_view view, void* context,
                            msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (key == nullptr) return IsNull("key");
    return msiv2::c::ShowBytesOf(*key->key, field, view, context);
  });
}

std::int32_t msiv2_key_number(const msiv2_key* key, msiv2_key_number_field field, std::int64_t* value,
                              msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (value == nullptr) return IsNull("value");
    *value = 0;
    if (key == nullptr) return IsNull("key");
    return msiv2::c::GetNumber(*key->key, field, *value);
  });
}

std::int32_t msiv2_key_sign(const msiv2_key* key, msiv2_padding padding, msiv2_digest digest_algorithm,
                            const std::uint8_t* digest, std::size_t digest_size, msiv2_view view,
                            void* context, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("key", key)) return bad;
    if (digest == nullptr) return IsNull("digest");
    if (view == nullptr) return IsNull("view");  // before the keystore is asked
    return msiv2::c::Sign(*key->key, padding, digest_algorithm, {digest, digest_size}, view, context);
  });
}

std::int32_t msiv2_key_csr(const msiv2_key* key, const char* client_id, const char* tenant_id,
                           const char* vm_id, const char* vmss_id, std::int32_t pem, msiv2_view view,
                           void* context, msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("key", key)) return bad;
    if (client_id == nullptr) return IsNull("client_id");
    if (tenant_id == nullptr) return IsNull("tenant_id");
    if (auto bad = msiv2::c::OutOfRange("pem", pem, 0, 1)) return bad;
    const msiv2::CsrInput input{client_id, tenant_id, vm_id == nullptr ? "" : vm_id,
                                vmss_id == nullptr ? "" : vmss_id};
    const auto der = msiv2::BuildCsrDer(input, *key->key);
    if (!der) return Fail(der.error());
    if (pem == 1) return msiv2::c::Show(view, context, msiv2::CsrPem(*der));
    return msiv2::c::ShowBytes(view, context, *der);
  });
}

std::int32_t msiv2_key_attest(const msiv2_key* key, const msiv2_options* options, const char* endpoint,
                              const char* client_id, std::int64_t timeout_ms,
                              const msiv2_cancellation* cancellation, msiv2_view view, void* context,
                              msiv2_error** error) {
  return Guard(error, [&]() -> Failure {
    if (auto bad = msiv2::c::Unusable("key", key)) return bad;
    if (auto bad = msiv2::c::OfParent("options", options)) return bad;
    if (endpoint == nullptr) return IsNull("endpoint");
    if (client_id == nullptr) return IsNull("client_id");
    if (view == nullptr) return IsNull("view");
    msiv2::CallOptions call;
    if (auto bad = msiv2::c::Bounds(timeout_ms, cancellation, call)) return bad;
    const auto jwt = msiv2::AttestKey(msiv2::c::OptionsOf(options), endpoint, client_id, key->key, call);
    if (!jwt) return Fail(jwt.error());
    return msiv2::c::Show(view, context, jwt->Reveal());
  });
}

void msiv2_key_free(msiv2_key* key) { delete key; }

}  // extern "C"
