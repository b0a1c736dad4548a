#!/usr/bin/env bash
# The shared library: built, installed, and used by a consumer project. Then docs/install.md does the same by its own
# commands.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

build_preset shared
tests/install/install_test.sh "$root/build/shared"
tests/docs/run_documents.py "$root" --stage shared
