#!/usr/bin/env bash
# The shared library: built, installed, and used by a consumer project.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

build_preset shared
tests/install/install_test.sh "$root/build/shared"
