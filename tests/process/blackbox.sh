#!/usr/bin/env bash
# blackbox.sh MSIV2: runs `msiv2 emulator` as a process and does the seven steps against it by hand, with only the curl
# and openssl tools. This tests the emulator with programs that share nothing with msiv2. Then the msiv2 command does
# the same against the same process. python3 only reads JSON.
set -euo pipefail

msiv2=${1:?usage: blackbox.sh PATH_OF_MSIV2}
test_name=blackbox
# shellcheck source=tests/process/emulator_process.sh
source "$(dirname "${BASH_SOURCE[0]}")/emulator_process.sh"
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
unbase64url() { python3 -c '
import base64, sys
text = sys.stdin.read().strip()
sys.stdout.buffer.write(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))'; }
# http ARGUMENT...: sends one request; prints the status, and writes the files `headers` and `body`.
http() { curl -sS --noproxy '*' --max-time 30 -D headers -o body -w '%{http_code}' "$@"; }
# der CONFIG OUT: creates DER from an ASN1_generate_nconf(3) description.
der() { openssl asn1parse -genconf "$1" -noout -out "$2" || fail "openssl cannot make $2"; }
# pss KEY MESSAGE: RSASSA-PSS, SHA-256, salt 32.
pss() {
  openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sigopt rsa_mgf1_md:sha256 \
    -sign "$1" "$2"
}
# wrap TAG FILE...: prints a DER value of that tag (hex) around the files, 128 to 65535 bytes of them.
wrap() {
  local length
  length=$(cat "${@:2}" | wc -c)
  if [ "$length" -lt 256 ]; then printf '%s81%02x' "$1" "$length"; else printf '%s82%04x' "$1" "$length"; fi |
    xxd -r -p
  cat "${@:2}"
}

say 'start the emulator'
start_emulator "$msiv2" --require-attestation
imds=$(member endpoints imds)
attestation=$(member endpoints attestation)
entra=$(member endpoints entra)
resource=$(member endpoints resource)
control=$(member endpoints control)
member endpoints ca_pem >ca.pem
imds_headers=(-H 'Metadata: true' -H 'x-ms-client-request-id: 0f0e0d0c-0b0a-4908-8706-050403020100')
tls=(--cacert ca.pem --tlsv1.2 --tls-max 1.2)

say '1 metadata'
for spelling in getPlatformMetadata getplatformmetadata; do
  expect "status of $spelling" 200 \
    "$(http "${imds_headers[@]}" "$imds/metadata/identity/$spelling?cred-api-version=2.0")"
done
grep -qi '^server:.*IMDS' headers || fail 'the Server header does not say IMDS'
cp body metadata
client_id=$(member metadata clientId)
tenant_id=$(member metadata tenantId)
vm_id=$(member metadata cuId vmId)
expect 'client id' "$(member endpoints client_id)" "$client_id"
expect 'tenant id' "$(member endpoints tenant_id)" "$tenant_id"
expect 'a probe without the Metadata header' 400 \
  "$(http "$imds/metadata/identity/getplatformmetadata?cred-api-version=2.0")"

say '2 key'
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem 2>keygen.log ||
  fail "$(cat keygen.log)"
modulus=$(openssl rsa -in key.pem -noout -modulus | cut -d= -f2)
n=$(xxd -r -p <<<"$modulus" | base64url)

# rsa_spki MODULUS: the sections of an `openssl asn1parse -genconf` file that describe a SubjectPublicKeyInfo.
rsa_spki() {
  cat <<END
[spki]
algorithm = SEQUENCE:rsa_encryption
key = BITWRAP,SEQUENCE:rsa_key
[rsa_encryption]
type = OID:rsaEncryption
parameters = NULL
[rsa_key]
n = INTEGER:0x$1
e = INTEGER:65537
END
}

