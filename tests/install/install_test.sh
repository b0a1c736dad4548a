#!/usr/bin/env bash
# install_test.sh BUILD_DIR: installs that build to a fresh prefix and builds a consumer outside the tree, once
# by CMake and once by pkg-config. Both must print the code of a refused request.
set -euo pipefail

build=${1:?usage: install_test.sh BUILD_DIR}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "install_test: $*" >&2; exit 1; }

cached() { sed -n "s/^$1:[^=]*=//p" "$build/CMakeCache.txt"; }
compiler=$(cached CMAKE_CXX_COMPILER)
sanitize=$(cached MSIV2_SANITIZE)
flags=${sanitize:+-fsanitize=$sanitize}
if [ "$(cached MSIV2_COVERAGE)" = ON ]; then flags+=' --coverage'; fi

cmake --install "$build" --prefix "$work/first" >"$work/install.log"
# The package must not remember where it was installed.
mv "$work/first" "$work/prefix"
headers=$work/prefix/include/msiv2
for header in client.h version.h error_table.inc; do
  [ -f "$headers/$header" ] || fail "$header was not installed"
done
[ -z "$(find "$headers" -name '*.in')" ] || fail "a header template was installed"

check() {
  local said
  said=$(LD_LIBRARY_PATH=$libraries "$1") || fail "$1 failed: $said"
  [ "$said" = msi_v2_attestation_requires_pop ] || fail "$1 said: $said"
}

package=$(find "$work/prefix" -name msiv2Config.cmake)
libraries=$(dirname "$(dirname "$(dirname "$package")")")
! grep -rq "$work/first" "$libraries/cmake" "$libraries/pkgconfig" || fail "the package names its first prefix"

# N8.
completions_are_where_the_shells_look() {
  local share=$work/prefix/share
  if [ ! -e "$work/prefix/bin/msiv2" ]; then return; fi
  local shell
  for shell in bash:bash-completion/completions/msiv2 zsh:zsh/site-functions/_msiv2 fish:fish/vendor_completions.d/msiv2.fish; do
    LD_LIBRARY_PATH=$libraries "$work/prefix/bin/msiv2" completion "${shell%%:*}" | cmp - "$share/${shell#*:}" || fail "no completions in ${shell#*:}"
  done
}
completions_are_where_the_shells_look

cp -r "$here/consumer" "$work/source"
cmake -S "$work/source" -B "$work/by_cmake" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_CXX_FLAGS="$flags" >"$work/cmake.log" || fail "$(cat "$work/cmake.log")"
cmake --build "$work/by_cmake" >"$work/cmake.log" 2>&1 || fail "$(cat "$work/cmake.log")"
check "$work/by_cmake/consumer"

# N2. The installed libraries find each other, and the command finds them, in a tree that was moved.
if [ -e "$libraries/libmsiv2_cpp.so" ]; then
  ! ldd "$libraries"/libmsiv2*.so | grep 'not found' || fail "an installed library does not find another"
fi
[ ! -x "$work/prefix/bin/msiv2" ] || "$work/prefix/bin/msiv2" --version >/dev/null || fail "the installed command does not start"

# The component selftest is always there.
cmake -S "$work/source" -B "$work/selftest" -DSELFTEST=ON -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" >"$work/cmake.log" 2>&1 || fail "$(cat "$work/cmake.log")"
cmake --build "$work/selftest" --target selftest >"$work/cmake.log" 2>&1 || fail "$(cat "$work/cmake.log")"
said=$(LD_LIBRARY_PATH=$libraries "$work/selftest/selftest") || fail "selftest failed: $said"
[[ $said == *' rows skipped' ]] || fail "selftest said: $said"

# The optional component: it exists if it was built. Otherwise, requiring it is an error that gives the reason.
with_metrics() {
  cmake -S "$work/source" -B "$work/metrics" -DMETRICS=ON -DCMAKE_PREFIX_PATH="$work/prefix" \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" >"$work/cmake.log" 2>&1
}
if [ "$(cached MSIV2_BUILD_PROMETHEUS)" = ON ]; then
  { with_metrics && cmake --build "$work/metrics" --target metrics >"$work/cmake.log" 2>&1; } || fail "$(cat "$work/cmake.log")"
  LD_LIBRARY_PATH=$libraries "$work/metrics/metrics" | grep -q '^msiv2_rotations_total 1$' || fail "no metrics"
else
  ! with_metrics || fail "the component prometheus was found, though it was not built"
  grep -q MSIV2_BUILD_PROMETHEUS "$work/cmake.log" || fail "$(cat "$work/cmake.log")"
  [ ! -e "$headers/observers/prometheus.h" ] || fail "the header of the component prometheus was installed without it"
fi

# N2.
a_component_that_does_not_exist_is_named() {
  ! cmake -S "$work/source" -B "$work/component" -DCOMPONENT=nope -DCMAKE_PREFIX_PATH="$work/prefix" \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" >"$work/cmake.log" 2>&1 || fail "the component nope was found"
  grep -q 'msiv2 has no component nope' "$work/cmake.log" || fail "$(cat "$work/cmake.log")"
}
a_component_that_does_not_exist_is_named

