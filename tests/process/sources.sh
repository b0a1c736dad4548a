#!/usr/bin/env bash
# sources.sh MSIV2 [all|arc]: for each source that `msiv2 emulator` plays, the command gets a bearer token from it with
# the printed variables alone. If the variables are wrong, it must report clearly what is wrong. With `arc` it plays
# Azure Arc, in its own mount namespace: the client reads challenges only in the agent's real folder, which is never
# touched. Exits with 77 (skipped) if no such namespace is available.
set -euo pipefail
test_name=sources
msiv2=$(readlink -f "${1:?usage: sources.sh PATH_OF_MSIV2 [all|arc]}")
part=${2:-all}
here=$(cd "$(dirname "$0")" && pwd)
tokens=/var/opt/azcmagent/tokens

if [ "$part" = arc ] && [ -z "${MSIV2_IN_NAMESPACE:-}" ]; then
  skip() { echo "sources: SKIPPED: $*"; exit 77; }
  as_root=(); [ "$(id -u)" = 0 ] || as_root=(--user --map-root-user)
  unshare "${as_root[@]}" --mount true 2>/dev/null || skip "no mount namespace can be made here"
  [ -d /var/opt ] || skip "there is no /var/opt to mount over"
  MSIV2_IN_NAMESPACE=1 exec unshare "${as_root[@]}" --mount "$here/sources.sh" "$msiv2" arc
fi

# shellcheck source=tests/process/emulator_process.sh
. "$here/emulator_process.sh"
resource=https://vault.azure.net
system=99999999-8888-4777-8666-555555555555
user=88888888-7777-4666-8555-444444444444
user_object=88888888-0000-4666-8555-444444444444
user_resource=/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/emulator/providers/Microsoft.ManagedIdentity
user_resource+=/userAssignedIdentities/emulated

# as SOURCE [NAME=VALUE...]: from here on the command has only the variables of this source, with these changes; NAME=
# removes one.
as() {
  source=$1
  python3 - "$@" >variables <<'PYTHON'
import json, sys
variables = json.load(open("endpoints"))["environment"][sys.argv[1]]
variables.update(change.split("=", 1) for change in sys.argv[2:])
sys.stdout.write("".join(f"{name}={value}\0" for name, value in variables.items() if value))
PYTHON
  mapfile -d '' -t variables <variables
}

