#!/usr/bin/env bash
# tidy.sh [--whole]: clang-tidy 14 on library, command line and emulator, every warning an error. It checks the files that
# differ from the commit that tools/ci/tidy-base names and the files that include them; with --whole, all files. At that commit
# the whole tree had no findings: after `tidy.sh --whole` passes, write the commit's name there.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

whole=no
case ${1:-} in
  --whole) whole=yes ;;
  '') ;;
  *) echo "tidy: unknown option $1" >&2; exit 2 ;;
esac

# Configured but not built: only the compile commands are needed, without the precompiled headers of another compiler. Each
# file is compiled separately: a unity file matches no pattern below, so its members would not be checked.
cmake --preset dev -B build/tidy -DCMAKE_CXX_COMPILER=clang++-14 -DMSIV2_PRECOMPILE=OFF -DMSIV2_UNITY=OFF \
  -DMSIV2_BUILD_TESTS=OFF >build/tidy.configure.log 2>&1 || { cat build/tidy.configure.log >&2; exit 1; }

base=$(tr -d '[:space:]' <tools/ci/tidy-base || true)
if [ $whole = yes ]; then
  tools/ci/tidy_files.py build/tidy >build/tidy.files
else
  tools/ci/tidy_files.py build/tidy "$base" >build/tidy.files
fi
count=$(wc -l <build/tidy.files)
# Without a pattern run-clang-tidy would check everything, even files that are exempt from the checks.
[ "$count" -gt 0 ] || { echo "clang-tidy: nothing to look at"; exit 0; }
sed "s|^|$root/|; s/[.+]/\\\\&/g; s|.*|^&\$|" build/tidy.files >build/tidy.patterns

log=build/tidy.log
# Its output names every command; only findings are worth reading.
if ! xargs -d '\n' run-clang-tidy-14 -quiet -p build/tidy -j "$jobs" <build/tidy.patterns >"$log" 2>&1; then
  sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -E '(error|warning):' | sort -u | head -n 200 >&2
  exit 1
fi
looked_at=$(grep -c '^clang-tidy-14' "$log" || true)
[ "$looked_at" -eq "$count" ] || { echo "clang-tidy: looked at $looked_at of $count files, see $log" >&2; exit 1; }
echo "clang-tidy: $count files, no findings"
