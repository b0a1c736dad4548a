#!/usr/bin/env bash
# Checks in a minute that the layers which need no library built for Windows compile for it, with mingw alone. It is
# what remains of the stage windows on a machine without Wine.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Only the JSON headers are available to it: the rest of /usr/include would hide what mingw lacks.
headers=build/mingw/include
mkdir -p "$headers" build/mingw/generated/include/msiv2
ln -sfn /usr/include/nlohmann "$headers/nlohmann"
sed 's/@PROJECT_VERSION@/0.0.0/' include/msiv2/version.h.in >build/mingw/generated/include/msiv2/version.h
folders=(bindings/c)
for layer in model base clock http imds entra attestation cache cache/windows_cert_store flow keys keys/cng observers; do
  if [ -d "src/$layer" ]; then folders+=("src/$layer"); fi
done
find "${folders[@]}" -maxdepth 1 -name '*.cc' ! -name '*_test.cc' ! -name '*_posix.cc' -print0 |
  xargs -0 -P "$jobs" -n 1 x86_64-w64-mingw32-g++-posix -std=c++20 -fsyntax-only -D_WIN32_WINNT=0x0A00 \
    -Wall -Wextra -Wconversion -Wshadow -Werror -I. -Iinclude -Isrc -Ibuild/mingw/generated/include \
    -isystem "$headers"
