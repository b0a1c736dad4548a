#!/usr/bin/env bash
# GCC build and all tests.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

test_preset dev
