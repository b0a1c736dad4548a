#!/bin/sh
# Creates the golden DER files with the openssl tool alone: ./make_golden.sh [OUTPUT_DIRECTORY]
# A test runs it as well and compares the result with the committed files.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}

MODULUS=$(openssl rsa -in "$here/public_test_key.pem" -noout -modulus | sed 's/^Modulus=//')
export MODULUS CLIENT_ID TENANT_ID CUID_JSON

generate() { # FILE SECTION
  sed -n "/^\[$2\]/{n;p;}" "$here/csr.cnf" | cat - "$here/csr.cnf" > "$out/$1.cnf.tmp"
  openssl asn1parse -genconf "$out/$1.cnf.tmp" -noout -out "$out/$1.der"
  rm "$out/$1.cnf.tmp"
}

CLIENT_ID=11111111-2222-3333-4444-555555555555
TENANT_ID=aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee
CUID_JSON='{"vmId":"0a0b0c0d-1111-4222-8333-444455556666"}'
generate info_vm_only request_info
generate pss_algorithm algorithm

CUID_JSON='{"vmssId":"99999999-8888-4777-8666-555544443333"}'
generate info_vmss_only request_info

CUID_JSON='{"vmId":"0a0b0c0d-1111-4222-8333-444455556666","vmssId":"99999999-8888-4777-8666-555544443333"}'
generate info_both request_info

CLIENT_ID=ABCDEF01-2222-3333-4444-5555555555FF
TENANT_ID=AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE
CUID_JSON='{"vmId":"0A0B0C0D-1111-4222-8333-444455556666"}'
generate info_upper_case request_info

openssl rsa -in "$here/public_test_key.pem" -pubout -outform DER -out "$out/spki.der" 2>/dev/null
