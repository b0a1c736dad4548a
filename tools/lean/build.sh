#!/usr/bin/env bash
# Builds the lean command, build/lean/msiv2: one file that needs glibc alone and starts in a third of the time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tools/packages.sh
source tools/packages.sh

usage() {
  cat <<'END'
Usage: tools/lean/build.sh [--no-install] [--help]

Installs the Debian packages that are missing, builds OpenSSL and libcurl from Debian's source packages once, and links
the msiv2 command with them. Prints where the command is, and its size.

  --no-install  install nothing; fail where a tool is missing
  --help        this text

The exit status is 3 if the Debian mirror of this machine cannot be reached.
END
}

install=yes
case ${1-} in
  '') ;;
  --no-install) install=no ;;
  --help | -h) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
[ "$install" = no ] || install_missing "${CLI_PACKAGES[@]}" "${LEAN_PACKAGES[@]}"
use_ccache
mkdir -p build
# A link names the folder of the libraries, so that ccache can be used for a build with them at any path.
libraries=$(tools/lean/libraries.sh)
# CMake caches where it found things: with other libraries it has to search again.
[ "$(readlink build/lean-libraries)" = "$libraries" ] || rm -f build/lean/CMakeCache.txt
ln -sfn "$libraries" build/lean-libraries
export MSIV2_LEAN_LIBRARIES=$PWD/build/lean-libraries

log=build/lean.log
if ! { cmake --preset lean && cmake --build --preset lean -j "$(nproc)" --target msiv2_command; } >"$log" 2>&1; then
  tail -n 40 "$log" >&2
  echo "lean: the build failed; the whole output is in $log" >&2
  exit 1
fi
strip -o build/lean/msiv2 build/lean/cli/msiv2
echo "build/lean/msiv2, $(stat -c %s build/lean/msiv2) bytes"