# run EXIT ARGUMENT...: runs the command, which must exit with EXIT; its output is in `body` and `err`.
run() {
  local expected=$1 got=0
  env -i "${variables[@]}" timeout 60 "$msiv2" "${@:2}" >body 2>err </dev/null || got=$?
  expect "exit code of msiv2 ${*:2}" "$expected" "$got"
}
# extra: prints the flags that make the command look for the source and trust the emulator, as a pod's owner would.
extra() { [ "$source" != workload ] || echo --workload-identity --trust-anchors ca.pem; }
# ask EXIT [ARGUMENT...]: requests a token.
ask() {
  # shellcheck disable=SC2046
  run "$1" token --resource "$resource" --output json --no-retries $(extra) "${@:2}"
}
# refused EXIT CODE [ARGUMENT...]: requests a token, and must get this error code, with the source's name and no secret.
refused() {
  step="$source refuses ${*:3}"
  ask "$1" "${@:3}"
  expect "code" "$2" "$(member body error code)"
  expect "source of the error" "$name" "$(member body error msi_source)"
  keeps_secrets
}
keeps_secrets() {
  local secret
  for secret in IDENTITY_HEADER MSI_SECRET; do
    secret=$(member endpoints environment "$source" 2>/dev/null | python3 -c "import json, sys
print(json.load(sys.stdin).get('$secret', ''))")
    [ -z "$secret" ] || ! grep -qF -e "$secret" body err || fail "the secret is in the output"
  done
  ! grep -q 'not-the-secret' body err || fail "the wrong secret is in the output"
}
control() { curl --silent --show-error --fail --noproxy '*' "$@" "$(member endpoints control)/log"; }
# requests: prints how many requests have reached the source since the log was cleared.
requests() {
  control >log
  python3 -c "import json; print(sum(entry['server'] == '$source' for entry in json.load(open('log'))))"
}

# check_token CLIENT: what was printed must be an unexpired bearer token of the source for this identity.
check_token() {
  expect "type" Bearer "$(member body token_type)"
  expect "source" "$name" "$(member body msi_source)"
  expect "identity in the token" "$1" "$(member body access_token | claim appid)"
  local life
  life=$(($(member body expires_on_epoch) - $(date +%s)))
  [ "$life" -gt 80000 ] && [ "$life" -le 86400 ] || fail "the token ends in $life seconds"
  local said
  said=$(member body access_token | claim exp)
  local ends
  ends=$(member body expires_on_epoch)
  [ $((said - ends)) -le 60 ] && [ $((ends - said)) -le 60 ] || fail "expires_on $ends is not the token's $said"
}
claim() {
  python3 -c "import base64, json, sys
body = sys.stdin.read().strip().split('.')[1]
print(json.loads(base64.urlsafe_b64decode(body + '=' * (-len(body) % 4)))['$1'])"
}

# gets_token SOURCE NAME CLIENT [WORD]: gets a token by detection and by --source, and checks the reason that `msiv2
# sources` prints. WORD is what the command calls the source, if the emulator calls it otherwise.
gets_token() {
  local word=${4:-$1}
  name=$2
  say "$1: a token by its variables alone"
  as "$1"
  ask 0
  check_token "$3"
  keeps_secrets
  say "$1: a token by --source"
  ask 0 --source "$word"
  check_token "$3"
  say "$1: msiv2 sources names it"
  # shellcheck disable=SC2046
  run 0 sources --output json $(extra | sed 's/ --trust-anchors.*//')
  expect "chosen source" "$word" "$(python3 -c 'import json
print(*[row["source"] for row in json.load(open("body")) if row["chosen"]])')"
  keeps_secrets
}

# takes SOURCE FLAG...: gets a token for user-assigned identities named by these flags.
ids=(--client-id "$user" --object-id "$user_object" --resource-id "$user_resource")
takes() {
  local flag=$1
  say "$source: a user-assigned identity by $1"
  ask 0 "$flag" "$(id_of "$flag")"
  check_token "$user"
}
id_of() {
  local i
  for ((i = 0; i < ${#ids[@]}; i += 2)); do [ "${ids[i]}" != "$1" ] || echo "${ids[i + 1]}"; done
}
# refuses_id FLAG CODE: an id that is refused before anything is sent.
refuses_id() {
  say "$source: no user-assigned identity by $1"
  control -X DELETE
  refused 2 "$2" "$1" "$(id_of "$1")"
  expect "requests" 0 "$(requests)"
}

if [ "$part" = arc ]; then
  mount -t tmpfs tmpfs /var/opt  # visible in this namespace only
  start_emulator "$msiv2" --source arc --arc-folder "$tokens"
  gets_token arc AzureArc "$system"
  for flag in --client-id --object-id --resource-id; do refuses_id "$flag" user_assigned_managed_identity_not_supported; done
  stop_emulator
  [ ! -e "$tokens" ] || fail "the emulator left its folder behind"
  echo 'sources: arc passed'
  exit 0
fi

start_emulator "$msiv2" --source service-fabric,service-fabric-http,app-service,app-service-2017,machine-learning --source \
  cloud-shell,imds,workload --ca-out ca.pem

gets_token service-fabric ServiceFabric "$system"
takes --object-id
for flag in --client-id --resource-id; do
  refuses_id "$flag" user_assigned_managed_identity_not_configurable_at_runtime
done
as service-fabric IDENTITY_HEADER=not-the-secret
refused 4 managed_identity_request_failed
as service-fabric IDENTITY_SERVER_THUMBPRINT=0000000000000000000000000000000000000000
control -X DELETE
refused 5 tls_failed
expect "requests to a server of another thumbprint" 0 "$(requests)"

# F7.
gets_token service-fabric-http ServiceFabric "$system" service-fabric
takes --object-id
as service-fabric-http IDENTITY_HEADER=not-the-secret
refused 4 managed_identity_request_failed
as service-fabric-http IDENTITY_SERVER_THUMBPRINT=0000000000000000000000000000000000000000
refused 2 invalid_managed_identity_endpoint

gets_token app-service AppService "$system"
for flag in --client-id --object-id --resource-id; do takes "$flag"; done
as app-service IDENTITY_HEADER=not-the-secret
refused 4 managed_identity_request_failed
as app-service IDENTITY_ENDPOINT=http://127.0.0.1:1/msi/token
refused 3 managed_identity_unreachable_network
as app-service IDENTITY_ENDPOINT= IDENTITY_HEADER=
refused 2 invalid_managed_identity_endpoint --source app-service

gets_token app-service-2017 AppService2017 "$system"
takes --client-id
for flag in --object-id --resource-id; do refuses_id "$flag" invalid_managed_identity_id_type; done
as app-service-2017 MSI_SECRET=not-the-secret
refused 4 managed_identity_request_failed

gets_token machine-learning MachineLearning "$system"
takes --client-id
for flag in --object-id --resource-id; do refuses_id "$flag" invalid_managed_identity_id_type; done
as machine-learning MSI_SECRET=not-the-secret
refused 4 managed_identity_request_failed

gets_token cloud-shell CloudShell "$system"
for flag in --client-id --object-id --resource-id; do refuses_id "$flag" user_assigned_managed_identity_not_supported; done

gets_token imds Imds "$system"
for flag in --client-id --object-id --resource-id; do takes "$flag"; done

gets_token workload WorkloadIdentity "$user"
for flag in --object-id --resource-id; do refuses_id "$flag" invalid_managed_identity_id_type; done

stop_emulator
echo 'sources: every source passed'
