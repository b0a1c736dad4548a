// For the tests in Java: options with an emulated KeyGuard, and with an attestor for an emulator that runs as
// a process.
#include <mutex>
#include <string>

#include "bindings/c/tests/emulated_host.h"
#include "bindings/java/src/main/cpp/MsalJNIBridge.h"

namespace {

std::string Text(JNIEnv* env, jbyteArray bytes) {
  std::string text(static_cast<std::size_t>(env->GetArrayLength(bytes)), '\0');
  env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(text.size()), reinterpret_cast<jbyte*>(text.data()));
  return text;
}

// One keystore for the process, as a machine has. It lives as long as the JVM.
emulated_host* HostAt(const std::string& attestation, const std::string& ca_pem) {
  static std::mutex mutex;
  static std::string at;
  static emulated_host* host = nullptr;
  const std::lock_guard lock(mutex);
  if (host == nullptr || at != attestation) host = emulated_host_attach(attestation.c_str(), ca_pem.c_str());
  at = attestation;
  return host;
}

}  // namespace

extern "C" JNIEXPORT jlong JNICALL Java_io_github_msiv2_EmulatedOptions_make(JNIEnv* env, jclass /*type*/,
                                                                             jbyteArray attestation,
                                                                             jbyteArray ca_pem) {
  emulated_host* const host = HostAt(Text(env, attestation), Text(env, ca_pem));
  msiv2_options* options = nullptr;
  const bool made =
      msiv2_options_new(&options, nullptr) == MSIV2_OK &&
      msiv2_options_add_key_provider(options, emulated_host_key_provider(), host, nullptr) == MSIV2_OK &&
      msiv2_options_set_attestor(options, emulated_host_attestor(), host, nullptr) == MSIV2_OK;
  if (made) return msiv2_jni_adopt_options(options);
  msiv2_options_free(options);
  return 0;
}
