#!/usr/bin/env bash
# Runs a Windows program under Wine, headless: CMake's emulator for cross-built tests. The Windows system it runs in is
# a separate folder (WINEPREFIX, default build/wine), never the user's.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export WINEPREFIX=${WINEPREFIX:-$root/build/wine}
export WINEARCH=win64 WINEDEBUG=${WINEDEBUG:--all} WINEDLLOVERRIDES="mscoree,mshtml,winedbg.exe="
unset DISPLAY
# Tests start in parallel: one of them creates the folder, the others wait.
mkdir -p "$WINEPREFIX"
exec 9>"$WINEPREFIX/.made.lock"
flock 9
if [ ! -f "$WINEPREFIX/.made" ]; then
  wine wineboot -i >/dev/null 2>&1
  touch "$WINEPREFIX/.made"
fi
exec 9>&-
exec wine "$@"
