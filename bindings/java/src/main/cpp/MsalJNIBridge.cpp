// The native methods of io.github.msiv2.Bridge: options, clients, tokens. Those of keys, resources, the host
// and callbacks are in key_bridge.cc, resource_bridge.cc, host_bridge.cc and callback_bridge.cc.
#include "bindings/java/src/main/cpp/MsalJNIBridge.h"

#include "bindings/java/src/main/cpp/jni_support.h"
#include "bindings/java/src/main/cpp/token_bytes.h"

using namespace msiv2_jni;

namespace {

// Options that native code has handed over and no application has claimed yet: no other method finds them.
struct AdoptedOptions;

}  // namespace

extern "C" {

JNIEXPORT jlong msiv2_jni_adopt_options(msiv2_options* options) {
  try {
    if (options == nullptr) return 0;
    return Handles().Add<AdoptedOptions>(
        reinterpret_cast<AdoptedOptions*>(options),
        [](AdoptedOptions* adopted) { msiv2_options_free(reinterpret_cast<msiv2_options*>(adopted)); });
  } catch (...) {
    return 0;
  }
}

JNIEXPORT jint JNICALL Java_io_github_msiv2_NativeLibrary_supportsApi(JNIEnv* /*env*/, jclass /*type*/,
                                                                      jint version) {
  return msiv2_supports_api(static_cast<std::uint32_t>(version));
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_version(JNIEnv* env, jclass /*type*/) {
  return Guarded(env, [&] { return TextBytes(env, msiv2_version()); });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_openHandles(JNIEnv* /*env*/, jclass /*type*/) {
  return static_cast<jlong>(Handles().size());
}

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_close(JNIEnv* env, jclass /*type*/, jlong handle) {
  Guarded(env, [&] { Handles().Remove(handle); });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_newOptions(JNIEnv* env, jclass /*type*/) {
  return Guarded(env, [&] {
    return Made<msiv2_options>(env, msiv2_options_free, [](msiv2_options** made, msiv2_error** error) {
      return msiv2_options_new(made, error);
    });
  });
}

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_setOptionText(JNIEnv* env, jclass /*type*/, jlong options,
                                                                 jint field, jbyteArray value) {
  Guarded(env, [&] {
    const auto found = Find<msiv2_options>(env, options);
    const std::string text = Text(env, value);
    Check(env, [&](msiv2_error** error) {
      return msiv2_options_set_text(found.get(), static_cast<msiv2_options_text_field>(field), text.c_str(),
                                    error);
    });
  });
}

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_setOptionNumber(JNIEnv* env, jclass /*type*/,
                                                                   jlong options, jint field, jlong value) {
  Guarded(env, [&] {
    const auto found = Find<msiv2_options>(env, options);
    Check(env, [&](msiv2_error** error) {
      return msiv2_options_set_number(found.get(), static_cast<msiv2_options_number_field>(field), value,
                                      error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_claimOptions(JNIEnv* env, jclass /*type*/,
                                                                 jlong options) {
  return Guarded(env, [&] {
    const jlong claimed = Handles().Claim<AdoptedOptions, msiv2_options>(options);
    if (claimed == 0)
      ThrowNew(env, "java/lang/IllegalStateException", "the native options are used up, or were never given");
    return claimed;
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_newClient(JNIEnv* env, jclass /*type*/, jlong options) {
  return Guarded(env, [&] {
    const auto found = Optional<msiv2_options>(env, options);
    return Made<msiv2_client>(env, msiv2_client_free, [&](msiv2_client** made, msiv2_error** error) {
      return msiv2_client_new(found.get(), made, error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_tryNewClient(JNIEnv* env, jclass /*type*/,
                                                                 jlong options) {
  return Guarded(env, [&] {
    const auto found = Optional<msiv2_options>(env, options);
    return Made<msiv2_client>(env, msiv2_client_free, [&](msiv2_client** made, msiv2_error** error) {
      return msiv2_client_try_new(found.get(), made, error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_newCancellation(JNIEnv* env, jclass /*type*/) {
  return Guarded(env, [&] {
    return Made<msiv2_cancellation>(
        env, msiv2_cancellation_free,
        [](msiv2_cancellation** made, msiv2_error** error) { return msiv2_cancellation_new(made, error); });
  });
}

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_cancel(JNIEnv* env, jclass /*type*/, jlong cancellation) {
  Guarded(env, [&] {
    const auto found = Handles().Find<msiv2_cancellation>(cancellation);
    if (found == nullptr) return;  // the call has ended
    Check(env, [&](msiv2_error** error) { return msiv2_cancellation_cancel(found.get(), error); });
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_acquire(JNIEnv* env, jclass /*type*/, jlong client,
                                                                 jbyteArray request, jlong timeout_ms,
                                                                 jlong cancellation) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_client>(env, client);
    const auto canceled_by = Optional<msiv2_cancellation>(env, cancellation);
    const RequestPtr made = RequestOf(env, request);
    msiv2_token* token = nullptr;
    Check(env, [&](msiv2_error** error) {
      return msiv2_client_acquire(found.get(), made.get(), timeout_ms, canceled_by.get(), &token, error);
    });
    return GiveToken(env, token);
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_findToken(JNIEnv* env, jclass /*type*/, jlong client,
                                                                   jbyteArray request) {
  return Guarded(env, [&]() -> jbyteArray {
    const auto found = Find<msiv2_client>(env, client);
    const RequestPtr made = RequestOf(env, request);
    msiv2_token* token = nullptr;
    const std::int32_t code = msiv2_client_find_token(found.get(), made.get(), &token, nullptr);
    return code == MSIV2_OK ? GiveToken(env, token) : nullptr;  // msiv2_client_acquire reports what is wrong
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_tokenSecret(JNIEnv* env, jclass /*type*/,
                                                                     jlong token) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_token>(env, token);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_token_secret(found.get(), view, context, error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_tokenAuthorization(JNIEnv* env, jclass /*type*/,
                                                                            jlong token) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_token>(env, token);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_token_authorization(found.get(), view, context, error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_tokenCertificate(JNIEnv* env, jclass /*type*/,
                                                                     jlong token) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_token>(env, token);
    return Made<msiv2_certificate>(env, msiv2_certificate_free,
                                   [&](msiv2_certificate** made, msiv2_error** error) {
                                     return msiv2_token_certificate(found.get(), made, error);
                                   });
  });
}

}  // extern "C"
