# Sourced by the scripts of the stages, tools/ci/STAGE.sh. Each stage also runs by itself; ./run-tests installs what the
# stages need first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tools/packages.sh
source tools/packages.sh
use_ccache
root=$PWD
jobs=$(nproc)
mkdir -p build

# build_preset NAME [ARGUMENT...]: configures the preset, and builds it with these arguments.
build_preset() {
  cmake --preset "$1" >"build/$1.configure.log" 2>&1 || { cat "build/$1.configure.log" >&2; return 1; }
  cmake --build --preset "$1" -j "$jobs" "${@:2}"
}

# show_failures LOG: prints the parts that describe the failure once more at the end, after all other output.
show_failures() {
  echo "What failed, from $1:"
  grep -aE -A 12 ': Failure\s*$|^\[  FAILED  \]|(ERROR|WARNING): [A-Za-z]*Sanitizer|runtime error:|terminate called|Assertion .* failed|: not so: |\*\*\*(Failed|Timeout|Exception)' "$1" |
    head -n 120 || true
  sed -n '/^The following tests FAILED/,$p' "$1"
}

# run_ctest NAME PRESET [ARGUMENT...]: writes the output to build/NAME.ctest.log, and its last line to the summary of
# run-tests.
run_ctest() {
  ctest --preset "$2" --no-tests=error "${@:3}" </dev/null 2>&1 | tee "build/$1.ctest.log" ||
    { show_failures "build/$1.ctest.log" >&2; return 1; }
  echo "$(grep -E 'tests passed' "build/$1.ctest.log") ($1)" >>"${MSIV2_SUMMARY:-/dev/null}"
}

# test_preset NAME: builds and tests the preset.
test_preset() {
  build_preset "$1"
  # Many tests wait for a time limit: run one more at a time than there are processors.
  run_ctest "$1" "$1" -j $((jobs + 1))
}
