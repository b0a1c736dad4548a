// The native methods of io.github.msiv2.Bridge: keystores, attestors, observers and logs of the application.
// The tables of functions that they need call io.github.msiv2.Callbacks.
#include "bindings/java/src/main/cpp/MsalJNIBridge.h"

#include "bindings/java/src/main/cpp/java_object.h"

using namespace msiv2_jni;

namespace {

const JavaObject& ObjectOf(void* context) { return *static_cast<const JavaObject*>(context); }

void Release(void* context) { delete static_cast<JavaObject*>(context); }

/// Adopt passes a new JavaObject to `call`, which owns it from then on if it succeeds.
template <typename Call>
void Adopt(JNIEnv* env, jobject object, Call&& call) {
  auto owned = std::make_unique<JavaObject>(env, object);
  Check(env, [&](msiv2_error** error) { return call(owned.get(), error); });
  (void)owned.release();
}

// ---- Observers and logs --------------------------------------------------------------------------------

jobjectArray TextsOf(JNIEnv* env, const msiv2_event* event) {
  const jclass bytes = env->FindClass("[B");
  if (bytes == nullptr) throw JavaException();
  constexpr jsize kCount = MSIV2_EVENT_OUTCOME - MSIV2_EVENT_NAME + 1;
  const jobjectArray texts = env->NewObjectArray(kCount, bytes, nullptr);
  if (texts == nullptr) throw JavaException();
  for (jsize i = 0; i < kCount; ++i) {
    const auto field = static_cast<msiv2_event_text_field>(MSIV2_EVENT_NAME + i);
    const jbyteArray text = TextBytes(env, msiv2_event_text(event, field));
    env->SetObjectArrayElement(texts, i, text);
    env->DeleteLocalRef(text);
  }
  return texts;
}

jlongArray NumbersOf(JNIEnv* env, const msiv2_event* event) {
  std::vector<jlong> numbers;
  for (int field = MSIV2_EVENT_STEP; field <= MSIV2_EVENT_KEY_ORIGIN; ++field) {
    numbers.push_back(msiv2_event_number(event, static_cast<msiv2_event_number_field>(field)));
  }
  return NewLongs(env, numbers);
}

void OnEvent(void* context, const msiv2_event* event) {
  const JavaObject& observer = ObjectOf(context);
  observer.Call("event", "(Ljava/util/function/Consumer;[[B[J[[B[J[J)V",
                [&](JNIEnv* env, jclass type, jmethodID method) -> std::int32_t {
                  const jobjectArray texts = TextsOf(env, event);
                  const jlongArray numbers = NumbersOf(env, event);
                  const msiv2_error* const error = msiv2_event_error(event);
                  const ErrorParts parts = error == nullptr ? ErrorParts{} : PartsOf(env, MSIV2_OK, error);
                  env->CallStaticVoidMethod(type, method, observer.get(), texts, numbers, parts.texts,
                                            parts.numbers, parts.aadsts);
                  return MSIV2_OK;
                });
}

void Write(void* context, const char* line) {
  const JavaObject& log = ObjectOf(context);
  log.Call("line", "(Ljava/util/function/Consumer;[B)V",
           [&](JNIEnv* env, jclass type, jmethodID method) -> std::int32_t {
             env->CallStaticVoidMethod(type, method, log.get(), TextBytes(env, line));
             return MSIV2_OK;
           });
}

// ---- Keystores and attestors ---------------------------------------------------------------------------

std::int32_t Sign(void* context, std::int32_t padding, std::int32_t digest_algorithm,
                  const std::uint8_t* digest, std::size_t digest_size, msiv2_reply* reply) {
  const JavaObject& key = ObjectOf(context);
  return key.Call("sign", "(Lio/github/msiv2/SigningKey;II[BJ)I",
                  [&](JNIEnv* env, jclass type, jmethodID method) -> std::int32_t {
                    const Borrowed<msiv2_reply> lent(reply);
                    return env->CallStaticIntMethod(type, method, key.get(), static_cast<jint>(padding),
                                                    static_cast<jint>(digest_algorithm),
                                                    NewBytes(env, digest, digest_size), lent.number());
                  });
}

std::int32_t GetOrCreate(void* context, msiv2_reply* reply) {
  const JavaObject& provider = ObjectOf(context);
  return provider.Call("getOrCreate", "(Lio/github/msiv2/KeyProvider;J)I",
                       [&](JNIEnv* env, jclass type, jmethodID method) -> std::int32_t {
                         const Borrowed<msiv2_reply> lent(reply);
                         return env->CallStaticIntMethod(type, method, provider.get(), lent.number());
                       });
}

void Discard(void* context, void* key_context) {
  const JavaObject& provider = ObjectOf(context);
  provider.Call("discard", "(Lio/github/msiv2/KeyProvider;Lio/github/msiv2/SigningKey;)V",
                [&](JNIEnv* env, jclass type, jmethodID method) -> std::int32_t {
                  env->CallStaticVoidMethod(type, method, provider.get(), ObjectOf(key_context).get());
                  return MSIV2_OK;
                });
}

std::int32_t Attest(void* context, const char* endpoint, const char* client_id, const msiv2_key* key,
                    const msiv2_call* call, msiv2_reply* reply) {
  const JavaObject& attestor = ObjectOf(context);
  return attestor.Call("attest", "(Lio/github/msiv2/Attestor;[B[BJJJ)I",
                       [&](JNIEnv* env, jclass type, jmethodID method) -> std::int32_t {
                         // The table of handles knows no const. Nothing changes these.
                         const Borrowed<msiv2_key> lent_key(const_cast<msiv2_key*>(key));
                         const Borrowed<msiv2_call> lent_call(const_cast<msiv2_call*>(call));
                         const Borrowed<msiv2_reply> lent_reply(reply);
                         return env->CallStaticIntMethod(type, method, attestor.get(),
                                                         TextBytes(env, endpoint), TextBytes(env, client_id),
                                                         lent_key.number(), lent_call.number(),
                                                         lent_reply.number());
                       });
}

void CheckReply(JNIEnv* env, std::int32_t code) {
  if (code != MSIV2_OK) ThrowError(env, code, nullptr);
}

}  // namespace

