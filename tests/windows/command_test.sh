#!/usr/bin/env bash
# command_test.sh WINE MSIV2_EXE MSIV2 LIBRARY LOADER: runs the Windows msiv2 command under Wine against the emulator of
# this system. It does what a user would do: it acquires tokens and calls a resource. It also plants libraries in places
# from which the command must not load them. LIBRARY is any Windows library, LOADER a program that loads one by its bare
# name. python3 only reads JSON.
set -euo pipefail

wine=${1:?usage: command_test.sh WINE MSIV2_EXE MSIV2 LIBRARY LOADER} exe=${2:?} native=${3:?} library=${4:?} loader=${5:?}
test_name='windows command'
# shellcheck source=tests/process/emulator_process.sh
source "$(dirname "${BASH_SOURCE[0]}")/../process/emulator_process.sh"
# msiv2 ARGUMENT...: runs the Windows command; writes the files `out` and `err`.
msiv2() { "$wine" "$exe" "$@" >out 2>err </dev/null; }

[ -x "$native" ] || fail "no emulator: build preset dev first, or give CMake MSIV2_NATIVE_COMMAND"
say 'an emulator of this system'
start_emulator "$native"
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

say 'libraries planted next to the program, in its folder and on PATH are not loaded'
mkdir program path
cp "$exe" program/msiv2.exe
for name in ncrypt crypt32 wintrust AttestationClientLib; do
  cp "$library" "path/$name.dll"
done
cp path/ncrypt.dll path/AttestationClientLib.dll program/
# The control: a program that loads by the bare name gets the planted library.
cp "$loader" program/naive_loader.exe
for name in ncrypt AttestationClientLib; do
  (cd program && "$wine" ./naive_loader.exe "$name.dll" >../out 2>../err </dev/null) || fail "no library was planted"
  grep -qi '\\program\\'"$name" out || fail "the planted $name.dll is not what a careless program loads: $(cat out)"
done
(cd program && WINEPATH="$work/path" "$wine" ./msiv2.exe --emulator="$control" token --resource "$resource" --mtls-pop \
  --allow-unattested --key-provider cng --output json >../out 2>../err </dev/null) || fail "exit $?"
expect strength software "$(member out strength)"

say 'done'
