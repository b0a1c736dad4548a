#!/usr/bin/env bash
# hang.sh MSIV2: an emulator process in which everything hangs until it is ended, and a command with a short deadline.
# For each leg the command must return by itself, with the exit code of a timeout and the step's name.
set -euo pipefail

msiv2=${1:?usage: hang.sh PATH_OF_MSIV2}
test_name=hang
# shellcheck source=tests/process/emulator_process.sh
source "$(dirname "${BASH_SOURCE[0]}")/emulator_process.sh"

# hangs RULE STEP: starts an emulator with the rule; the command must time out at the step.
hangs() {
  say "$1"
  start_emulator "$msiv2" --fault "$1"
  local status=0
  # `timeout` only stops a broken command from blocking the test; it would return 124.
  timeout 90 "$msiv2" --emulator="$(member endpoints control)" token --resource https://vault.azure.net --mtls-pop --attestation \
    --timeout 10 --output json >out 2>err </dev/null || status=$?
  [ "$status" = 6 ] || fail "exit code $status instead of 6"
  expect 'the step that timed out' "$2" "$(member out error step)"
  stop_emulator
}

hangs 'imds.getplatformmetadata hang' metadata
hangs 'imds.getplatformmetadata hang=body' metadata
hangs 'attestation.attest hang' attestation
hangs 'imds.issuecredential hang' credential
hangs 'entra.token hang=handshake' token
hangs 'entra.token hang' token
echo 'hang: every call came back by itself'
