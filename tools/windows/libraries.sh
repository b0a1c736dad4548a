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

cache=${XDG_CACHE_HOME:-$HOME/.cache}/msiv2
while [ $# -gt 0 ]; do
  case $1 in
    --cache) cache=${2:?--cache needs a folder}; shift ;;
    --help | -h) usage; exit 0 ;;
    *) echo "libraries.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
apt_root=$cache/apt
jobs=$(nproc)

# One build at a time; another run waits and then finds the result.
exec 9>"$cache/windows.lock"
flock 9

apt() { "$1" -c "$apt_root/apt.conf" -q "${@:2}"; }

# read_sources: reads the machine's package lists as source lists, in our own folder: the machine's lists stay
# unchanged.
read_sources() {
  local file name
  rm -rf "$apt_root/sources"
  mkdir -p "$apt_root/sources" "$apt_root/lists/partial" "$apt_root/archives/partial"
  printf '%s\n' 'Dir::Etc::sourcelist "/dev/null";' "Dir::Etc::sourceparts \"$apt_root/sources\";" \
    "Dir::State::lists \"$apt_root/lists\";" "Dir::Cache \"$apt_root\";" 'APT::Sandbox::User "";' >"$apt_root/apt.conf"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] || continue
    name=$(basename "$file")
    case $file in
      *.sources) sed 's/^Types:.*/Types: deb-src/' "$file" >"$apt_root/sources/$name" ;;
      *) sed -n 's/^[[:space:]]*deb[[:space:]]/deb-src /p' "$file" >"$apt_root/sources/${name%.list}.list" ;;
    esac
  done
  if [ -z "$(find "$apt_root/lists" -name '*Sources*' -mtime -1 2>/dev/null | head -n 1)" ]; then
    apt apt-get update >&2 || echo "libraries.sh: the Debian mirror could not be read; the lists of before are used" >&2
  fi
}

# versions PACKAGE: prints every source version that the mirror lists, newest first.
versions() {
  apt apt-cache showsrc --only-source "$1" | sed -n 's/^Version: //p' | sort -u -r -V
}

# fetch PACKAGE: unpacks the newest version that is complete on the mirror; sets fetched_version and fetched_folder.
fetch() {
  local version
  for version in $(versions "$1"); do
    local folder=$work/$1-$version
    mkdir -p "$folder"
    if (cd "$folder" && apt apt-get source "$1=$version") >"$folder.log" 2>&1; then
      fetched_folder=$(find "$folder" -mindepth 1 -maxdepth 1 -type d | head -n 1)
      fetched_version=$version
      return 0
    fi
    echo "libraries.sh: the mirror has $1 $version listed, but not whole; the version before it is tried" >&2
  done
  echo "libraries.sh: no source package of $1 could be fetched; is the Debian mirror reachable?" >&2
  tail -n 5 "$work"/*.log >&2 || true
  return 1
}

# run NAME COMMAND...: runs a step whose output matters only if it fails.
run() {
  local started=$SECONDS
  echo "libraries.sh: $1 ..." >&2
  # In the background, because `set -e` has no effect in a function whose exit status is tested.
  "${@:2}" >"$work/$1.log" 2>&1 &
  if ! wait $!; then
    tail -n 40 "$work/$1.log" >&2
    echo "libraries.sh: $1 FAILED" >&2
    return 1
  fi
  echo "libraries.sh: $1: $((SECONDS - started)) s" >&2
}

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
  cross "$1" "$2" -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DPICKY_COMPILER=OFF -DENABLE_MANUAL=OFF -DHTTP_ONLY=ON \
    -DCURL_USE_OPENSSL=ON -DOPENSSL_USE_STATIC_LIBS=ON -DCURL_DISABLE_OPENSSL_AUTO_LOAD_CONFIG=ON -DCURL_DISABLE_NTLM=ON \
    -DCURL_USE_LIBSSH2=OFF -DCURL_USE_LIBPSL=OFF -DUSE_LIBIDN2=OFF -DUSE_WIN32_IDN=OFF -DUSE_NGHTTP2=OFF -DCURL_ZLIB=OFF \
    -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF
}

# The emulator's HTTP library, in two parts as in Debian's package, without compression.
build_httplib() {
  python3 "$1/split.py" -o "$1/out"
  # On mingw it omits the check of IP addresses in certificates, since inet_pton was once missing there.
  sed -i 's/^#ifndef __MINGW32__$/#if 1/' "$1/out/httplib.cc"
  x86_64-w64-mingw32-g++-posix -O2 -std=c++17 -D_WIN32_WINNT=0x0A00 -DCPPHTTPLIB_OPENSSL_SUPPORT -I"$2/include" \
    -c "$1/out/httplib.cc" -o "$1/out/httplib.o"
  install -D -m 644 "$1/out/httplib.h" "$2/include/httplib.h"
  x86_64-w64-mingw32-ar rcs "$2/lib/libcpp-httplib.a" "$1/out/httplib.o"
  cat >"$2/lib/pkgconfig/cpp-httplib.pc" <<END
Name: cpp-httplib
Description: HTTP server and client library
Version: $3
Cflags: -I\${pcfiledir}/../../include -DCPPHTTPLIB_OPENSSL_SUPPORT
Libs: -L\${pcfiledir}/.. -lcpp-httplib -lssl -lcrypto -lws2_32 -lcrypt32
END
}

# GTest's Debian package contains its source. The two header-only libraries are copied as they are.
build_rest() {
  cp -r /usr/src/googletest "$1"
  cross "$1/googletest" "$2" -Dgtest_disable_pthreads=OFF
  cp -r /usr/include/nlohmann /usr/include/CLI "$2/include/"
  mkdir -p "$2/share/cmake"
  cp -r /usr/share/cmake/nlohmann_json /usr/share/cmake/CLI11 "$2/share/cmake/"
}

# once STAMP NAME COMMAND...: runs a step unless an earlier, interrupted run has done it.
once() {
  [ ! -f "$prefix/$1.done" ] || return 0
  run "${@:2}"
  touch "$prefix/$1.done"
}

# The result also depends on how it is compiled: a changed recipe uses another folder.
recipe=$(cat "$here/libraries.sh" "$here/toolchain.cmake" | sha256sum | cut -c1-8)
name() { echo "windows-openssl-$1-curl-$2-httplib-$3-$recipe"; }
read_sources
newest() { versions "$1" | head -n 1; }
wanted=$cache/$(name "$(newest openssl)" "$(newest curl)" "$(newest cpp-httplib)")
prefix=$wanted
if [ ! -f "$prefix/complete" ]; then
  work=$(mktemp -d "$cache/build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  fetch openssl && openssl=$fetched_version openssl_source=$fetched_folder
  fetch curl && curl=$fetched_version curl_source=$fetched_folder
  fetch cpp-httplib && httplib=$fetched_version httplib_source=$fetched_folder
  prefix=$cache/$(name "$openssl" "$curl" "$httplib")
  mkdir -p "$prefix"
  once openssl "OpenSSL-$openssl" build_openssl "$openssl_source" "$prefix"
  once curl "curl-$curl" build_curl "$curl_source" "$prefix"
  once httplib "cpp-httplib-$httplib" build_httplib "$httplib_source" "$prefix" "${httplib%%+*}"
  once rest "GTest" build_rest "$work" "$prefix"
  touch "$prefix/complete"
  # Otherwise each run would look again for a version that is listed but not there.
  [ "$prefix" = "$wanted" ] || ln -sfn "$prefix" "$wanted"
fi
echo "$prefix"
