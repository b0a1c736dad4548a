#include "bindings/java/src/main/cpp/jni_support.h"

#include <array>
#include <cstring>

namespace msiv2_jni {
namespace {

// In the order of io.github.msiv2.Failure.
constexpr std::array kTexts = {MSIV2_ERROR_NAME,           MSIV2_ERROR_MESSAGE, MSIV2_ERROR_CURE,
                               MSIV2_ERROR_STEP_NAME,      MSIV2_ERROR_KIND,    MSIV2_ERROR_SERVICE_ERROR,
                               MSIV2_ERROR_CORRELATION_ID, MSIV2_ERROR_SOURCE,  MSIV2_ERROR_LINE};
constexpr std::array kNumbers = {MSIV2_ERROR_RETRYABLE,   MSIV2_ERROR_HTTP_STATUS, MSIV2_ERROR_NATIVE_CODE,
                                 MSIV2_ERROR_TLS_ALERT,   MSIV2_ERROR_ATTEMPTS,    MSIV2_ERROR_OUT_OF_TIME,
                                 MSIV2_ERROR_RETRY_AFTER, MSIV2_ERROR_ABOUT};

jbyteArray TextOf(JNIEnv* env, std::int32_t code, const msiv2_error* error, msiv2_error_text_field field) {
  // Without memory for an error there is only a code.
  if (error == nullptr) return TextBytes(env, field == MSIV2_ERROR_NAME ? msiv2_code_name(code) : "");
  return InJava(env, [&](msiv2_about_word word, msiv2_view view, void* context, msiv2_error** failure) {
    return msiv2_error_text_in(error, field, word, nullptr, view, context, failure);
  });
}

jobjectArray TextsOf(JNIEnv* env, std::int32_t code, const msiv2_error* error) {
  const jclass bytes = env->FindClass("[B");
  if (bytes == nullptr) throw JavaException();
  const jobjectArray texts = env->NewObjectArray(static_cast<jsize>(kTexts.size()), bytes, nullptr);
  if (texts == nullptr) throw JavaException();
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    const jbyteArray value = TextOf(env, code, error, kTexts[i]);
    env->SetObjectArrayElement(texts, static_cast<jsize>(i), value);
    env->DeleteLocalRef(value);
  }
  return texts;
}

jlongArray NumbersOf(JNIEnv* env, const msiv2_error* error) {
  std::vector<jlong> numbers;
  for (const auto field : kNumbers) numbers.push_back(msiv2_error_number(error, field));
  return NewLongs(env, numbers);
}

jlongArray AadstsOf(JNIEnv* env, const msiv2_error* error) {
  std::vector<jlong> codes;
  for (std::size_t i = 0; const auto code = msiv2_error_aadsts(error, i); ++i) codes.push_back(code);
  return NewLongs(env, codes);
}

void NeedsArray(JNIEnv* env, jarray array) {
  if (array == nullptr) ThrowNew(env, "java/lang/NullPointerException", "an array is null");
}

}  // namespace

void ThrowNew(JNIEnv* env, const char* type, const char* message) {
  const jclass found = env->FindClass(type);
  if (found != nullptr) env->ThrowNew(found, message);
  throw JavaException();
}

ErrorParts PartsOf(JNIEnv* env, std::int32_t code, const msiv2_error* error) {
  return {TextsOf(env, code, error), NumbersOf(env, error), AadstsOf(env, error)};
}

jthrowable ExceptionOf(JNIEnv* env, std::int32_t code, msiv2_error* error) {
  const std::unique_ptr<msiv2_error, void (*)(msiv2_error*)> owned(error, msiv2_error_free);
  const jclass failure = env->FindClass("io/github/msiv2/Failure");
  const jmethodID make =
      failure == nullptr
          ? nullptr
          : env->GetStaticMethodID(failure, "of", "([[B[J[J)Lio/github/msiv2/ManagedIdentityException;");
  if (make == nullptr) throw JavaException();
  const ErrorParts parts = PartsOf(env, code, error);
  const auto exception = static_cast<jthrowable>(
      env->CallStaticObjectMethod(failure, make, parts.texts, parts.numbers, parts.aadsts));
  if (env->ExceptionCheck() == JNI_TRUE || exception == nullptr) throw JavaException();
  return exception;
}

void ThrowError(JNIEnv* env, std::int32_t code, msiv2_error* error) {
  if (env->ExceptionCheck() == JNI_TRUE) {  // a view could not create its array
    msiv2_error_free(error);
    throw JavaException();
  }
  env->Throw(ExceptionOf(env, code, error));
  throw JavaException();
}

std::string Text(JNIEnv* env, jbyteArray bytes) {
  NeedsArray(env, bytes);
  std::string text(static_cast<std::size_t>(env->GetArrayLength(bytes)), '\0');
  env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(text.size()), reinterpret_cast<jbyte*>(text.data()));
  return text;
}

std::vector<std::uint8_t> Bytes(JNIEnv* env, jbyteArray bytes) {
  NeedsArray(env, bytes);
  std::vector<std::uint8_t> copy(static_cast<std::size_t>(env->GetArrayLength(bytes)));
  env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(copy.size()), reinterpret_cast<jbyte*>(copy.data()));
  return copy;
}

jbyteArray NewBytes(JNIEnv* env, const void* data, std::size_t size) {
  const jbyteArray array = env->NewByteArray(static_cast<jsize>(size));
  if (array == nullptr) throw JavaException();
  env->SetByteArrayRegion(array, 0, static_cast<jsize>(size), static_cast<const jbyte*>(data));
  return array;
}

jbyteArray TextBytes(JNIEnv* env, const char* text) { return NewBytes(env, text, std::strlen(text)); }

jlongArray NewLongs(JNIEnv* env, const std::vector<jlong>& values) {
  const jlongArray array = env->NewLongArray(static_cast<jsize>(values.size()));
  if (array == nullptr) throw JavaException();
  env->SetLongArrayRegion(array, 0, static_cast<jsize>(values.size()), values.data());
  return array;
}

}  // namespace msiv2_jni
