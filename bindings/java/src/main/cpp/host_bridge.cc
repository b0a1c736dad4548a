// The native methods of io.github.msiv2.Bridge: sources of bearer tokens, capabilities and the diagnosis of
// this host.
#include "bindings/java/src/main/cpp/MsalJNIBridge.h"

#include "bindings/java/src/main/cpp/jni_support.h"

using namespace msiv2_jni;

extern "C" {

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_findSources(JNIEnv* env, jclass /*type*/, jlong options) {
  return Guarded(env, [&] {
    const auto found = Optional<msiv2_options>(env, options);
    return Made<msiv2_sources>(env, msiv2_sources_free, [&](msiv2_sources** made, msiv2_error** error) {
      return msiv2_find_sources(found.get(), made, error);
    });
  });
}

JNIEXPORT jint JNICALL Java_io_github_msiv2_Bridge_sourcesSize(JNIEnv* env, jclass /*type*/, jlong sources) {
  return Guarded(
      env, [&] { return static_cast<jint>(msiv2_sources_size(Find<msiv2_sources>(env, sources).get())); });
}

JNIEXPORT jint JNICALL Java_io_github_msiv2_Bridge_sourcesState(JNIEnv* env, jclass /*type*/, jlong sources,
                                                                jint index) {
  return Guarded(env, [&]() -> jint {
    const auto found = Find<msiv2_sources>(env, sources);
    return msiv2_sources_state(found.get(), static_cast<std::size_t>(index));
  });
}

JNIEXPORT jboolean JNICALL Java_io_github_msiv2_Bridge_sourcesIsChosen(JNIEnv* env, jclass /*type*/,
                                                                       jlong sources, jint index) {
  return Guarded(env, [&]() -> jboolean {
    const auto found = Find<msiv2_sources>(env, sources);
    return msiv2_sources_is_chosen(found.get(), static_cast<std::size_t>(index)) == 1 ? JNI_TRUE : JNI_FALSE;
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_sourcesText(JNIEnv* env, jclass /*type*/,
                                                                     jlong sources, jint index, jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_sources>(env, sources);
    return InJava(env, [&](msiv2_about_word word, msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_sources_text_in(found.get(), static_cast<std::size_t>(index),
                                   static_cast<msiv2_sources_text_field>(field), word, nullptr, view, context,
                                   error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_capabilities(JNIEnv* env, jclass /*type*/, jlong client,
                                                                 jlong timeout_ms, jlong cancellation) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_client>(env, client);
    const auto canceled_by = Optional<msiv2_cancellation>(env, cancellation);
    return Made<msiv2_capabilities>(
        env, msiv2_capabilities_free, [&](msiv2_capabilities** made, msiv2_error** error) {
          return msiv2_client_capabilities(found.get(), timeout_ms, canceled_by.get(), made, error);
        });
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_capabilitiesText(JNIEnv* env, jclass /*type*/,
                                                                          jlong capabilities, jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_capabilities>(env, capabilities);
    return TextBytes(env,
                     msiv2_capabilities_text(found.get(), static_cast<msiv2_capabilities_text_field>(field)));
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_capabilitiesNumber(JNIEnv* env, jclass /*type*/,
                                                                       jlong capabilities, jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_capabilities>(env, capabilities);
    return Number(env, [&](std::int64_t* value, msiv2_error** error) {
      return msiv2_capabilities_number(found.get(), static_cast<msiv2_capabilities_number_field>(field),
                                       value, error);
    });
  });
}

JNIEXPORT jthrowable JNICALL Java_io_github_msiv2_Bridge_capabilitiesReason(JNIEnv* env, jclass /*type*/,
                                                                            jlong capabilities, jint index) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_capabilities>(env, capabilities);
    msiv2_error* reason = nullptr;
    const std::int32_t code =
        msiv2_capabilities_reason(found.get(), static_cast<std::size_t>(index), &reason);
    if (code != MSIV2_OK) ThrowError(env, code, reason);
    return ExceptionOf(env, code, reason);
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_diagnose(JNIEnv* env, jclass /*type*/, jlong options,
                                                             jbyteArray token_endpoint, jlong timeout_ms,
                                                             jlong cancellation) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_options>(env, options);
    const std::string endpoint = Text(env, token_endpoint);
    const auto canceled_by = Optional<msiv2_cancellation>(env, cancellation);
    return Made<msiv2_diagnosis>(env, msiv2_diagnosis_free, [&](msiv2_diagnosis** made, msiv2_error** error) {
      return msiv2_diagnose(found.get(), endpoint.c_str(), timeout_ms, canceled_by.get(), made, error);
    });
  });
}

JNIEXPORT jint JNICALL Java_io_github_msiv2_Bridge_diagnosisSize(JNIEnv* env, jclass /*type*/,
                                                                 jlong diagnosis) {
  return Guarded(env, [&] {
    return static_cast<jint>(msiv2_diagnosis_size(Find<msiv2_diagnosis>(env, diagnosis).get()));
  });
}

JNIEXPORT jint JNICALL Java_io_github_msiv2_Bridge_diagnosisSeverity(JNIEnv* env, jclass /*type*/,
                                                                     jlong diagnosis, jint index) {
  return Guarded(env, [&]() -> jint {
    const auto found = Find<msiv2_diagnosis>(env, diagnosis);
    return msiv2_diagnosis_severity(found.get(), static_cast<std::size_t>(index));
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_diagnosisText(JNIEnv* env, jclass /*type*/,
                                                                       jlong diagnosis, jint index,
                                                                       jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_diagnosis>(env, diagnosis);
    return InJava(env, [&](msiv2_about_word word, msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_diagnosis_text_in(found.get(), static_cast<std::size_t>(index),
                                     static_cast<msiv2_diagnosis_text_field>(field), word, nullptr, view,
                                     context, error);
    });
  });
}

}  // extern "C"
