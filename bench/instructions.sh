#!/usr/bin/env bash
# Counts the instructions of a hit and of its floor with callgrind. The program has 40 variables in its environment,
# whatever the environment of this script is.
#
# Needs valgrind and the release build of msiv2_hits. To build and run:
#   cmake --preset release && cmake --build --preset release --target msiv2_hits && bench/instructions.sh
#
# Takes some minutes: creating RSA keys is slow under valgrind, although it is not counted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program=build/release/bench/msiv2_hits
count=1000
[ -x "$program" ] || { echo "instructions: build $program first" >&2; exit 1; }
command -v valgrind >/dev/null || { echo "instructions: valgrind is not installed" >&2; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# count_of NAME FUNCTION: prints the instructions of one call of FUNCTION, including everything that FUNCTION calls.
count_of() {
  valgrind --tool=callgrind --callgrind-out-file="$scratch/out" --toggle-collect="$2*" "$program" "$count" >"$scratch/log" 2>&1 ||
    { cat "$scratch/log" >&2; exit 1; }
  local total
  total=$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$scratch/log")
  echo "$1: $((total / count)) instructions"
}
count_of hit 'msiv2::bench::Hits('
count_of floor 'msiv2::bench::FloorHits('
