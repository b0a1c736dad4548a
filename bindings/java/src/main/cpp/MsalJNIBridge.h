// MsalJNIBridge: msiv2 for Java, through JNI, on the C interface (bindings/c/msiv2.h) and nothing else. The
// Java classes that declare the native methods document them. This header declares what native code of an
// application may call.
#ifndef MSIV2_JAVA_MSAL_JNI_BRIDGE_H_
#define MSIV2_JAVA_MSAL_JNI_BRIDGE_H_

#include <jni.h>

#include "bindings/c/msiv2.h"

#ifdef __cplusplus
extern "C" {
#endif

/// msiv2_jni_adopt_options hands `options` over to Java and returns the number that
/// ManagedIdentityApplication.Builder.nativeOptions takes. This lets native code of an application supply its
/// own keystores and attestors. From now on the bridge owns the options and frees them. If it runs out of
/// memory it frees them at once and returns 0. Any thread may call it.
JNIEXPORT jlong msiv2_jni_adopt_options(msiv2_options* options);

#ifdef __cplusplus
}
#endif

#endif  // MSIV2_JAVA_MSAL_JNI_BRIDGE_H_
