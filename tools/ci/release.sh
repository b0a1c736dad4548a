#!/usr/bin/env bash
# Optimised build; every benchmark runs once, briefly, and the soak program as docs/howto/soak.md shows it.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

build_preset release
for program in build/release/bench/*_bench; do
  [ -x "$program" ] || { echo "release: no benchmark was built" >&2; exit 1; }
  echo "bench: $(basename "$program")"
  "$program" --benchmark_min_time=0.01
done
tests/docs/run_documents.py "$root" --stage release --limit 1800
