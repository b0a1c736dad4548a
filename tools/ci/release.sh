#!/usr/bin/env bash
# Optimised build; every benchmark runs once, briefly.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

build_preset release
for program in build/release/bench/*_bench; do
  [ -x "$program" ] || { echo "release: no benchmark was built" >&2; exit 1; }
  echo "bench: $(basename "$program")"
  "$program" --benchmark_min_time=0.01
done
