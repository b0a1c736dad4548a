# Sourced by tests that run `msiv2 emulator` as a process. Provides a temporary folder that is removed at the end, the
# emulator, and a failure message with the test and its step. The caller sets test_name before, and -euo pipefail.

work=$(mktemp -d)
emulator=
trap '[ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
step=start

say() { step=$1; echo "$test_name: $1"; }
fail() {
  echo "$test_name: FAILED at '$step': $*" >&2
  local file
  for file in body err emulator.log; do
    [ ! -s "$file" ] || { echo "$file: $(head -c 600 "$file")" >&2; }
  done
  exit 1
}
expect() { [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"; }

# member FILE NAME...: prints a member of a JSON file: a text as it is, anything else as JSON.
member() {
  python3 -c '
import json, sys
value = json.load(open(sys.argv[1]))
for name in sys.argv[2:]:
    value = value[int(name) if isinstance(value, list) else name]
print(value if isinstance(value, str) else json.dumps(value))' "$@" || fail "$1 has no member ${*:2}"
}

# start_emulator MSIV2 ARGUMENT...: starts the emulator and writes its line of endpoints to the file `endpoints`.
start_emulator() {
  local line
  rm -f ready
  mkfifo ready
  "$1" emulator "${@:2}" >ready 2>emulator.log </dev/null &
  emulator=$!
  exec 3<ready
  IFS= read -r -t 60 line <&3 || fail "no line of endpoints came"
  printf '%s\n' "$line" >endpoints
}

# stop_emulator: ends the emulator, which must end cleanly, whatever hangs in it.
stop_emulator() {
  kill "$emulator"
  wait "$emulator" || fail "the emulator does not end cleanly"
  emulator=
  exec 3<&-
}
