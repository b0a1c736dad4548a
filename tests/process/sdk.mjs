// node sdk.mjs FOLDER SOURCE ENDPOINTS: acquires tokens from an emulator with the SDKs that are installed in FOLDER.
// ENDPOINTS is the line that `msiv2 emulator` prints.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const [folder, source, line] = process.argv.slice(2);
const endpoints = JSON.parse(line);
const variables = endpoints.environment[source];
Object.assign(process.env, variables);

const require = createRequire(folder + "/");
const { ManagedIdentityCredential, WorkloadIdentityCredential } = require("@azure/identity");
const { ManagedIdentityApplication } = require("@azure/msal-node");

const resource = "https://vault.azure.net";
const system = "99999999-8888-4777-8666-555555555555";
const user = "88888888-7777-4666-8555-444444444444";
const takesClientIds = ["app-service", "imds", "machine-learning"].includes(source);

const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

async function identity(clientId) {
  const credential = clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
  const token = await credential.getToken(resource + "/.default");
  return { token: token.token, ends: token.expiresOnTimestamp };
}

async function msal(clientId) {
  const application = new ManagedIdentityApplication(
    clientId ? { managedIdentityIdParams: { userAssignedClientId: clientId } } : {});
  const answer = await application.acquireToken({ resource });
  return { token: answer.accessToken, ends: answer.expiresOn.getTime() };
}

async function workload() {
  const credential = new WorkloadIdentityCredential({ disableInstanceDiscovery: true });
  const token = await credential.getToken(resource + "/.default");
  return { token: token.token, ends: token.expiresOnTimestamp };
}

async function check(name, get, clientId, expected) {
  const { token, ends } = await get(clientId);
  const said = claims(token);
  assert.equal(said.aud, resource);
  assert.equal(said.appid, expected);
  assert.ok(Math.abs(ends / 1000 - said.exp) < 60, `${name}: the expiry ${ends} is not that of the token`);
  console.log(`sdk: ${source}: ${name} got a token for ${clientId ?? "the host's identity"}`);
}

if (source === "workload") {
  await check("@azure/identity", workload, undefined, variables.AZURE_CLIENT_ID);
} else {
  for (const [name, get] of [["@azure/identity", identity], ["@azure/msal-node", msal]]) {
    await check(name, get, undefined, system);
    if (takesClientIds) await check(name, get, user, user);
  }
}

// The emulator's log shows what it has checked. Every request of the SDKs ended with a token, except the probes of
// @azure/identity (400) and Azure Arc's challenges (401).
const log = await (await fetch(endpoints.control + "/log")).json();
const statuses = log.filter((entry) => entry.server === source).map((entry) => entry.status);
assert.ok(statuses.includes(200), `no request was answered with 200: ${statuses}`);
const others = { imds: [200, 400], arc: [200, 401] }[source] ?? [200];
assert.ok(statuses.every((status) => others.includes(status)), `unexpected answers: ${statuses}`);

if (source === "app-service") {
  process.env.IDENTITY_HEADER = "wrong";
  await assert.rejects(msal("77777777-7777-4666-8555-444444444444"), "a wrong secret gets no token");
}
