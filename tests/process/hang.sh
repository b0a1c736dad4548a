#!/usr/bin/env bash
# hang.sh MSIV2: an emulator process in which everything hangs until it is ended, and a command with a short
# deadline: for each leg it must come back by itself, with the exit code of a timeout and the step's name.
set -euo pipefail

msiv2=${1:?usage: hang.sh PATH_OF_MSIV2}
work=$(mktemp -d)
emulator=
trap '[ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
fail() { echo "hang: FAILED: $*" >&2; cat emulator.log out err >&2 2>/dev/null || true; exit 1; }

# hangs RULE STEP: starts an emulator with the rule; the command must time out at the step.
hangs() {
  echo "hang: $1"
  rm -f ready && mkfifo ready
  "$msiv2" emulator --fault "$1" >ready 2>emulator.log </dev/null &
  emulator=$!
  exec 3<ready
  IFS= read -r -t 60 line <&3 || fail "the emulator does not start"
  control=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["control"])' "$line")
  local status=0
  # `timeout` only keeps a broken command from holding up the test: it would answer 124.
  timeout 90 "$msiv2" --emulator="$control" token --resource https://vault.azure.net --mtls-pop --attestation \
    --timeout 5 --output json >out 2>err </dev/null || status=$?
  [ "$status" = 6 ] || fail "exit code $status instead of 6"
  step=$(python3 -c 'import json; print(json.load(open("out"))["error"]["step"])')
  [ "$step" = "$2" ] || fail "timed out at step $step instead of $2"
  kill "$emulator"
  wait "$emulator" || fail "the emulator does not end cleanly while requests hang in it"
  emulator=
  exec 3<&-
}

hangs 'imds.getplatformmetadata hang' metadata
hangs 'imds.getplatformmetadata hang=body' metadata
hangs 'attestation.attest hang' attestation
hangs 'imds.issuecredential hang' credential
hangs 'entra.token hang=handshake' token
hangs 'entra.token hang' token
echo 'hang: every call came back by itself'
