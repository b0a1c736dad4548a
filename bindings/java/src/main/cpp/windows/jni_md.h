// What a JDK's jni.h needs to know about x86_64 Windows, for builds on a system whose JDK is not for Windows.
#ifndef MSIV2_JAVA_WINDOWS_JNI_MD_H_
#define MSIV2_JAVA_WINDOWS_JNI_MD_H_

#define JNIEXPORT __declspec(dllexport)
#define JNIIMPORT __declspec(dllimport)
#define JNICALL __stdcall

typedef signed char jbyte;
typedef long jint;  // 32 bits on Windows
typedef long long jlong;

#endif  // MSIV2_JAVA_WINDOWS_JNI_MD_H_