by_make() {  # [MAKE_ARGUMENT...]
  PKG_CONFIG_PATH=$libraries/pkgconfig make -s -C "$work/source" CXX="$compiler" CXXFLAGS="$flags" OUT="$work/by_make" "$@"
}
mkdir "$work/by_make"
by_make
check "$work/by_make/consumer"

preprocess() {  # HEADER [OPTION...]: as C++17
  "$compiler" -std=c++17 "${@:2}" -E -x c++ -I "$work/prefix/include" - <<<"#include \"$1\"" >/dev/null
}

# N1. A program that sets no C++ standard. CMake learns it from the package: the consumers above set none. With pkg-config
# the headers say what is missing, and nothing else, in every header alone. C++20 of MSVC shows in another macro.
without_a_standard() {
  local header sentence='error: (#error )?"?msiv2 needs C\+\+20 \(-std=c\+\+20'
  ! grep -rq 'CMAKE_CXX_STANDARD\|-std=' "$work/source/CMakeLists.txt" || fail "the consumer sets a standard"
  if [ "$("$compiler" -E -P -x c++ - <<<__cplusplus | tail -n 1 | tr -dc 0-9)" -ge 202002 ]; then
    by_make STANDARD=  # this compiler's own choice is new enough
    check "$work/by_make/consumer"
  fi
  ! by_make STANDARD=-std=c++17 2>"$work/make.log" || fail "the headers accept C++17"
  grep -qE "$sentence" "$work/make.log" || fail "the headers say of C++17: $(cat "$work/make.log")"
  [ "$(grep -c 'error:' "$work/make.log")" -eq 2 ] || fail "more than one error: $(cat "$work/make.log")"
  grep -q 'end-of-compilation-for-the-reason-above' "$work/make.log" || fail "$(cat "$work/make.log")"
  while read -r header; do
    ! preprocess "$header" 2>"$work/make.log" || fail "$header accepts C++17"
    grep -qE "$sentence" "$work/make.log" || fail "$header says: $(cat "$work/make.log")"
    preprocess "$header" -D_MSVC_LANG=202002L || fail "$header refuses C++20 of MSVC"
  done < <(find "$headers" -name '*.h')
}
without_a_standard

# The C library: CMake finds it without the C++ one's dependencies, and so does pkg-config.
if [ "$(cached MSIV2_BUILD_C)" = ON ]; then
  c_compiler=$(cached CMAKE_C_COMPILER)
  export LD_LIBRARY_PATH=$libraries  # the C library needs a shared C++ library
  # A sanitized C++ library needs the sanitizer's C++ part, which clang omits from C programs, and that part needs the C++
  # library.
  c_flags="$flags${sanitize:+ -fsanitize-link-c++-runtime -lstdc++}"
  cmake -S "$work/source/c" -B "$work/c_by_cmake" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_C_COMPILER="$c_compiler" \
    -DCMAKE_C_FLAGS="$c_flags" >"$work/cmake.log" 2>&1 || fail "$(cat "$work/cmake.log")"
  cmake --build "$work/c_by_cmake" >"$work/cmake.log" 2>&1 || fail "$(cat "$work/cmake.log")"
  check "$work/c_by_cmake/c_consumer"
  # shellcheck disable=SC2046,SC2086
  "$c_compiler" -std=c99 -pedantic $c_flags "$work/source/c/consumer.c" -o "$work/c_by_hand" \
    $(PKG_CONFIG_PATH=$libraries/pkgconfig pkg-config --cflags --libs msiv2-c)
  check "$work/c_by_hand"
  unset LD_LIBRARY_PATH
fi

# N1. The C++17 wrapper needs a standard too.
the_wrapper_says_its_standard() {
  local said
  [ -e "$work/prefix/include/msiv2.hpp" ] || return 0
  if said=$("$compiler" -std=c++14 -fsyntax-only -x c++ -I "$work/prefix/include" - 2>&1 <<<'#include "msiv2.hpp"'); then
    fail "msiv2.hpp accepts C++14"
  fi
  [[ $said == *'msiv2.hpp needs C++17 (-std=c++17'* ]] || fail "msiv2.hpp says of C++14: $said"
  [ "$(grep -c 'error:' <<<"$said")" -eq 2 ] || fail "more than one error: $said"
}
the_wrapper_says_its_standard

# The emulator plays KeyGuard; the library must not be able to.
for library in "$libraries"/libmsiv2.* "$libraries"/libmsiv2_cpp.* "$libraries"/libmsiv2_selftest.*; do
  [ -e "$library" ] || continue
  symbols=$(nm -C "$library" 2>/dev/null) || fail "nm cannot read $library"
  if grep -Ei 'emulator::|EmulatedKeyGuard' <<<"$symbols"; then fail "$library contains the emulator"; fi
done

# A shared library exports its own namespace only.
for shared in "$libraries/libmsiv2_cpp.so" "$libraries/libmsiv2_selftest.so" "$libraries/libmsiv2_prometheus.so"; do
  [ -e "$shared" ] || continue
  foreign=$(nm -DC --defined-only "$shared" | grep -v 'msiv2::' || true)
  [ -z "$foreign" ] || fail "foreign symbols are exported: $(head -n 5 <<<"$foreign")"
done
echo "install_test: ok ($(basename "$(readlink -f "$(find "$libraries" -name 'libmsiv2_cpp.*' | sort | tail -n 1)")"))"
