#!/usr/bin/env bash
# command_test.sh WINE MSIV2_EXE MSIV2 LIBRARY: runs the msiv2 command of Windows under Wine against the emulator of this
# system, as a user would: token, resource call, self-test, and with libraries planted where it must not load them.
# LIBRARY is any Windows library. python3 only reads JSON.
set -euo pipefail

wine=${1:?usage: command_test.sh WINE MSIV2_EXE MSIV2 LIBRARY} exe=${2:?} native=${3:?} library=${4:?}
work=$(mktemp -d)
emulator=
trap '[ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
step=start
say() { step=$1; echo "windows command: $1"; }
fail() {
  echo "windows command: FAILED at '$step': $*" >&2
  cat err >&2 || true
  exit 1
}
expect() { [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"; }
member() {
  python3 -c '
import json, sys
value = json.load(open(sys.argv[1]))
for name in sys.argv[2:]:
    value = value[name]
print(value if isinstance(value, str) else json.dumps(value))' "$@" || fail "$1 has no member ${*:2}"
}
# msiv2 ARGUMENT...: the command of Windows; leaves `out` and `err`.
msiv2() { "$wine" "$exe" "$@" >out 2>err </dev/null; }

[ -x "$native" ] || fail "no emulator: build preset dev first, or give CMake MSIV2_NATIVE_COMMAND"
say 'an emulator of this system'
mkfifo ready
"$native" emulator >ready 2>emulator.log </dev/null &
emulator=$!
exec 3<ready
IFS= read -r -t 60 line <&3 || fail "no line of endpoints came: $(cat emulator.log)"
printf '%s\n' "$line" >endpoints
control=$(member endpoints control)
resource=$(member endpoints resource)

say 'a token bound to a key that lives in NCrypt alone'
msiv2 --emulator="$control" token --resource "$resource" --mtls-pop --allow-unattested --key-provider cng --output json ||
  fail "exit $?"
expect strength software "$(member out strength)"
expect origin platform "$(member out origin)"
expect binding_verified true "$(member out binding_verified)"
expect 'the token and its certificate' "$(member out certificate 'x5t#S256')" "$(member out cnf 'x5t#S256')"

say 'an attested token, with the KeyGuard of the emulator'
msiv2 --emulator="$control" token --resource "$resource" --mtls-pop --attestation --output json || fail "exit $?"
expect strength 'keyguard (emulated)' "$(member out strength)"

say 'the host has no stronger key, and says why'
msiv2 --emulator="$control" token --resource "$resource" --mtls-pop --allow-unattested --output json || fail "exit $?"
expect strength software "$(member out strength)"
case $(member out why_not_stronger) in
  *keyguard:*platform-crypto:*) ;;
  *) fail "why_not_stronger is '$(member out why_not_stronger)'" ;;
esac

say 'a call of the resource'
msiv2 --emulator="$control" call "$resource/hello" --resource "$resource" --allow-unattested --key-provider cng ||
  fail "exit $?"
grep -q 'accepts the token on this certificate' out || fail "another answer: $(cat out)"

say 'libraries planted beside the program, in its folder and on PATH are not loaded'
mkdir program path
cp "$exe" program/msiv2.exe
for name in ncrypt crypt32 wintrust AttestationClientLib; do
  cp "$library" "path/$name.dll"
done
cp path/ncrypt.dll path/AttestationClientLib.dll program/
(cd program && WINEPATH="$work/path" "$wine" ./msiv2.exe --emulator="$control" token --resource "$resource" --mtls-pop \
  --allow-unattested --key-provider cng --output json >../out 2>../err </dev/null) || fail "exit $?"
expect strength software "$(member out strength)"

say 'done'
