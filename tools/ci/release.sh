#!/usr/bin/env bash
# Optimised build; every benchmark and bench/report run once, briefly. The soak program runs as docs/howto/soak.md shows it, and for two
# minutes with each of two seeds.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

build_preset release
for program in build/release/bench/*_bench; do
  [ -x "$program" ] || { echo "release: no benchmark was built" >&2; exit 1; }
  echo "bench: $(basename "$program")"
  "$program" --benchmark_min_time=0.01
done
bench/report --quick --output build/report
tests/docs/run_documents.py "$root" --stage release --limit 1800
for seed in 1 2; do
  build/release/bench/soak/msiv2_soak --minutes 2 --threads 4 --seed "$seed"
done
