#!/usr/bin/env bash
# The Java binding on top of the build of dev. The jar contains the DLLs of the stage windows if that stage has run.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

windows=
[ ! -f build/windows/bindings/java/MsalJNIBridge.dll ] || windows=$root/build/windows
cmake --preset dev -DMSIV2_BUILD_JAVA=ON -DMSIV2_JAVA_WINDOWS="$windows" >build/java.configure.log 2>&1 ||
  { cat build/java.configure.log >&2; exit 1; }
cmake --build --preset dev -j "$jobs" --target msiv2_command msiv2_java_tests msiv2_javadoc
run_ctest java dev -R '^java\.'
