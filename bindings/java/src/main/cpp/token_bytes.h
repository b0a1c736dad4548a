// Requests and tokens as bytes: each call to or from Java takes time, so that an answer is one array.
#ifndef MSIV2_JAVA_TOKEN_BYTES_H_
#define MSIV2_JAVA_TOKEN_BYTES_H_

#include <jni.h>

#include <memory>

#include "bindings/c/msiv2.h"

namespace msiv2_jni {

using RequestPtr = std::unique_ptr<msiv2_request, void (*)(msiv2_request*)>;

/// RequestOf returns the request that ManagedIdentityParameters.bytes wrote. It throws NullPointerException
/// for null, IllegalArgumentException for anything else, and the error of a field.
RequestPtr RequestOf(JNIEnv* env, jbyteArray bytes);

/// GiveToken stores `token`, which it owns from now on, among the handles. It returns what TokenResult reads:
/// the number of the handle and the fields, none of which is secret.
jbyteArray GiveToken(JNIEnv* env, msiv2_token* token);

}  // namespace msiv2_jni

#endif  // MSIV2_JAVA_TOKEN_BYTES_H_
