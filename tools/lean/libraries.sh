#!/usr/bin/env bash
# Builds the static libraries of the lean command from Debian's source packages. Debian's own libcurl needs forty other
# libraries, and loading them takes most of the time that the command takes. Prints the folder to pass to CMake as
# MSIV2_LEAN_LIBRARIES. `tools/lean/libraries.sh --help` explains the options.
set -euo pipefail

usage() {
  cat <<'END'
Usage: tools/lean/libraries.sh [--cache DIR] [--help]

Builds static OpenSSL, libcurl (HTTP and OpenSSL alone) and cpp-httplib for this machine and prints, as its last line,
the folder they are installed in. A folder is made once for each set of versions and kept; another run finds it in a
second.

  --cache DIR   keep the results there (default: $XDG_CACHE_HOME/msiv2, else ~/.cache/msiv2)
  --help        this text

Needs the Debian packages that `./run-tests --only lean` installs, and once the Debian mirror of this machine. The exit
status is 3 if there is no mirror.
END
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/debian_sources.sh
source "$here/../debian_sources.sh"
open_cache "$@"
# Few of the files change with a version of Debian's package.
if command -v ccache >/dev/null; then
  export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$cache CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
launcher=${CMAKE_C_COMPILER_LAUNCHER:-}

# How the libraries and the command itself are compiled: toolchain.cmake reads them from a file.
case $(uname -m) in
  x86_64) branches=-fcf-protection ;;
  aarch64) branches=-mbranch-protection=standard ;;
  *) branches= ;;
esac
compile_flags="-fPIE -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 $branches \
-ffunction-sections -fdata-sections"

# Folders, security level and algorithms of TLS are those of Debian's package (debian/rules). So openssl.cnf means the
# same, and so do the certificates of the system. What no TLS connection uses is left out. Debian has the legacy provider in
# a module, which is found in Debian's folder.
openssl_options=(no-shared no-tests no-legacy no-async no-idea no-mdc2 no-rc5 no-zlib no-ssl3 no-ssl3-method no-capieng
  no-rdrand enable-rfc3779 no-cms no-ts no-cmp no-ct no-srp no-dtls no-gost no-bf no-cast no-md4 no-rc2 no-rc4 no-seed
  no-whirlpool no-padlockeng no-afalgeng)
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
openssl_folders=("ENGINESDIR=/usr/lib/$multiarch/engines-3" "MODULESDIR=/usr/lib/$multiarch/ossl-modules")

build_openssl() {
  local platform
  platform=debian-$(dpkg --print-architecture)
  if [ "$platform" = debian-amd64 ]; then openssl_options+=(enable-ec_nistp_64_gcc_128); fi
  cd "$1"
  CC="$launcher gcc" CFLAGS="-O2 $compile_flags" \
    ./Configure "$platform" "${openssl_options[@]}" "--prefix=$2" --libdir=lib --openssldir=/usr/lib/ssl
  make -j "$jobs" "${openssl_folders[@]}" build_libs
  make "${openssl_folders[@]}" install_dev
}

build_curl() {
  echo "$compile_flags" >"$2/compile_flags"
  patch -d "$1" -p1 <"$here/curl.patch"
  cmake -S "$1" -B "$1/out" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$here/toolchain.cmake" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_INSTALL_PREFIX="$2" -DMSIV2_LEAN_LIBRARIES="$2" -DBUILD_SHARED_LIBS=OFF "${curl_options[@]}" \
    -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none
  cmake --build "$1/out" -j "$jobs"
  cmake --install "$1/out"
}

build_httplib() {
  python3 "$1/split.py" -o "$1/out"
  # OpenSSL is initialised when it is needed, not when the program starts.
  sed -i 's/^static SSLInit sslinit_;$//' "$1/out/httplib.cc"
  # shellcheck disable=SC2086  # several words
  install_httplib "$1" "$2" "$3" '' ar $launcher g++ -O2 $compile_flags -DCPPHTTPLIB_USE_POLL
}

build_rest() { :; }

build_libraries lean "$here/libraries.sh" "$here/toolchain.cmake" "$here/curl.patch"