extern "C" {

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_endCallbacks(JNIEnv* /*env*/, jclass /*type*/) {
  EndCallbacks();
}

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_addObserver(JNIEnv* env, jclass /*type*/, jlong options,
                                                               jobject observer) {
  Guarded(env, [&] {
    const auto found = Find<msiv2_options>(env, options);
    Adopt(env, observer, [&](JavaObject* context, msiv2_error** error) {
      const msiv2_observer_table table = {OnEvent, Release};
      return msiv2_options_add_observer(found.get(), &table, context, error);
    });
  });
}

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_addLog(JNIEnv* env, jclass /*type*/, jlong options,
                                                          jobject log, jboolean debug, jboolean json) {
  Guarded(env, [&] {
    const auto found = Find<msiv2_options>(env, options);
    Adopt(env, log, [&](JavaObject* context, msiv2_error** error) {
      const msiv2_log_table table = {Write, Release};
      return msiv2_options_add_log(found.get(), debug == JNI_TRUE ? 1 : 0, json == JNI_TRUE ? 1 : 0, &table,
                                   context, error);
    });
  });
}

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_addKeyProvider(JNIEnv* env, jclass /*type*/, jlong options,
                                                                  jobject provider, jbyteArray name,
                                                                  jint strength) {
  Guarded(env, [&] {
    const auto found = Find<msiv2_options>(env, options);
    const std::string name_text = Text(env, name);
    Adopt(env, provider, [&](JavaObject* context, msiv2_error** error) {
      const msiv2_key_provider_table table = {name_text.c_str(), strength, GetOrCreate, Discard, Release};
      return msiv2_options_add_key_provider(found.get(), &table, context, error);
    });
  });
}

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_setAttestor(JNIEnv* env, jclass /*type*/, jlong options,
                                                               jobject attestor,
                                                               jboolean accepts_emulated_keys) {
  Guarded(env, [&] {
    const auto found = Find<msiv2_options>(env, options);
    Adopt(env, attestor, [&](JavaObject* context, msiv2_error** error) {
      const msiv2_attestor_table table = {accepts_emulated_keys == JNI_TRUE ? 1 : 0, Attest, Release};
      return msiv2_options_set_attestor(found.get(), &table, context, error);
    });
  });
}

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_replyBytes(JNIEnv* env, jclass /*type*/, jlong reply,
                                                              jbyteArray bytes) {
  Guarded(env, [&] {
    const auto found = Find<msiv2_reply>(env, reply);
    if (bytes == nullptr) ThrowNew(env, "java/lang/NullPointerException", "there are no bytes");
    // Not copied: the bytes may be a JWT.
    const auto size = static_cast<std::size_t>(env->GetArrayLength(bytes));
    void* const data = env->GetPrimitiveArrayCritical(bytes, nullptr);
    if (data == nullptr) throw std::bad_alloc();
    const std::int32_t code = msiv2_reply_bytes(found.get(), static_cast<const std::uint8_t*>(data), size);
    env->ReleasePrimitiveArrayCritical(bytes, data, JNI_ABORT);
    CheckReply(env, code);
  });
}

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_replyError(JNIEnv* env, jclass /*type*/, jlong reply,
                                                              jbyteArray message, jlong native_code,
                                                              jboolean retryable) {
  Guarded(env, [&] {
    const auto found = Find<msiv2_reply>(env, reply);
    const std::string text = Text(env, message);
    CheckReply(env, msiv2_reply_error(found.get(), text.c_str(), native_code, retryable == JNI_TRUE ? 1 : 0));
  });
}

JNIEXPORT void JNICALL Java_io_github_msiv2_Bridge_replyKey(JNIEnv* env, jclass /*type*/, jlong reply,
                                                            jobject key, jint strength, jint origin,
                                                            jbyteArray modulus, jbyteArray exponent) {
  Guarded(env, [&] {
    const auto found = Find<msiv2_reply>(env, reply);
    const auto modulus_bytes = Bytes(env, modulus);
    const auto exponent_bytes = Bytes(env, exponent);
    auto owned = std::make_unique<JavaObject>(env, key);
    const msiv2_key_table table = {strength,
                                   origin,
                                   modulus_bytes.data(),
                                   modulus_bytes.size(),
                                   exponent_bytes.data(),
                                   exponent_bytes.size(),
                                   Sign,
                                   Release};
    CheckReply(env, msiv2_reply_key(found.get(), &table, owned.get()));
    (void)owned.release();
  });
}

JNIEXPORT jboolean JNICALL Java_io_github_msiv2_Bridge_callIsCanceled(JNIEnv* env, jclass /*type*/,
                                                                      jlong call) {
  return Guarded(env, [&]() -> jboolean {
    return msiv2_call_is_canceled(Find<msiv2_call>(env, call).get()) == 1 ? JNI_TRUE : JNI_FALSE;
  });
}

JNIEXPORT jlong JNICALL Java_io_github_msiv2_Bridge_callMillisecondsLeft(JNIEnv* env, jclass /*type*/,
                                                                         jlong call) {
  return Guarded(env,
                 [&]() -> jlong { return msiv2_call_milliseconds_left(Find<msiv2_call>(env, call).get()); });
}

}  // extern "C"
