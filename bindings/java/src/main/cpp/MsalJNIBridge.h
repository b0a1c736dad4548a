// MsalJNIBridge: msiv2 for Java, by JNI over the C interface (bindings/c/msiv2.h) and nothing else. What the
// native methods do is said in the Java classes that declare them; here stands what native code of an
// application may call.
#ifndef MSIV2_JAVA_MSAL_JNI_BRIDGE_H_
#define MSIV2_JAVA_MSAL_JNI_BRIDGE_H_

#include <jni.h>

#include "bindings/c/msiv2.h"

#ifdef __cplusplus
extern "C" {
#endif

/// msiv2_jni_adopt_options hands `options` over to Java: the number is what
/// ManagedIdentityApplication.Builder.nativeOptions takes. So native code of an application brings keystores
/// and attestors of its own. From now on they are the bridge's, which frees them; at once where it answers 0,
/// for want of memory. From any thread.
JNIEXPORT jlong msiv2_jni_adopt_options(msiv2_options* options);

#ifdef __cplusplus
}
#endif

#endif  // MSIV2_JAVA_MSAL_JNI_BRIDGE_H_
