#!/usr/bin/env bash
# clang 14 build, all tests under ThreadSanitizer.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

export TSAN_OPTIONS=second_deadlock_stack=1:die_after_fork=0
if [ -f tools/tsan.supp ]; then TSAN_OPTIONS+=":suppressions=$root/tools/tsan.supp"; fi
test_preset tsan
