// The native methods of io.github.msiv2.Bridge: resource clients, their answers and claims challenges.
#include "bindings/java/src/main/cpp/MsalJNIBridge.h"

#include "bindings/java/src/main/cpp/jni_support.h"

using namespace msiv2_jni;

extern "C" {

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_newResourceClient(JNIEnv* env, jclass /*type*/,
                                                                      jlong options) {
  return Guarded(env, [&] {
    const auto found = Optional<msiv2_options>(env, options);
    return Made<msiv2_resource_client>(env, msiv2_resource_client_free,
                                       [&](msiv2_resource_client** made, msiv2_error** error) {
                                         return msiv2_resource_client_new(found.get(), made, error);
                                       });
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_newResourceRequest(JNIEnv* env, jclass /*type*/,
                                                                       jbyteArray method, jbyteArray url,
                                                                       jbyteArray body) {
  return Guarded(env, [&] {
    const std::string method_text = Text(env, method);
    const std::string url_text = Text(env, url);
    const auto bytes = Bytes(env, body);
    return Made<msiv2_resource_request>(
        env, msiv2_resource_request_free, [&](msiv2_resource_request** made, msiv2_error** error) {
          auto code = msiv2_resource_request_new(url_text.c_str(), made, error);
          if (code == MSIV2_OK) {
            code = msiv2_resource_request_set_text(*made, MSIV2_RESOURCE_METHOD, method_text.c_str(), error);
          }
          if (code == MSIV2_OK && !bytes.empty()) {
            code = msiv2_resource_request_set_body(*made, bytes.data(), bytes.size(), error);
          }
          if (code != MSIV2_OK) msiv2_resource_request_free(*made);
          return code;
        });
  });
}

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_setMaxAnswer(JNIEnv* env, jclass /*type*/, jlong request,
                                                                jlong size) {
  Guarded(env, [&] {
    const auto found = Find<msiv2_resource_request>(env, request);
    Check(env, [&](msiv2_error** error) {
      return msiv2_resource_request_set_max_answer(found.get(), static_cast<std::size_t>(size), error);
    });
  });
}

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_addHeader(JNIEnv* env, jclass /*type*/, jlong request,
                                                             jbyteArray name, jbyteArray value) {
  Guarded(env, [&] {
    const auto found = Find<msiv2_resource_request>(env, request);
    const std::string name_text = Text(env, name);
    const std::string value_text = Text(env, value);
    Check(env, [&](msiv2_error** error) {
      return msiv2_resource_request_add_header(found.get(), name_text.c_str(), value_text.c_str(), error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_send(JNIEnv* env, jclass /*type*/, jlong client,
                                                         jlong token, jlong request, jlong timeout_ms,
                                                         jlong cancellation) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_resource_client>(env, client);
    const auto with = Find<msiv2_token>(env, token);
    const auto what = Find<msiv2_resource_request>(env, request);
    const auto canceled_by = Optional<msiv2_cancellation>(env, cancellation);
    return Made<msiv2_response>(env, msiv2_response_free, [&](msiv2_response** made, msiv2_error** error) {
      return msiv2_resource_send(found.get(), with.get(), what.get(), timeout_ms, canceled_by.get(), made,
                                 error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_responseNumber(JNIEnv* env, jclass /*type*/,
                                                                   jlong response, jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_response>(env, response);
    return Number(env, [&](std::int64_t* value, msiv2_error** error) {
      return msiv2_response_number(found.get(), static_cast<msiv2_response_number_field>(field), value,
                                   error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_responseBody(JNIEnv* env, jclass /*type*/,
                                                                      jlong response) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_response>(env, response);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_response_body(found.get(), view, context, error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_responseHeader(JNIEnv* env, jclass /*type*/,
                                                                        jlong response, jint index,
                                                                        jboolean value) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_response>(env, response);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_response_header_at(found.get(), static_cast<std::size_t>(index), value == JNI_TRUE ? 1 : 0,
                                      view, context, error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_io_github_msiv2_Bridge_challengeClaims(JNIEnv* env, jclass /*type*/,
                                                                         jbyteArray www_authenticate) {
  return Guarded(env, [&] {
    const std::string header = Text(env, www_authenticate);
    return ShownOrNull(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_challenge_claims(header.c_str(), view, context, error);
    });
  });
}

}  // extern "C"
