#!/usr/bin/env bash
# Everything cross-built for Windows by mingw GCC 12, and all tests that can run under Wine.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# OpenSSL and the other libraries for mingw are built once and stored outside the tree (tools/windows/libraries.sh
# --help). A link names their folder, so that ccache can be used for a build with them at any path.
libraries=$(tools/windows/libraries.sh)
# CMake caches where it found things: with other libraries it has to search again.
[ "$(readlink build/windows-libraries)" = "$libraries" ] || rm -f build/windows/CMakeCache.txt
ln -sfn "$libraries" build/windows-libraries
export MSIV2_WINDOWS_LIBRARIES=$root/build/windows-libraries WINEPREFIX=$root/build/wine
build_preset dev --target msiv2_command  # one test runs the Windows command against the emulator of this system

# Wine's server starts once, not with each test, and ends with the stage. A server left by an interrupted run, or by the
# creation of the folder, would end by itself in the middle. Wine's services start with the first program and keep its
# output open: if a test started them, that test would never end.
tools/windows/wine.sh cmd /c exit &>/dev/null
wineserver -k || true
trap 'wineserver -k || true' EXIT
wineserver -p &>/dev/null
tools/windows/wine.sh cmd /c exit &>/dev/null
# The source file explains its purpose. It ends with Wine's server.
x86_64-w64-mingw32-g++-posix -O1 -static tools/windows/hold_root_store.cc -o build/hold_root_store.exe -lcrypt32 -luser32
read -r held < <(tools/windows/wine.sh build/hold_root_store.exe 2>/dev/null)
[ "${held%$'\r'}" = held ] || { echo "windows: the root store of Wine cannot be held" >&2; exit 1; }
test_preset windows
