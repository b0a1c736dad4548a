#!/usr/bin/env bash
# Builds the libraries of msiv2 for Windows (x86_64, static) from Debian's source packages, because Debian packages none of
# them for mingw. Prints the folder to pass to CMake as MSIV2_WINDOWS_LIBRARIES. `tools/windows/libraries.sh --help` explains
# the options.
set -euo pipefail

usage() {
  cat <<'END'
Usage: tools/windows/libraries.sh [--cache DIR] [--help]

Builds static OpenSSL, libcurl, cpp-httplib and GTest for x86_64 Windows with mingw GCC and prints, as its last line,
the folder they are installed in. A folder is made once for each set of versions and kept; another run finds it in a
second.

  --cache DIR   keep the results there (default: $XDG_CACHE_HOME/msiv2, else ~/.cache/msiv2)
  --help        this text

Needs the Debian packages that `./run-tests --only windows` installs, and once the Debian mirror of this machine.
END
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/debian_sources.sh
source "$here/../debian_sources.sh"
open_cache "$@"

# No configuration file and no loadable module: otherwise the compiled-in folder would be a place where any user of the
# Windows machine could plant code. The leaf's algorithms are RSA and AES; exotic ciphers only cost build time.
openssl_options=(mingw64 no-shared no-tests no-legacy no-engine no-module no-autoload-config no-dso no-ssl3 no-dtls no-srp
  no-camellia no-idea no-seed no-aria no-sm2 no-sm3 no-sm4 no-md4 no-mdc2 no-rc2 no-rc4 no-bf no-cast no-whirlpool
  no-rmd160 no-cms no-ts no-cmp no-ct no-gost no-comp no-siphash no-ui-console
  --cross-compile-prefix=x86_64-w64-mingw32- -D_WIN32_WINNT=0x0A00)
openssl_folders=('OPENSSLDIR=C:/Program Files/Common Files/SSL' 'ENGINESDIR=C:/nowhere' 'MODULESDIR=C:/nowhere')

build_openssl() {
  cd "$1"
  CFLAGS=-O2 ./Configure "${openssl_options[@]}" "--prefix=$2" --libdir=lib
  make -j "$jobs" "${openssl_folders[@]}" build_libs
  make "${openssl_folders[@]}" install_dev
}

# cross FOLDER PREFIX OPTION...: builds and installs a library that has a CMake project.
cross() {
  cmake -S "$1" -B "$1/out" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$here/toolchain.cmake" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_INSTALL_PREFIX="$2" -DMSIV2_WINDOWS_LIBRARIES="$2" -DBUILD_SHARED_LIBS=OFF "${@:3}"
  cmake --build "$1/out" -j "$jobs"
  cmake --install "$1/out"
}

build_curl() {
  cross "$1" "$2" "${curl_options[@]}" -DCURL_DISABLE_OPENSSL_AUTO_LOAD_CONFIG=ON -DUSE_WIN32_IDN=OFF
}

build_httplib() {
  python3 "$1/split.py" -o "$1/out"
  # On mingw it omits the check of IP addresses in certificates, since inet_pton was once missing there.
  sed -i 's/^#ifndef __MINGW32__$/#if 1/' "$1/out/httplib.cc"
  install_httplib "$1" "$2" "$3" ' -lws2_32 -lcrypt32' x86_64-w64-mingw32-ar \
    x86_64-w64-mingw32-g++-posix -O2 -D_WIN32_WINNT=0x0A00
}

# GTest's Debian package contains its source. The two header-only libraries are copied as they are.
build_rest() {
  cp -r /usr/src/googletest "$1"
  cross "$1/googletest" "$2" -Dgtest_disable_pthreads=OFF
  cp -r /usr/include/nlohmann /usr/include/CLI "$2/include/"
  mkdir -p "$2/share/cmake"
  cp -r /usr/share/cmake/nlohmann_json /usr/share/cmake/CLI11 "$2/share/cmake/"
}

build_libraries windows "$here/libraries.sh" "$here/toolchain.cmake"
