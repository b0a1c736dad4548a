// The native methods of msiv2.Bridge: clients, tokens, certificates, keys, resources.
#include "bindings/java/src/main/cpp/MsalJNIBridge.h"

#include "bindings/java/src/main/cpp/jni_support.h"

using namespace msiv2_jni;

extern "C" {

JNIEXPORT jlong msiv2_jni_adopt_options(msiv2_options* options) {
  try {
    return options == nullptr ? 0 : Handles().Add(options, msiv2_options_free);
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

JNIEXPORT jint JNICALL Java_msiv2_Bridge_supportsApi(JNIEnv* /*env*/, jclass /*type*/, jint version) {
  return msiv2_supports_api(static_cast<std::uint32_t>(version));
}

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_openHandles(JNIEnv* /*env*/, jclass /*type*/) {
  return static_cast<jlong>(Handles().size());
}

JNIEXPORT void JNICALL Java_msiv2_Bridge_close(JNIEnv* env, jclass /*type*/, jlong handle) {
  Guarded(env, [&] { Handles().Remove(handle); });
}

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_newOptions(JNIEnv* env, jclass /*type*/) {
  return Guarded(env, [&] {
    return Made<msiv2_options>(env, msiv2_options_free, [](msiv2_options** made, msiv2_error** error) {
      return msiv2_options_new(made, error);
    });
  });
}

JNIEXPORT void JNICALL Java_msiv2_Bridge_setOptionText(JNIEnv* env, jclass /*type*/, jlong options,
                                                       jint field, jbyteArray value) {
  Guarded(env, [&] {
    const auto found = Find<msiv2_options>(env, options);
    const std::string text = Text(env, value);
    Check(env, [&](msiv2_error** error) {
      return msiv2_options_set_text(found.get(), field, text.c_str(), error);
    });
  });
}

JNIEXPORT void JNICALL Java_msiv2_Bridge_setOptionNumber(JNIEnv* env, jclass /*type*/, jlong options,
                                                         jint field, jlong value) {
  Guarded(env, [&] {
    const auto found = Find<msiv2_options>(env, options);
    Check(env,
          [&](msiv2_error** error) { return msiv2_options_set_number(found.get(), field, value, error); });
  });
}

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_newClient(JNIEnv* env, jclass /*type*/, jlong options) {
  return Guarded(env, [&] {
    const auto found = Optional<msiv2_options>(env, options);
    return Made<msiv2_client>(env, msiv2_client_free, [&](msiv2_client** made, msiv2_error** error) {
      return msiv2_client_new(found.get(), made, error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_newCancellation(JNIEnv* env, jclass /*type*/) {
  return Guarded(env, [&] {
    return Made<msiv2_cancellation>(
        env, msiv2_cancellation_free,
        [](msiv2_cancellation** made, msiv2_error** error) { return msiv2_cancellation_new(made, error); });
  });
}

JNIEXPORT void JNICALL Java_msiv2_Bridge_cancel(JNIEnv* env, jclass /*type*/, jlong cancellation) {
  Guarded(env, [&] {
    const auto found = Handles().Find<msiv2_cancellation>(cancellation);
    if (found == nullptr) return;  // the call has ended
    Check(env, [&](msiv2_error** error) { return msiv2_cancellation_cancel(found.get(), error); });
  });
}

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_acquire(JNIEnv* env, jclass /*type*/, jlong client,
                                                  jbyteArray resource, jbyteArray claims, jintArray numbers,
                                                  jlong timeout_ms, jlong cancellation) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_client>(env, client);
    const auto canceled_by = Optional<msiv2_cancellation>(env, cancellation);
    const std::string resource_text = Text(env, resource);
    const std::string claims_text = Text(env, claims);
    msiv2_request* made = nullptr;
    Check(env, [&](msiv2_error** error) { return msiv2_request_new(resource_text.c_str(), &made, error); });
    const std::unique_ptr<msiv2_request, void (*)(msiv2_request*)> request(made, msiv2_request_free);
    if (!claims_text.empty()) {
      Check(env, [&](msiv2_error** error) {
        return msiv2_request_set_text(request.get(), MSIV2_REQUEST_CLAIMS, claims_text.c_str(), error);
      });
    }
    // Pairs of field and value.
    std::vector<jint> values(static_cast<std::size_t>(env->GetArrayLength(numbers)));
    env->GetIntArrayRegion(numbers, 0, static_cast<jsize>(values.size()), values.data());
    for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
      Check(env, [&](msiv2_error** error) {
        return msiv2_request_set_number(request.get(), values[i], values[i + 1], error);
      });
    }
    return Made<msiv2_token>(env, msiv2_token_free, [&](msiv2_token** token, msiv2_error** error) {
      return msiv2_client_acquire(found.get(), request.get(), timeout_ms, canceled_by.get(), token, error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_msiv2_Bridge_tokenText(JNIEnv* env, jclass /*type*/, jlong token,
                                                         jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_token>(env, token);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_token_view(found.get(), field, view, context, error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_tokenNumber(JNIEnv* env, jclass /*type*/, jlong token, jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_token>(env, token);
    std::int64_t value = 0;
    Check(env, [&](msiv2_error** error) { return msiv2_token_number(found.get(), field, &value, error); });
    return static_cast<jlong>(value);
  });
}

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_tokenCertificate(JNIEnv* env, jclass /*type*/, jlong token) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_token>(env, token);
    return Made<msiv2_certificate>(env, msiv2_certificate_free,
                                   [&](msiv2_certificate** made, msiv2_error** error) {
                                     return msiv2_token_certificate(found.get(), made, error);
                                   });
  });
}

JNIEXPORT jbyteArray JNICALL Java_msiv2_Bridge_certificateBytes(JNIEnv* env, jclass /*type*/,
                                                                jlong certificate, jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_certificate>(env, certificate);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_certificate_view(found.get(), field, view, context, error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_msiv2_Bridge_certificateOfChain(JNIEnv* env, jclass /*type*/,
                                                                  jlong certificate, jint index) {
  return Guarded(env, [&]() -> jbyteArray {
    const auto found = Find<msiv2_certificate>(env, certificate);
    if (index < 0) return nullptr;
    bool past_the_end = false;
    const jbyteArray der = Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      const auto code =
          msiv2_certificate_chain(found.get(), static_cast<std::size_t>(index), view, context, error);
      past_the_end = code == MSIV2_E_ABSENT;
      if (!past_the_end) return code;
      msiv2_error_free(*error);
      return static_cast<std::int32_t>(MSIV2_OK);
    });
    return past_the_end ? nullptr : der;
  });
}

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_certificateKey(JNIEnv* env, jclass /*type*/, jlong certificate) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_certificate>(env, certificate);
    return Made<msiv2_key>(env, msiv2_key_free, [&](msiv2_key** made, msiv2_error** error) {
      return msiv2_certificate_key(found.get(), made, error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_createKey(JNIEnv* env, jclass /*type*/, jlong options,
                                                    jint strength) {
  return Guarded(env, [&] {
    const auto found = Optional<msiv2_options>(env, options);
    return Made<msiv2_key>(env, msiv2_key_free, [&](msiv2_key** made, msiv2_error** error) {
      return msiv2_key_create(found.get(), strength, made, error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_msiv2_Bridge_keyBytes(JNIEnv* env, jclass /*type*/, jlong key, jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_key>(env, key);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_key_view(found.get(), field, view, context, error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_msiv2_Bridge_sign(JNIEnv* env, jclass /*type*/, jlong key, jint padding,
                                                    jint digest_algorithm, jbyteArray digest) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_key>(env, key);
    const auto bytes = Bytes(env, digest);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_key_sign(found.get(), padding, digest_algorithm, bytes.data(), bytes.size(), view, context,
                            error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_msiv2_Bridge_csr(JNIEnv* env, jclass /*type*/, jlong key,
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

JNIEXPORT jbyteArray JNICALL Java_msiv2_Bridge_attest(JNIEnv* env, jclass /*type*/, jlong key, jlong options,
                                                      jbyteArray endpoint, jbyteArray client_id) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_key>(env, key);
    const auto with = Optional<msiv2_options>(env, options);
    const std::string where = Text(env, endpoint);
    const std::string client = Text(env, client_id);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_key_attest(found.get(), with.get(), where.c_str(), client.c_str(), 0, nullptr, view,
                              context, error);
    });
  });
}

// ---- Tokens that stand for keys ----

namespace {

KeyToken TokenOf(JNIEnv* env, jbyteArray bytes) {
  KeyToken token{};
  const bool fits = bytes != nullptr && env->GetArrayLength(bytes) == static_cast<jsize>(token.size());
  if (!fits) ThrowNew(env, "java/lang/IllegalArgumentException", "a key handle has 16 bytes");
  env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(token.size()), token.data());
  return token;
}

}  // namespace

JNIEXPORT jbyteArray JNICALL Java_msiv2_Bridge_keyHandle(JNIEnv* env, jclass /*type*/, jlong key) {
  return Guarded(env, [&] {
    Find<msiv2_key>(env, key);
    const KeyToken token = Keys().Add(key);
    return NewBytes(env, token.data(), token.size());
  });
}

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_keyOfHandle(JNIEnv* env, jclass /*type*/, jbyteArray handle) {
  return Guarded(env, [&] { return Keys().Find(TokenOf(env, handle)); });
}

JNIEXPORT jboolean JNICALL Java_msiv2_Bridge_releaseKeyHandle(JNIEnv* env, jclass /*type*/,
                                                              jbyteArray handle) {
  return Guarded(env, [&]() -> jboolean {
    const jlong key = Keys().Remove(TokenOf(env, handle));
    return key != 0 && Handles().Remove(key) ? JNI_TRUE : JNI_FALSE;
  });
}

// ---- Resources ----

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_newResourceClient(JNIEnv* env, jclass /*type*/, jlong options) {
  return Guarded(env, [&] {
    const auto found = Optional<msiv2_options>(env, options);
    return Made<msiv2_resource_client>(env, msiv2_resource_client_free,
                                       [&](msiv2_resource_client** made, msiv2_error** error) {
                                         return msiv2_resource_client_new(found.get(), made, error);
                                       });
  });
}

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_newResourceRequest(JNIEnv* env, jclass /*type*/, jbyteArray method,
                                                             jbyteArray url, jbyteArray body) {
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

JNIEXPORT void JNICALL Java_msiv2_Bridge_addHeader(JNIEnv* env, jclass /*type*/, jlong request,
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

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_send(JNIEnv* env, jclass /*type*/, jlong client, jlong token,
                                               jlong request, jlong timeout_ms) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_resource_client>(env, client);
    const auto with = Find<msiv2_token>(env, token);
    const auto what = Find<msiv2_resource_request>(env, request);
    return Made<msiv2_response>(env, msiv2_response_free, [&](msiv2_response** made, msiv2_error** error) {
      return msiv2_resource_send(found.get(), with.get(), what.get(), timeout_ms, nullptr, made, error);
    });
  });
}

JNIEXPORT jlong JNICALL Java_msiv2_Bridge_responseNumber(JNIEnv* env, jclass /*type*/, jlong response,
                                                         jint field) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_response>(env, response);
    std::int64_t value = 0;
    Check(env, [&](msiv2_error** error) { return msiv2_response_number(found.get(), field, &value, error); });
    return static_cast<jlong>(value);
  });
}

JNIEXPORT jbyteArray JNICALL Java_msiv2_Bridge_responseBody(JNIEnv* env, jclass /*type*/, jlong response) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_response>(env, response);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_response_body(found.get(), view, context, error);
    });
  });
}

JNIEXPORT jbyteArray JNICALL Java_msiv2_Bridge_responseHeader(JNIEnv* env, jclass /*type*/, jlong response,
                                                              jint index, jboolean value) {
  return Guarded(env, [&] {
    const auto found = Find<msiv2_response>(env, response);
    return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
      return msiv2_response_header_at(found.get(), static_cast<std::size_t>(index), value == JNI_TRUE ? 1 : 0,
                                      view, context, error);
    });
  });
}

}  // extern "C"
