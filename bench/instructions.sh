#!/usr/bin/env bash
# Counts the instructions of a hit and of a refresh, and of their floors, with callgrind.
# The program of hits has 40 variables in its environment.
#
# Needs valgrind and the release build of two programs. To build and run:
#   cmake --preset release && cmake --build --preset release --target msiv2_hits msiv2_refresh && bench/instructions.sh
#
# Takes some minutes: creating RSA keys is slow under valgrind, although it is not counted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
programs=build/release/bench
count=1000
for program in msiv2_hits msiv2_refresh; do
  [ -x "$programs/$program" ] || { echo "instructions: build $program first" >&2; exit 1; }
done
command -v valgrind >/dev/null || { echo "instructions: valgrind is not installed" >&2; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# count_of NAME FUNCTION PROGRAM [ARGUMENT...]: prints the instructions of one call of what FUNCTION repeats, including
# everything that it calls. The environment is empty, because its size counts too.
count_of() {
  env -i "$(command -v valgrind)" --tool=callgrind --callgrind-out-file="$scratch/out" --toggle-collect="$2" \
    "$programs/${*:3:1}" "${@:4}" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; exit 1; }
  local total
  total=$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$scratch/log")
  echo "$1: $((total / count)) instructions"
}
count_of hit 'msiv2::bench::Hits(*' msiv2_hits "$count"
count_of 'floor of a hit' 'msiv2::bench::FloorHits(*' msiv2_hits "$count"
# The name of a lambda begins like that of its function, and must not match.
count_of refresh 'msiv2::bench::Refreshes(*&)' msiv2_refresh 1 "$count"
count_of 'floor of a refresh, libcurl' 'msiv2::bench::CurlFetches(*&)' msiv2_refresh 1 "$count"
count_of 'floor of a refresh, socket' 'msiv2::bench::SocketFetches(*&)' msiv2_refresh 1 "$count"
