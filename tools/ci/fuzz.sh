#!/usr/bin/env bash
# fuzz.sh [SECONDS]: runs every fuzz target for that long from its corpus, 10 s by default; any finding is a failure. New
# inputs, findings and logs go to build/fuzz/found. The corpus in the tree is only read.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

seconds=${1:-10}
found=build/fuzz/found
build_preset fuzz

# run_target NAME: a target that was not built, has no corpus, or does not end by itself fails like one that crashes.
run_target() {
  local target=build/fuzz/fuzz/$1 corpus=fuzz/corpus/${1#fuzz_} log=$found/$1.log status=0
  [ -x "$target" ] || { echo "fuzz: $1 was not built" >&2; return 1; }
  [ -n "$(ls -A "$corpus" 2>/dev/null)" ] || { echo "fuzz: $1 has no corpus in $corpus" >&2; return 1; }
  mkdir -p "$found/$1"
  # It runs five times as fast without looking for leaks; the stage asan looks for leaks.
  timeout --kill-after=10 $((seconds + 300)) "$target" -max_total_time="$seconds" -timeout=10 -detect_leaks=0 \
    -print_final_stats=1 -artifact_prefix="$found/$1-" "$found/$1" "$corpus" >"$log" 2>&1 </dev/null || status=$?
  if [ $status -ne 0 ]; then
    tail -n 40 "$log" >&2
    echo "fuzz: $1 FAILED (exit $status); again with the input that the log names: $target $found/$1-..." >&2
    return 1
  fi
  echo "fuzz: $1 ok, $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs"
}
export -f run_target
export seconds found
mkdir -p "$found"

# The names come from the sources, so that a target that CMake omits is noticed. All targets run, whichever fails.
targets=(fuzz/fuzz_*.cc)
printf '%s\n' "${targets[@]}" | sed 's|.*/||; s|\.cc$||' | xargs -P "$jobs" -I{} bash -c 'run_target {}' ||
  { echo "fuzz: findings lie in $found" >&2; exit 1; }
echo "fuzz: ${#targets[@]} targets, $seconds s each, no findings"
