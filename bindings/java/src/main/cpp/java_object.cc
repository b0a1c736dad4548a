#include "bindings/java/src/main/cpp/java_object.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace msiv2_jni {
namespace {

// How many threads are attached. Never destroyed: threads of the library may outlive statics.
struct Attachments {
  std::mutex mutex;
  std::condition_variable changed;
  int count = 0;
  bool ended = false;
};

Attachments& All() {
  static auto* const attachments = new Attachments();
  return *attachments;
}

bool Begin() {
  const std::lock_guard lock(All().mutex);
  if (All().ended) return false;
  ++All().count;
  return true;
}

void End() {
  const std::lock_guard lock(All().mutex);
  --All().count;
  All().changed.notify_all();
}

}  // namespace

AttachedThread::AttachedThread(JavaVM* vm) : vm_(vm) {
  void* env = nullptr;
  const jint state = vm_->GetEnv(&env, JNI_VERSION_1_8);
  if (state == JNI_EDETACHED && Begin()) {
    attached_ = vm_->AttachCurrentThreadAsDaemon(&env, nullptr) == JNI_OK;
    if (!attached_) End();
  }
  if (state == JNI_OK || attached_) env_ = static_cast<JNIEnv*>(env);
}

AttachedThread::~AttachedThread() {
  if (!attached_) return;
  vm_->DetachCurrentThread();
  End();
}

void EndCallbacks() {
  std::unique_lock lock(All().mutex);
  All().ended = true;
  All().changed.wait_for(lock, std::chrono::seconds(5), [] { return All().count == 0; });
}

JavaObject::JavaObject(JNIEnv* env, jobject object) {
  if (object == nullptr) ThrowNew(env, "java/lang/NullPointerException", "an object is null");
  const jclass callbacks = env->FindClass("io/github/msiv2/Callbacks");
  if (callbacks == nullptr || env->GetJavaVM(&vm_) != JNI_OK) throw JavaException();
  object_ = env->NewGlobalRef(object);
  callbacks_ = static_cast<jclass>(env->NewGlobalRef(callbacks));
  if (object_ != nullptr && callbacks_ != nullptr) return;
  env->DeleteGlobalRef(object_);
  env->DeleteGlobalRef(callbacks_);
  throw std::bad_alloc();
}

JavaObject::~JavaObject() {
  const AttachedThread thread(vm_);
  if (thread.env() == nullptr) return;  // the JVM ends, and the object with it
  thread.env()->DeleteGlobalRef(object_);
  thread.env()->DeleteGlobalRef(callbacks_);
}

bool JavaObject::Enter(JNIEnv* env) {
  // Nothing may be called while an exception is pending: a view may have found no memory for its array.
  constexpr jint kReferences = 64;
  return env->ExceptionCheck() == JNI_FALSE && env->PushLocalFrame(kReferences) == JNI_OK;
}

bool JavaObject::Leave(JNIEnv* env) {
  const bool threw = env->ExceptionCheck() == JNI_TRUE;
  if (threw) env->ExceptionClear();
  env->PopLocalFrame(nullptr);
  return !threw;
}

}  // namespace msiv2_jni
