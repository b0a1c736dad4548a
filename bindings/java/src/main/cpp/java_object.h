// Objects of the application that native code calls: keystores, keys, attestors, observers and logs.
#ifndef MSIV2_JAVA_JAVA_OBJECT_H_
#define MSIV2_JAVA_JAVA_OBJECT_H_

#include <jni.h>

#include <cstdint>
#include <future>
#include <memory>
#include <utility>

#include "bindings/c/msiv2.h"
#include "bindings/java/src/main/cpp/handle_table.h"
#include "bindings/java/src/main/cpp/jni_support.h"

namespace msiv2_jni {

/// AttachedThread gives the environment of the calling thread. It attaches a thread that is not Java's, and
/// detaches it in the end. Such a thread gets no environment once the JVM ends: it would never come back.
class AttachedThread {
 public:
  explicit AttachedThread(JavaVM* vm);
  ~AttachedThread();
  AttachedThread(const AttachedThread&) = delete;
  AttachedThread& operator=(const AttachedThread&) = delete;

  /// env returns the environment, or null.
  JNIEnv* env() const { return env_; }

 private:
  JavaVM* vm_;
  JNIEnv* env_ = nullptr;
  bool attached_ = false;
};

/// EndCallbacks lets no further thread attach, and waits up to 5 seconds for those that are attached.
void EndCallbacks();

/// JavaObject is a Java object and the class io.github.msiv2.Callbacks, through which it is called. Threads:
/// any.
class JavaObject {
 public:
  /// Refers to `object`; throws JavaException for null, or if the JVM has no memory.
  JavaObject(JNIEnv* env, jobject object);
  ~JavaObject();
  JavaObject(const JavaObject&) = delete;
  JavaObject& operator=(const JavaObject&) = delete;

  jobject get() const { return object_; }

  /// Call runs `body` with the environment, the class and the static method that `name` and `signature` tell.
  /// Returns what `body` returns, or MSIV2_E_UNEXPECTED if Java cannot be called or throws.
  template <typename Body>
  std::int32_t Call(const char* name, const char* signature, Body&& body) const noexcept {
    const AttachedThread thread(vm_);
    JNIEnv* const env = thread.env();
    if (env == nullptr || !Enter(env)) return MSIV2_E_UNEXPECTED;
    std::int32_t code = MSIV2_E_UNEXPECTED;
    try {
      const jmethodID method = env->GetStaticMethodID(callbacks_, name, signature);
      if (method != nullptr) code = body(env, callbacks_, method);
    } catch (...) {  // also JavaException
    }
    return Leave(env) ? code : MSIV2_E_UNEXPECTED;
  }

 private:
  static bool Enter(JNIEnv* env);
  static bool Leave(JNIEnv* env);

  JavaVM* vm_ = nullptr;
  jobject object_ = nullptr;
  jclass callbacks_ = nullptr;
};

/// Borrowed lends a handle of a callback to Java, as a number. In the end it takes the number back and waits
/// for other threads that still use the handle.
template <typename Handle>
class Borrowed {
 public:
  explicit Borrowed(Handle* handle)
      : number_(Handles().Add(std::shared_ptr<Handle>(handle, [this](Handle*) { unused_.set_value(); }))) {}
  ~Borrowed() {
    Handles().Remove(number_);
    unused_.get_future().wait();
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  jlong number() const { return number_; }

 private:
  std::promise<void> unused_;
  jlong number_;
};

}  // namespace msiv2_jni

#endif  // MSIV2_JAVA_JAVA_OBJECT_H_
