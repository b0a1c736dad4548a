#!/bin/sh
# Runs every example against `msiv2 emulator`, as a user would.
#   run_examples_test.sh MSIV2_COMMAND EXAMPLES_DIRECTORY
set -eu
msiv2=$1
examples=$2
work=$(mktemp -d)
mkfifo "$work/stdin"
"$msiv2" emulator --ca-out "$work/ca.pem" --until-stdin-closes < "$work/stdin" > "$work/endpoints" 2> /dev/null &
emulator=$!
exec 3> "$work/stdin"  # the emulator ends when this script does
trap 'exec 3>&-; wait $emulator || true; rm -rf "$work"' EXIT

until [ -s "$work/endpoints" ]; do
  kill -0 $emulator || { echo "the emulator did not start"; exit 1; }
  sleep 0.05
done
field() { tr ',' '\n' < "$work/endpoints" | sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }
AZURE_POD_IDENTITY_AUTHORITY_HOST=$(field imds)
export AZURE_POD_IDENTITY_AUTHORITY_HOST
resource=$(field resource)

"$examples/example_get_token" "$resource" "$work/ca.pem" > "$work/out"
grep -q '^mtls_pop bound to .*key software$' "$work/out"
if grep -q eyJ "$work/out"; then echo "get_token printed a token"; exit 1; fi
"$examples/example_call_resource" "$resource/hello" "$resource" "$work/ca.pem" | grep -q '^200$'
"$examples/example_own_openssl_client" "${resource#https://}" "$resource" "$work/ca.pem" | head -n 1 | grep -q ' 200 '
"$examples/example_log_events" "$resource" "$work/ca.pem" 2> "$work/log"
grep -q '^{"event":"step_ended","step":"token",' "$work/log"
grep -q '^{"event":"msi_count","MsiSource":"ImdsV2",' "$work/log"
if grep -q eyJ "$work/log"; then echo "log_events logged a token"; exit 1; fi
if [ -x "$examples/example_c_get_token" ]; then
  "$examples/example_c_get_token" "$resource" "$work/ca.pem" | grep -q '^mtls_pop bound to .'
  "$examples/example_cpp17_call_resource" "$resource/hello" "$resource" "$work/ca.pem" | grep -q '^200$'
fi
echo "all examples ran"
