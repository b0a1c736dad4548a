#!/usr/bin/env bash
# All tests with gcov's counters.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

test_preset coverage
