# Sourced by the scripts that build libraries from Debian's source packages, tools/windows/libraries.sh and
# tools/lean/libraries.sh.
set -euo pipefail
jobs=$(nproc)
script=${0#"$PWD"/}  # for messages

mirror_unreachable=3  # the exit status of the script if there is no source package

# open_cache OPTION...: reads the options of the script, and sets cache, the folder of all results. One build runs at a
# time; another one waits and then finds the result.
open_cache() {
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/msiv2
  while [ $# -gt 0 ]; do
    case $1 in
      --cache) cache=${2:?--cache needs a folder}; shift ;;
      --help | -h) usage; exit 0 ;;
      *) echo "$script: unknown option $1" >&2; usage >&2; exit 2 ;;
    esac
    shift
  done
  mkdir -p "$cache"
  cache=$(cd "$cache" && pwd)
  exec 9>"$cache/libraries.lock"
  flock 9
}

apt() { "$1" -c "$cache/apt/apt.conf" -q "${@:2}"; }

# read_sources: reads the machine's package lists as source lists, in our own folder: the machine's lists stay
# unchanged.
read_sources() {
  local file name apt_root=$cache/apt
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
    apt apt-get update >&2 || echo "$script: the Debian mirror could not be read; the lists of before are used" >&2
  fi
}

# versions PACKAGE: prints every source version that the mirror lists, newest first.
versions() {
  apt apt-cache showsrc --only-source "$1" | sed -n 's/^Version: //p' | sort -u -r -V
}

newest() { versions "$1" | head -n 1; }

# fetch PACKAGE: unpacks the newest version that is complete on the mirror; sets fetched_version and fetched_folder. Ends
# the script if there is none.
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
    echo "$script: the mirror has $1 $version listed, but not whole; the version before it is tried" >&2
  done
  echo "$script: no source package of $1 could be fetched; is the Debian mirror reachable?" >&2
  tail -n 5 "$work"/*.log >&2 || true
  exit $mirror_unreachable
}

# run NAME COMMAND...: runs a step whose output matters only if it fails.
run() {
  local started=$SECONDS
  echo "$script: $1 ..." >&2
  # In the background, because `set -e` has no effect in a function whose exit status is tested.
  "${@:2}" >"$work/$1.log" 2>&1 &
  if ! wait $!; then
    tail -n 40 "$work/$1.log" >&2
    echo "$script: $1 FAILED" >&2
    return 1
  fi
  echo "$script: $1: $((SECONDS - started)) s" >&2
}

# once STAMP NAME COMMAND...: runs a step unless an earlier, interrupted run has done it.
once() {
  [ ! -f "$prefix/$1.done" ] || return 0
  run "${@:2}"
  touch "$prefix/$1.done"
}

# What both systems have in common. HTTP only, and OpenSSL alone: the other libraries of Debian's libcurl are never used.
curl_options=(-DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DPICKY_COMPILER=OFF -DENABLE_MANUAL=OFF -DHTTP_ONLY=ON
  -DCURL_USE_OPENSSL=ON -DOPENSSL_USE_STATIC_LIBS=ON -DCURL_DISABLE_NTLM=ON -DCURL_USE_LIBSSH2=OFF -DCURL_USE_LIBPSL=OFF
  -DUSE_LIBIDN2=OFF -DUSE_NGHTTP2=OFF -DCURL_ZLIB=OFF -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF)

# install_httplib FOLDER PREFIX VERSION LIBRARIES AR COMPILER...: installs the emulator's HTTP library,
# without compression. FOLDER/out has its two parts, as in Debian's package. LIBRARIES are those that it needs in addition to
# OpenSSL.
install_httplib() {
  "${@:6}" -std=c++17 -DCPPHTTPLIB_OPENSSL_SUPPORT -I"$2/include" -c "$1/out/httplib.cc" -o "$1/out/httplib.o"
  install -D -m 644 "$1/out/httplib.h" "$2/include/httplib.h"
  "$5" rcs "$2/lib/libcpp-httplib.a" "$1/out/httplib.o"
  cat >"$2/lib/pkgconfig/cpp-httplib.pc" <<END
Name: cpp-httplib
Description: HTTP server and client library
Version: $3
Cflags: -I\${pcfiledir}/../../include -DCPPHTTPLIB_OPENSSL_SUPPORT
Libs: -L\${pcfiledir}/.. -lcpp-httplib -lssl -lcrypto$4
END
}

# build_libraries SYSTEM RECIPE...: builds OpenSSL, libcurl and cpp-httplib at the newest versions of the mirror, unless that is
# done, and prints their folder. The script defines build_openssl, build_curl, build_httplib and build_rest. The result
# depends on how it is compiled too, so that changed files RECIPE use another folder.
build_libraries() {
  local system=$1 recipe wanted
  recipe=$(cat "${@:2}" "${BASH_SOURCE[0]}" | sha256sum | cut -c1-8)
  folder_of() { echo "$cache/$system-openssl-$1-curl-$2-httplib-$3-$recipe"; }
  read_sources
  wanted=$(folder_of "$(newest openssl)" "$(newest curl)" "$(newest cpp-httplib)")
  prefix=$wanted
  if [ ! -f "$prefix/complete" ]; then build_all; fi
  # Otherwise each run would look again for a version that is listed but not there.
  [ "$prefix" = "$wanted" ] || ln -sfn "$prefix" "$wanted"
  echo "$prefix"
}

# build_all: sets prefix.
build_all() {
  local openssl openssl_source curl curl_source httplib httplib_source
  work=$(mktemp -d "$cache/build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  fetch openssl
  openssl=$fetched_version openssl_source=$fetched_folder
  fetch curl
  curl=$fetched_version curl_source=$fetched_folder
  fetch cpp-httplib
  httplib=$fetched_version httplib_source=$fetched_folder
  prefix=$(folder_of "$openssl" "$curl" "$httplib")
  mkdir -p "$prefix"
  once openssl "OpenSSL-$openssl" build_openssl "$openssl_source" "$prefix"
  once curl "curl-$curl" build_curl "$curl_source" "$prefix"
  once httplib "cpp-httplib-$httplib" build_httplib "$httplib_source" "$prefix" "${httplib%%+*}"
  once rest "The rest" build_rest "$work" "$prefix"
  touch "$prefix/complete"
}
