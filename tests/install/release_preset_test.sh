#!/usr/bin/env bash
# release_preset_test.sh SOURCE_DIR: preset release configures with the packages that ./quickstart installs. What the tests
# and benchmarks need is hidden from CMake here.
# N13.
set -euo pipefail

source_dir=${1:?usage: release_preset_test.sh SOURCE_DIR}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "release_preset_test: $*" >&2; exit 1; }

hidden=()
for package in benchmark GTest prometheus-cpp Java; do hidden+=("-DCMAKE_DISABLE_FIND_PACKAGE_$package=ON"); done
cmake -S "$source_dir" --preset release -B "$work/build" "${hidden[@]}" >"$work/log" 2>&1 || fail "$(cat "$work/log")"
grep -q 'benchmarks are left out: .*libbenchmark-dev' "$work/log" || fail "nothing is said of the benchmarks: $(cat "$work/log")"
targets=$(cmake --build "$work/build" --target help)
grep -q '^msiv2_soak:' <<<"$targets" || fail "the soak program is not built"
! grep -q '^msiv2_bench:' <<<"$targets" || fail "the benchmarks are built"
echo "release_preset_test: ok"
