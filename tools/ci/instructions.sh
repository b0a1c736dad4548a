#!/usr/bin/env bash
# Counts the instructions of our own code and compares them with bench/baseline.json, as instructions.py explains. With
# --update, it writes the baseline instead.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

build_preset release --target msiv2_host msiv2_bearer msiv2_bound
exec python3 tools/ci/instructions.py "$@"
