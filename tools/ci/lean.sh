#!/usr/bin/env bash
# The lean command: how it is hardened, what it needs, and the tests of TLS, HTTP, the flow and the command on its libraries.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

status=0
size=$(tools/lean/build.sh --no-install) || status=$?
if [ $status -eq 3 ]; then
  echo "lean: skipped, because the Debian mirror of this machine has no source package to build its libraries from" >&2
  exit 77
fi
[ $status -eq 0 ] || exit $status
echo "$size" | tee -a "${MSIV2_SUMMARY:-/dev/null}"

build_preset dev --target msiv2_command  # to compare with
python3 tests/lean/command_test.py build/lean build/lean-libraries build/dev/cli/msiv2

export MSIV2_LEAN_LIBRARIES=$root/build/lean-libraries
cmake --preset lean -DMSIV2_BUILD_TESTS=ON >build/lean.configure.log 2>&1 || { cat build/lean.configure.log >&2; exit 1; }
programs=(src/crypto/crypto_test src/x509/x509_test src/tls/tls_test src/http/curl/curl_test src/http/curl/curl_resolver_test
  tests/flow/bearer_test tests/flow/redaction_test tests/flow/flow_e2e_test cli/cli_test)
cmake --build --preset lean -j "$jobs" --target "${programs[@]##*/}"
logs=build/lean-logs
rm -rf "$logs"
mkdir "$logs"

# run_part PROGRAM PART: runs one of three parts of a test program. The tests of days on a clock that is moved repeat the same
# requests hundreds of times, and dev runs them.
run_part() {
  local log
  log=$logs/$(basename "$1")-$2.log
  if ! GTEST_TOTAL_SHARDS=3 GTEST_SHARD_INDEX=$2 "build/lean/$1" --gtest_filter=-ThirtyDaysTest.*:ThreeDaysTest.* \
    >"$log" 2>&1 </dev/null; then
    show_failures "$log" >&2
    return 1
  fi
}
export logs
export -f run_part show_failures
# Many tests wait for a time limit: run one more at a time than there are processors.
for program in "${programs[@]}"; do printf '%s 0\n%s 1\n%s 2\n' "$program" "$program" "$program"; done |
  xargs -P $((jobs + 1)) -L 1 bash -c 'set -euo pipefail; run_part "$0" "$1"'
tests/process/blackbox.sh "$root/build/lean/msiv2"
# A session of a document has a home of its own.
XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache} tests/docs/run_documents.py "$root" --stage lean
passed=$(awk '/^\[  PASSED  \] [0-9]+ test/ {sum += $4} END {print sum + 0}' "$logs"/*.log)
echo "$passed tests passed (lean)" | tee -a "${MSIV2_SUMMARY:-/dev/null}"
