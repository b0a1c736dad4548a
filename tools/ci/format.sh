#!/usr/bin/env bash
# clang-format 14 on every C and C++ file of the tree, tracked or not yet added.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

git ls-files -co --exclude-standard -- '*.cc' '*.cpp' '*.c' '*.h' '*.hpp' '*.inc' | xargs clang-format-14 --dry-run -Werror
