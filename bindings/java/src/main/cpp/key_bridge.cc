// The native methods of io.github.msiv2.Bridge: certificates, keys, and the tokens that stand for keys in
// Java.
#include "bindings/java/src/main/cpp/MsalJNIBridge.h"

#include "bindings/java/src/main/cpp/jni_support.h"

using namespace msiv2_jni;

namespace {

KeyToken TokenOf(JNIEnv* env, jbyteArray bytes) {
  KeyToken token{};
  const bool fits = bytes != nullptr && env->GetArrayLength(bytes) == static_cast<jsize>(token.size());
  if (!fits) ThrowNew(env, "java/lang/IllegalArgumentException", "a key handle has 16 bytes");
  env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(token.size()), token.data());
  return token;
}

}  // namespace

extern "C" {

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_certificateBytes(JNIEnv* env, jclass /*type*/,
                                                                          jlong certificate, jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_certificate>(env, certificate);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_certificate_view(found.get(), static_cast<msiv2_certificate_text_field>(field), view,
                                    context, error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_certificateNumber(JNIEnv* env, jclass /*type*/,
                                                                      jlong certificate, jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_certificate>(env, certificate);
    return Number(env, [&](std::int64_t* value, msiv2_error** error) {
      return msiv2_certificate_number(found.get(), static_cast<msiv2_certificate_number_field>(field), value,
                                      error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_certificateOfChain(JNIEnv* env, jclass /*type*/,
                                                                            jlong certificate, jint index) {
  return Guarded(env, [&]() -> jbyteArray {
    const auto found = Find<msiv2_certificate>(env, certificate);
    if (index < 0) return nullptr;
    return ShownOrNull(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_certificate_chain(found.get(), static_cast<std::size_t>(index), view, context, error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_certificateKey(JNIEnv* env, jclass /*type*/,
                                                                   jlong certificate) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_certificate>(env, certificate);
    return Made<msiv2_key>(env, msiv2_key_free, [&](msiv2_key** made, msiv2_error** error) {
      return msiv2_certificate_key(found.get(), made, error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_createKey(JNIEnv* env, jclass /*type*/, jlong options,
                                                              jint strength) {
  return Guarded(env, [&] {
    const auto found = Optional<msiv2_options>(env, options);
    return Made<msiv2_key>(env, msiv2_key_free, [&](msiv2_key** made, msiv2_error** error) {
      return msiv2_key_create(found.get(), static_cast<msiv2_strength>(strength), made, error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_keyBytes(JNIEnv* env, jclass /*type*/, jlong key,
                                                                  jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_key>(env, key);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_key_view(found.get(), static_cast<msiv2_key_bytes_field>(field), view, context, error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_keyNumber(JNIEnv* env, jclass /*type*/, jlong key,
                                                              jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_key>(env, key);
    return Number(env, [&](std::int64_t* value, msiv2_error** error) {
      return msiv2_key_number(found.get(), static_cast<msiv2_key_number_field>(field), value, error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_sign(JNIEnv* env, jclass /*type*/, jlong key,
                                                              jint padding, jint digest_algorithm,
                                                              jbyteArray digest) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_key>(env, key);
    const auto bytes = Bytes(env, digest);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_key_sign(found.get(), static_cast<msiv2_padding>(padding),
                            static_cast<msiv2_digest>(digest_algorithm), bytes.data(), bytes.size(), view,
                            context, error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_csr(JNIEnv* env, jclass /*type*/, jlong key,
                                                             jbyteArray client_id, jbyteArray tenant_id,
                                                             jbyteArray vm_id, jbyteArray vmss_id) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_key>(env, key);
    const std::string client = Text(env, client_id);
    const std::string tenant = Text(env, tenant_id);
    const std::string vm = Text(env, vm_id);
    const std::string vmss = Text(env, vmss_id);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_key_csr(found.get(), client.c_str(), tenant.c_str(), vm.empty() ? nullptr : vm.c_str(),
                           vmss.empty() ? nullptr : vmss.c_str(), /*pem=*/1, view, context, error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_attest(JNIEnv* env, jclass /*type*/, jlong key,
                                                                jlong options, jbyteArray endpoint,
                                                                jbyteArray client_id, jlong cancellation) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_key>(env, key);
    const auto with = Optional<msiv2_options>(env, options);
    const std::string where = Text(env, endpoint);
    const std::string client = Text(env, client_id);
    const auto canceled_by = Optional<msiv2_cancellation>(env, cancellation);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_key_attest(found.get(), with.get(), where.c_str(), client.c_str(), 0, canceled_by.get(),
                              view, context, error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_keyHandle(JNIEnv* env, jclass /*type*/, jlong key) {
  return Guarded(env, [&] {
    Find<msiv2_key>(env, key);
    const KeyToken token = Keys().Add(key);
    return NewBytes(env, token.data(), token.size());
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_keyOfHandle(JNIEnv* env, jclass /*type*/,
                                                                jbyteArray handle) {
  return Guarded(env, [&] { return Keys().Find(TokenOf(env, handle)); });
}

JNIEXPORT jboolean JNICALL Java_io_github_msiv2_Bridge_releaseKeyHandle(JNIEnv* env, jclass /*type*/,
                                                                        jbyteArray handle) {
  return Guarded(env, [&]() -> jboolean {
    const jlong key = Keys().Remove(TokenOf(env, handle));
    return key != 0 && Handles().Remove(key) ? JNI_TRUE : JNI_FALSE;
  });
}

}  // extern "C"
