# Sourced by quickstart and run-tests: installs the missing Debian packages, and only those.

# The library and the CLI.
CLI_PACKAGES=(g++ cmake ninja-build pkgconf ca-certificates libssl-dev libcurl4-openssl-dev nlohmann-json3-dev
              libcli11-dev libcpp-httplib-dev)
# The tests. The black-box, install, document and structure tests need curl, jq, openssl, xxd, make, git and
# python3.
TEST_PACKAGES=("${CLI_PACKAGES[@]}" libgtest-dev libgmock-dev librapidcheck-dev
               prometheus-cpp-dev make curl jq openssl xxd git python3)
# run-tests --all. llvm-14 symbolises sanitizer reports; ccache avoids compiling a file twice.
ALL_PACKAGES=("${TEST_PACKAGES[@]}" ccache clang-14 python3-clang-14 libclang-rt-14-dev llvm-14 clang-tidy-14 clang-format-14
              g++-mingw-w64-x86-64-posix libbenchmark-dev default-jdk-headless junit4)
# The windows stage: Wine runs what mingw builds. The others build OpenSSL and the other libraries from Debian's
# sources.
WINDOWS_PACKAGES=(wine wine64 lld-14 dpkg-dev perl googletest)
# The lean command: its libraries are built from Debian's sources.
LEAN_PACKAGES=(dpkg-dev perl make python3)

# install_missing PACKAGE...: prints what it will install, then installs it. Has no effect if no package is missing.
install_missing() {
  local missing=() package
  for package in "$@"; do
    dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  if ! command -v apt-get >/dev/null; then
    echo "These packages are missing, and this is not a system with apt-get: ${missing[*]}" >&2
    echo "Install their equivalents by hand, then run again with --no-install." >&2
    return 1
  fi
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "These packages are missing, and installing them needs root or sudo: ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  echo "Installing with apt-get: ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
  local log
  log=$(mktemp)
  if ! { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null
  then
    tail -n 20 "$log" >&2
    rm -f "$log"
    echo "apt-get could not install: ${missing[*]}" >&2
    return 1
  fi
  rm -f "$log"
}

# use_ccache: lets ccache, if it is installed, reuse compiled files of this tree at any path.
use_ccache() {
  command -v ccache >/dev/null || return 0
  export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER:-ccache}
  export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$PWD} CCACHE_NOHASHDIR=1
  export CCACHE_DEPEND=1  # so that a miss needs no second run of the preprocessor
  # What ccache requires before it caches files with a precompiled header.
  export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros,include_file_mtime,include_file_ctime}
}