say '3 CSR'
cat >info.cnf <<END
asn1 = SEQUENCE:info
[info]
version = INTEGER:0
subject = SEQUENCE:subject
spki = SEQUENCE:spki
attributes = IMPLICIT:0,SET:attributes
[subject]
dc = SET:dc
cn = SET:cn
[dc]
pair = SEQUENCE:dc_pair
[dc_pair]
type = OID:0.9.2342.19200300.100.1.25
value = IA5STRING:$tenant_id
[cn]
pair = SEQUENCE:cn_pair
[cn_pair]
type = OID:2.5.4.3
value = PRINTABLESTRING:$client_id
$(rsa_spki "$modulus")
[attributes]
cuid = SEQUENCE:cuid
[cuid]
type = OID:1.3.6.1.4.1.311.90.2.10
values = SET:cuid_values
[cuid_values]
value = FORMAT:UTF8,UTF8String:{\"vmId\":\"$vm_id\"}
END
cat >algorithm.cnf <<'END'
asn1 = SEQUENCE:algorithm
[algorithm]
type = OID:1.2.840.113549.1.1.10
parameters = SEQUENCE:pss
[pss]
hash = EXPLICIT:0,SEQUENCE:sha256
mask = EXPLICIT:1,SEQUENCE:mgf1
salt = EXPLICIT:2,INTEGER:32
[sha256]
type = OID:2.16.840.1.101.3.4.2.1
[mgf1]
type = OID:1.2.840.113549.1.1.8
hash = SEQUENCE:sha256
END
der info.cnf info.der
der algorithm.cnf algorithm.der
expect 'AlgorithmIdentifier bytes' 63 "$(wc -c <algorithm.der | tr -d ' ')"
pss key.pem info.der >signature
{ printf '\0'; cat signature; } >bits
wrap 03 bits >bits.der
wrap 30 info.der algorithm.der bits.der >csr.der
openssl req -inform DER -in csr.der -verify -noout 2>verify.log || fail "openssl: $(cat verify.log)"
openssl asn1parse -inform DER -in csr.der | grep -qF "{\"vmId\":\"$vm_id\"}" || fail 'the CUID is not in the CSR'

say '4 attestation'
nonce=$(openssl rand 16 | base64url)
printf 'msiv2-emulated-attestation\n%s\n%s\nAQAB\n%s' "$client_id" "$n" "$nonce" >statement
proof=$(pss key.pem statement | base64url)
printf '{"clientId":"%s","jwk":{"kty":"RSA","n":"%s","e":"AQAB"},"nonce":"%s","proof":"%s"}' \
  "$client_id" "$n" "$nonce" "$proof" >attest.json
expect 'status' 200 "$(http "${tls[@]}" -H 'Content-Type: application/json' -d @attest.json \
  "$attestation/attest/keyguard")"
attestation_token=$(member body token)

say '5 credential'
# issue CSR_FILE TOKEN: prints the status of issuecredential.
issue() {
  printf '{"csr":"%s","attestation_token":"%s"}' "$(openssl base64 -A -in "$1")" "$2" >issue.json
  http "${imds_headers[@]}" -H 'Content-Type: application/json; charset=utf-8' -d @issue.json \
    "$imds/metadata/identity/issuecredential?cred-api-version=2.0"
}
expect 'status' 200 "$(issue csr.der "$attestation_token")"
cp body credential
expect 'client_id' "$client_id" "$(member credential client_id)"
expect 'tenant_id' "$tenant_id" "$(member credential tenant_id)"
endpoint=$(member credential mtls_authentication_endpoint)
expect 'token endpoint' "$entra" "${endpoint%/}"

say '5 credential: what must be refused'
other=5a
if [ "$(tail -c 1 csr.der | xxd -p)" = "$other" ]; then other=5b; fi
{ head -c -1 csr.der; xxd -r -p <<<"$other"; } >bad.der
expect 'a CSR whose signature is broken' 400 "$(issue bad.der "$attestation_token")"
expect 'an attestation JWT that is none' 400 "$(issue csr.der 'a.b.c')"

say '6 certificate'
member credential certificate | openssl base64 -d -A >leaf.der
openssl x509 -inform DER -in leaf.der -out leaf.pem
expect 'public key' "$(openssl rsa -in key.pem -pubout 2>/dev/null)" "$(openssl x509 -in leaf.pem -noout -pubkey)"
openssl x509 -in leaf.pem -noout -subject | grep -qF "$client_id" || fail 'the subject lacks the client id'
openssl x509 -in leaf.pem -noout -checkend 86400 >/dev/null || fail 'the certificate ends within a day'
thumbprint=$(openssl dgst -sha256 -binary leaf.der | base64url)

say '7 token'
form=(-d "client_id=$client_id" -d grant_type=client_credentials -d token_type=mtls_pop
      --data-urlencode 'scope=https://vault.azure.net/.default')
token_url=$entra/$tenant_id/oauth2/v2.0/token
expect 'status' 200 "$(http "${tls[@]}" --cert leaf.pem --key key.pem "${form[@]}" "$token_url")"
cp body token
expect 'token_type' mtls_pop "$(member token token_type)"
token=$(member token access_token)
cut -d. -f2 <<<"$token" | unbase64url >claims
expect 'cnf' "$thumbprint" "$(member claims cnf 'x5t#S256')"
expect 'aud' 'https://vault.azure.net' "$(member claims aud)"

say '7 token: its signature'
expect 'status of the key set' 200 "$(http "${tls[@]}" "$entra/$tenant_id/discovery/v2.0/keys")"
issuer_modulus=$(member body keys 0 n | unbase64url | xxd -p -c 0 | tr -d '\n')
cat >issuer.cnf <<END
asn1 = SEQUENCE:spki
$(rsa_spki "$issuer_modulus")
END
der issuer.cnf issuer.der
openssl rsa -pubin -inform DER -in issuer.der -out issuer.pem 2>/dev/null
printf '%s' "${token%.*}" >signed
printf '%s' "${token##*.}" | unbase64url >token.signature
openssl dgst -sha256 -verify issuer.pem -signature token.signature signed >/dev/null ||
  fail 'the signature does not verify under the published key'

say '7 token: without the certificate'
status=$(http "${tls[@]}" "${form[@]}" "$token_url") || status="curl exit $?"
[ "$status" != 200 ] || fail 'Entra issued a token without a client certificate'

say 'resource'
authorization=(-H "Authorization: mtls_pop $token")
expect 'with the certificate' 200 \
  "$(http "${tls[@]}" --cert leaf.pem --key key.pem "${authorization[@]}" "$resource/hello")"
expect 'without the certificate' 401 "$(http "${tls[@]}" "${authorization[@]}" "$resource/hello")"
grep -qi '^www-authenticate:' headers || fail 'the 401 gives no reason'
expect 'as a Bearer token' 401 \
  "$(http "${tls[@]}" --cert leaf.pem --key key.pem -H "Authorization: Bearer $token" "$resource/hello")"

say 'the msiv2 command against the same process'
"$msiv2" --emulator="$control" token --resource https://vault.azure.net --mtls-pop --attestation --output json \
  >command.json 2>command.log || fail "exit $?: $(cat command.log)"
expect 'token_type' mtls_pop "$(member command.json token_type)"
expect 'cnf and certificate' "$(member command.json certificate 'x5t#S256')" \
  "$(member command.json cnf 'x5t#S256')"
[ "$(member command.json cnf 'x5t#S256')" != "$thumbprint" ] || fail 'the command used our certificate'
expect 'attested' true "$(member command.json attested)"
"$msiv2" --emulator="$control" call /hello --attestation --fail >call.out 2>command.log ||
  fail "call: exit $?: $(cat command.log)"

say 'nothing needs to be written: no home, no folder for temporary files, a working directory that takes none'
(cd /proc && HOME=/nonexistent TMPDIR=/nonexistent "$msiv2" --emulator="$control" token \
  --resource https://vault.azure.net --mtls-pop --attestation --output header) >nowhere.out 2>nowhere.log ||
  fail "exit $?: $(cat nowhere.log)"
grep -q '^Authorization: mtls_pop ey' nowhere.out || fail 'no token without a home'

say 'the end'
kill "$emulator"
status=0
wait "$emulator" || status=$?
emulator=
expect 'exit status of the emulator' 0 "$status"
echo 'blackbox: ok'
