// Conversions between Java and the C interface: bytes, errors and exceptions.
#ifndef MSIV2_JAVA_JNI_SUPPORT_H_
#define MSIV2_JAVA_JNI_SUPPORT_H_

#include <jni.h>

#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "bindings/c/msiv2.h"
#include "bindings/java/src/main/cpp/handle_table.h"
#include "bindings/java/src/main/cpp/option_words.h"

namespace msiv2_jni {

/// JavaException means that an exception is pending in the JVM: unwind to it.
struct JavaException {};

/// ThrowNew makes a new exception of `type`, for example "java/lang/IllegalStateException", pending, and
/// unwinds.
[[noreturn]] void ThrowNew(JNIEnv* env, const char* type, const char* message);
/// ThrowError does so with the exception of `error`, which it frees.
[[noreturn]] void ThrowError(JNIEnv* env, std::int32_t code, msiv2_error* error);

/// ErrorParts is an error as io.github.msiv2.Failure.of takes it.
struct ErrorParts {
  jobjectArray texts = nullptr;
  jlongArray numbers = nullptr;
  jlongArray aadsts = nullptr;
};
/// PartsOf reads `error`; null is an error of which only the code is known.
ErrorParts PartsOf(JNIEnv* env, std::int32_t code, const msiv2_error* error);
/// ExceptionOf returns the exception that io.github.msiv2.Failure.of returns for `error`, which it frees. It
/// is not thrown.
jthrowable ExceptionOf(JNIEnv* env, std::int32_t code, msiv2_error* error);

/// Guarded runs `body`. Whatever it throws becomes a Java exception; Guarded then returns zero.
template <typename Body>
auto Guarded(JNIEnv* env, Body&& body) noexcept -> decltype(body()) {
  using Answer = decltype(body());
  try {
    return body();
  } catch (const JavaException&) {
  } catch (const std::bad_alloc&) {
    if (const jclass type = env->FindClass("java/lang/OutOfMemoryError"))
      env->ThrowNew(type, "native memory");
  } catch (...) {
    if (const jclass type = env->FindClass("java/lang/InternalError"))
      env->ThrowNew(type, "native code threw");
  }
  if constexpr (!std::is_void_v<Answer>) return Answer{};
}

/// Check calls a function of the C interface, and throws its error if it fails.
template <typename Call>
void Check(JNIEnv* env, Call&& call) {
  msiv2_error* error = nullptr;
  const std::int32_t code = call(&error);
  if (code != MSIV2_OK) ThrowError(env, code, error);
}

/// Made calls a function that creates a handle, and returns the handle's number.
template <typename Handle, typename Call>
jlong Made(JNIEnv* env, void (*free)(Handle*), Call&& call) {
  Handle* made = nullptr;
  Check(env, [&](msiv2_error** error) { return call(&made, error); });
  return Handles().Add(made, free);
}

/// Number calls a function that sets a number, and returns the number.
template <typename Call>
jlong Number(JNIEnv* env, Call&& call) {
  std::int64_t value = 0;
  Check(env, [&](msiv2_error** error) { return call(&value, error); });
  return static_cast<jlong>(value);
}

/// Find returns the handle of `number`; throws IllegalStateException if it is closed or was never issued.
template <typename Handle>
std::shared_ptr<Handle> Find(JNIEnv* env, jlong number) {
  auto found = Handles().Find<Handle>(number);
  if (found == nullptr) ThrowNew(env, "java/lang/IllegalStateException", "it is closed, or was never given");
  return found;
}

/// Optional does the same, but returns null for 0.
template <typename Handle>
std::shared_ptr<Handle> Optional(JNIEnv* env, jlong number) {
  return number == 0 ? nullptr : Find<Handle>(env, number);
}

/// InJava shows a text with options in the words of Java: `call` is passed the function that has these words,
/// and a view. It returns the bytes as a Java array.
template <typename Call>
jbyteArray InJava(JNIEnv* env, Call&& call) {
  return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) {
    const msiv2_about_word word = [](void*, std::int32_t about) { return JavaWordOf(about); };
    return call(word, view, context, error);
  });
}

/// Text returns UTF-8 that Java passes as bytes, NUL-terminated; throws NullPointerException for null.
std::string Text(JNIEnv* env, jbyteArray bytes);
/// Bytes returns a copy; throws NullPointerException for null.
std::vector<std::uint8_t> Bytes(JNIEnv* env, jbyteArray bytes);

/// Shown calls a function that passes its bytes to a view, and returns them as a Java array. The bytes are
/// copied into the array and nowhere else.
template <typename Call>
jbyteArray Shown(JNIEnv* env, Call&& call) {
  struct Context {
    JNIEnv* env;
    jbyteArray array;
  } context{env, nullptr};
  const msiv2_view view = [](void* to, const std::uint8_t* data, std::size_t size) -> std::int32_t {
    auto* const wanted = static_cast<Context*>(to);
    wanted->array = wanted->env->NewByteArray(static_cast<jsize>(size));
    if (wanted->array == nullptr) return MSIV2_E_OUT_OF_MEMORY;
    wanted->env->SetByteArrayRegion(wanted->array, 0, static_cast<jsize>(size),
                                    reinterpret_cast<const jbyte*>(data));
    return MSIV2_OK;
  };
  Check(env, [&](msiv2_error** error) { return call(view, &context, error); });
  return context.array;
}

/// ShownOrNull does the same, but returns null for MSIV2_E_ABSENT.
template <typename Call>
jbyteArray ShownOrNull(JNIEnv* env, Call&& call) {
  return Shown(env, [&](msiv2_view view, void* context, msiv2_error** error) -> std::int32_t {
    const std::int32_t code = call(view, context, error);
    if (code != MSIV2_E_ABSENT) return code;
    msiv2_error_free(*error);
    *error = nullptr;
    return MSIV2_OK;  // the view was not called, so there is no array
  });
}

/// NewBytes returns a Java array with these bytes.
jbyteArray NewBytes(JNIEnv* env, const void* data, std::size_t size);
/// TextBytes returns a Java array with the bytes of a text, without its NUL.
jbyteArray TextBytes(JNIEnv* env, const char* text);
/// NewLongs returns a Java array with these numbers.
jlongArray NewLongs(JNIEnv* env, const std::vector<jlong>& values);

}  // namespace msiv2_jni

#endif  // MSIV2_JAVA_JNI_SUPPORT_H_
