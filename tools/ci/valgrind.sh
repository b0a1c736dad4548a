#!/usr/bin/env bash
# The C programs of bindings/c/tests under valgrind: no error, and nothing definitely lost. In a forked child everything
# that the parent's other threads held looks lost. Only the stage asan looks for leaks of the program that forks.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

limit=1200  # seconds a program: a hang is a failure
programs=()
for source in bindings/c/tests/*_test.c bindings/c/tests/*_test.cc; do
  program=$(basename "$source")
  programs+=("c_${program%.c*}")
done
build_preset dev --target "${programs[@]}"

# check PROGRAM: runs the program under valgrind; prints its output if it fails.
check() {
  local started=$SECONDS status=0 log=build/valgrind/$1.log leaks=full
  [ "$1" != c_fork_test ] || leaks=no
  timeout --kill-after=10 "$limit" valgrind -q --fair-sched=yes --error-exitcode=9 --leak-check=$leaks \
    --errors-for-leak-kinds=definite --suppressions=bindings/c/tests/valgrind.supp \
    "build/dev/bindings/c/tests/$1" >"$log" 2>&1 </dev/null || status=$?
  [ $status -eq 0 ] || { cat "$log" >&2; echo "valgrind: $1 FAILED (exit $status)" >&2; return 1; }
  echo "valgrind: $1 ok, $((SECONDS - started)) s"
}
export -f check
export limit
mkdir -p build/valgrind
printf '%s\n' "${programs[@]}" | xargs -P "$jobs" -I{} bash -c 'check {}'
echo "valgrind: ${#programs[@]} programs, no findings"
