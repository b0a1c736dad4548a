#!/usr/bin/env bash
# sdk.sh MSIV2 FOLDER [arc]: two third-party SDKs, @azure/identity and @azure/msal-node, get tokens from `msiv2
# emulator`. This shows that the emulator speaks the protocols of the real services. FOLDER keeps the SDKs between runs.
# With `arc` it plays Azure Arc, in its own mount namespace: the agent's real folder is never touched. Exits with 77
# (skipped) if node, npm, the registry or the namespace is not available.
set -euo pipefail

msiv2=$(readlink -f "${1:?usage: sdk.sh PATH_OF_MSIV2 FOLDER [arc]}")
mkdir -p "${2:?usage: sdk.sh PATH_OF_MSIV2 FOLDER [arc]}"
folder=$(readlink -f "$2")
part=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
packages=(@azure/identity@4.13.1 @azure/msal-node@7.2.1)
tokens=/var/opt/azcmagent/tokens
skip() { echo "sdk: SKIPPED: $*"; exit 77; }

# not_installed STATUS: an unreachable registry is not our fault; any other npm failure is.
not_installed() {
  local cause
  cause=$(grep -m 1 -E 'npm (error|ERR!)' "$folder/npm.log" || tail -n 1 "$folder/npm.log")
  if [ "$1" = 124 ] || grep -qE 'ENOTFOUND|ECONN[A-Z]+|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|E429|E5[0-9][0-9]' \
    "$folder/npm.log"; then
    skip "npm cannot reach the registry for ${packages[*]}: $cause"
  fi
  echo "sdk: FAILED: npm cannot install ${packages[*]}: $cause" >&2
  exit 1
}

for tool in node npm flock; do command -v "$tool" >/dev/null || skip "there is no $tool here"; done
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || skip "the SDKs want node 20 or newer, this is $(node --version)"

if [ "$part" = arc ] && [ -z "${MSIV2_IN_NAMESPACE:-}" ]; then
  as_root=(); [ "$(id -u)" = 0 ] || as_root=(--user --map-root-user)
  unshare "${as_root[@]}" --mount true 2>/dev/null || skip "no mount namespace can be made here"
  [ -d /var/opt ] || skip "there is no /var/opt to mount over"
fi

# Installed once for all runs; another run of this script waits. An existing installation is complete, since it is moved
# into place.
exec 9>"$folder/lock"
flock 9
if [ "$(cat "$folder/sdk/installed" 2>/dev/null)" != "${packages[*]}" ]; then
  rm -rf "$folder/sdk" "$folder/new"
  mkdir -p "$folder/new"
  echo '{"private": true}' >"$folder/new/package.json"
  (cd "$folder/new" && timeout 400 npm install --no-audit --no-fund --ignore-scripts --fetch-retries=1 \
    "${packages[@]}") >"$folder/npm.log" 2>&1 </dev/null || not_installed $?
  echo "${packages[*]}" >"$folder/new/installed"
  mv "$folder/new" "$folder/sdk"
fi
exec 9>&-

if [ "$part" = arc ] && [ -z "${MSIV2_IN_NAMESPACE:-}" ]; then
  MSIV2_IN_NAMESPACE=1 exec unshare "${as_root[@]}" --mount "$0" "$@"
fi

work=$(mktemp -d)
emulator=
trap '[ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true; rm -rf "$work"' EXIT
fail() { echo "sdk: FAILED: $*" >&2; cat "$work"/emulator.log >&2 2>/dev/null || true; exit 1; }

# play SOURCE [FLAG...]: starts an emulator and runs both SDKs against it.
play() {
  local source=$1
  rm -f "$work/ready" && mkfifo "$work/ready"
  "$msiv2" emulator --source "$@" --ca-out "$work/ca.pem" >"$work/ready" 2>"$work/emulator.log" </dev/null &
  emulator=$!
  exec 3<"$work/ready"
  IFS= read -r -t 60 line <&3 || fail "the emulator does not start as $source"
  env -i PATH="$PATH" HOME="$work" NODE_EXTRA_CA_CERTS="$work/ca.pem" \
    timeout 60 node "$here/sdk.mjs" "$folder/sdk" "$source" "$line" || fail "as $source"
  kill "$emulator"
  wait "$emulator" || fail "the emulator does not end cleanly as $source"
  emulator=
  exec 3<&-
}

if [ "$part" = arc ]; then
  mount -t tmpfs tmpfs /var/opt  # visible in this namespace only
  play arc --arc-folder "$tokens"
  [ ! -e "$tokens" ] || fail "the emulator left its folder behind"
else
  for source in app-service imds machine-learning cloud-shell workload; do play "$source"; done
fi
echo 'sdk: every SDK got its tokens'
