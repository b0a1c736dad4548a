package io.github.msiv2;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** The seven steps, MSI v1 and the resource, against the emulator as a process. */
public class FlowTest {
    private static final String RESOURCE = "https://vault.azure.net";
    @ClassRule
    @Rule
    public static final EmulatorProcess emulator = new EmulatorProcess("--require-attestation");

    private static ManagedIdentityParameters attested() {
        return ManagedIdentityParameters.builder(RESOURCE)
                .mtlsProofOfPossession(true)
                .withAttestationSupport(true)
                .build();
    }

    @Test
    public void bothFlagsWalkAllSevenSteps() throws Exception {
        try (ManagedIdentityApplication application = emulator.attested().build();
                TokenResult token = application.acquireTokenForManagedIdentity(attested()).get()) {
            assertEquals("mtls_pop", token.tokenType());
            assertTrue(token.isBound());
            assertTrue(token.attested());
            assertFalse(token.fromCache());
            assertEquals(RESOURCE, token.resource());
            assertEquals("Imds", token.source());
            assertEquals(emulator.endpoint("client_id"), token.clientId());
            assertEquals(emulator.endpoint("tenant_id"), token.tenantId());
            assertTrue(token.expiresOn().isAfter(Instant.now()));
            assertEquals(Date.from(token.expiresOn()), token.expiresOnDate());
            assertTrue(token.bindingVerified());
            assertEquals(KeyStrength.KEYGUARD, token.keyStrength());
            assertEquals(KeyOrigin.EMULATED, token.keyOrigin());
            assertTrue(token.authorizationHeader().equals("mtls_pop " + token.accessToken()));
            assertFalse(token.toString().contains(token.accessToken()));
            assertEquals(1, emulator.requests("/getplatformmetadata"));
            assertEquals(1, emulator.requests("/issuecredential"));

            BindingCertificate certificate = token.bindingCertificate().get();
            assertEquals("keyguard (emulated)", certificate.strength());
            assertEquals("", certificate.whyNotStronger());
            assertEquals(certificate.chain()[0].getNotBefore().toInstant(), certificate.notBefore());
            assertEquals(certificate.chain()[0].getNotAfter().toInstant(), certificate.notAfter());
            String base64 = certificate.leafPem().replaceAll("-----[^-]+-----|\\s", "");
            assertArrayEquals(certificate.chain()[0].getEncoded(), Base64.getDecoder().decode(base64));
            assertEquals(certificate.chain()[0].getPublicKey(), certificate.privateKey().publicKey());
            String claims = new String(
                    Base64.getUrlDecoder().decode(token.accessToken().split("\\.")[1]), StandardCharsets.UTF_8);
            assertTrue(claims, claims.contains(certificate.x5tS256()));
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.chain()[0].getEncoded());
            assertEquals(
                    certificate.x5tS256(), Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
        }
    }

    @Test
    public void anAnswerOfTheCacheNeedsNoThread() throws Exception {
        AtomicBoolean refuses = new AtomicBoolean();
        ManagedIdentityApplication.Builder builder = emulator.attested().executor(task -> {
            if (refuses.get()) {
                throw new RejectedExecutionException("no thread");
            }
            new Thread(task).start();
        });
        try (ManagedIdentityApplication application = builder.build();
                TokenResult first = application.acquireTokenForManagedIdentity(attested()).get()) {
            assertFalse(first.fromCache());
            refuses.set(true);
            CompletableFuture<TokenResult> call = application.acquireTokenForManagedIdentity(attested());
            assertTrue(call.isDone());
            try (TokenResult cached = call.get()) {
                assertTrue(cached.fromCache());
                assertEquals(first.accessToken(), cached.accessToken());
            }
            ManagedIdentityParameters forced = ManagedIdentityParameters.builder(RESOURCE)
                    .mtlsProofOfPossession(true)
                    .withAttestationSupport(true)
                    .forceRefresh(true)
                    .build();
            ExecutionException refused = assertThrows(
                    ExecutionException.class, () -> application.acquireTokenForManagedIdentity(forced).get());
            assertTrue(refused.getCause() instanceof RejectedExecutionException);
        }
    }

    /** Results of one token share what it says of itself, and those of others do not. */
    @Test
    public void eachTokenOfTheCacheHasItsOwnDetails() throws Exception {
        String[] resources = IntStream.range(0, 20)
                .mapToObj(i -> "https://resource" + (i % 10) + ".example")
                .toArray(String[]::new);
        try (ManagedIdentityApplication application = emulator.attested().build()) {
            Map<String, String> expiries = new HashMap<>();
            for (String resource : resources) {
                ManagedIdentityParameters bound = ManagedIdentityParameters.builder(resource)
                        .mtlsProofOfPossession(true)
                        .withAttestationSupport(true)
                        .build();
                try (TokenResult token = application.acquire(bound);
                        TokenResult bearer = application.acquire(ManagedIdentityParameters.builder(resource).build())) {
                    assertEquals(resource, token.resource());
                    assertEquals("mtls_pop", token.tokenType());
                    assertEquals(KeyStrength.KEYGUARD, token.keyStrength());
                    assertEquals(resource, bearer.resource());
                    assertEquals("Bearer", bearer.tokenType());
                    assertEquals(KeyStrength.NONE, bearer.keyStrength());
                    String expiry = token.expiresOn() + " " + bearer.expiresOn();
                    assertEquals(expiry, expiries.computeIfAbsent(resource, key -> expiry));
                }
            }
        }
    }

    // B10.
    @Test
    public void aUserAssignedIdentityIsNamedByEachOfItsIds() throws Exception {
        String client = "88888888-7777-4666-8555-444444444444";
        ManagedIdentityId[] ids = {
            ManagedIdentityId.userAssignedClientId(client),
            ManagedIdentityId.userAssignedObjectId("88888888-0000-4666-8555-444444444444"),
            ManagedIdentityId.userAssignedResourceId("/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/"
                    + "emulator/providers/Microsoft.ManagedIdentity/userAssignedIdentities/emulated"),
        };
        for (ManagedIdentityId id : ids) {
            try (ManagedIdentityApplication application = emulator.attested(id).build();
                    TokenResult token = application.acquireTokenForManagedIdentity(attested()).get();
                    TokenResult bearer = application
                            .acquireTokenForManagedIdentity(ManagedIdentityParameters.builder(RESOURCE).build())
                            .get()) {
                assertTrue(token.attested());
                assertEquals(client, token.clientId());
                String subject = token.bindingCertificate().get().chain()[0].getSubjectX500Principal().getName();
                assertTrue(subject, subject.contains(client));
                assertEquals("Bearer", bearer.tokenType());
                assertEquals(client, bearer.clientId());
            }
        }
    }

    @Test
    public void aBearerTokenIsRequestedOverTheBoundConnection() throws Exception {
        try (ManagedIdentityApplication application = emulator.attested().build();
                TokenResult token = application
                        .acquireTokenForManagedIdentity(ManagedIdentityParameters.builder(RESOURCE)
                                .requestOverMtls(true)
                                .withAttestationSupport(true)
                                .build())
                        .get()) {
            assertEquals("Bearer", token.tokenType());
            assertFalse(token.isBound());
            assertTrue(token.attested());
            assertEquals(1, emulator.requests("/issuecredential"));
            assertEquals(0, emulator.requests("/metadata/identity/oauth2/token"));
        }
    }

    @Test
    public void aWeakerKeyThanTheRequestAcceptsIsAnError() throws Exception {
        ManagedIdentityParameters.Builder request =
                ManagedIdentityParameters.builder(RESOURCE).mtlsProofOfPossession(true).allowUnattested(true);
        try (ManagedIdentityApplication application = emulator.plain().keyProviders("in-memory").build()) {
            ExecutionException failed = assertThrows(
                    ExecutionException.class,
                    () -> application
                            .acquireTokenForManagedIdentity(request.minimumStrength(KeyStrength.KEYGUARD).build())
                            .get());
            assertEquals("min_strength_not_met", ((ManagedIdentityException) failed.getCause()).errorCode());
            assertEquals(0, emulator.requests("/issuecredential"));
        }
        try (ManagedIdentityApplication application = emulator.attested().build();
                TokenResult token = application
                        .acquireTokenForManagedIdentity(request.withAttestationSupport(true).build())
                        .get()) {
            assertEquals(KeyStrength.KEYGUARD, token.keyStrength());
        }
    }

    @Test
    public void theSecondTokenComesFromTheCacheAndForceRefreshPassesIt() throws Exception {
        try (ManagedIdentityApplication application = emulator.attested().build()) {
            TokenResult first = application.acquireTokenForManagedIdentity(attested()).get();
            TokenResult second = application.acquireTokenForManagedIdentity(attested()).get();
            assertTrue(second.fromCache());
            assertEquals(first.accessToken(), second.accessToken());
            TokenResult third = application
                    .acquireTokenForManagedIdentity(ManagedIdentityParameters.builder(RESOURCE)
                            .mtlsProofOfPossession(true)
                            .withAttestationSupport(true)
                            .forceRefresh(true)
                            .build())
                    .get();
            assertFalse(third.fromCache());
            assertEquals(2, emulator.requests("/oauth2/v2.0/token"));
        }
    }

    @Test
    public void theSeedsClientAndMsiV2DoTheSame() {
        try (ManagedIdentityClient client = new ManagedIdentityClient(emulator.attested().build());
                TokenResult token = client.acquireTokenForClient(RESOURCE, true, true)) {
            assertTrue(token.attested());
        }
        try (ManagedIdentityApplication application = emulator.attested().build();
                TokenResult token = MsiV2.obtainToken(application, RESOURCE)) {
            assertTrue(token.attested());
        }
    }

    @Test
    public void withoutFlagsItIsMsiV1() throws Exception {
        try (ManagedIdentityClient client = new ManagedIdentityClient(emulator.plain().build());
                TokenResult token = client.acquireTokenForClient(RESOURCE, false, false)) {
            assertEquals("Bearer", token.tokenType());
            assertFalse(token.isBound());
            assertFalse(token.bindingCertificate().isPresent());
            assertTrue(token.authorizationHeader().startsWith("Bearer "));
            assertEquals(0, emulator.requests("/issuecredential"));
            assertEquals(1, emulator.requests("/metadata/identity/oauth2/token"));
        }
    }

    @Test
    public void theResourceIsCalledByNativeTls() throws Exception {
        try (ManagedIdentityApplication application = emulator.attested().build();
                TokenResult token = MsiV2.obtainToken(application, RESOURCE);
                ResourceClient client = new ResourceClient(application)) {
            ResourceClient.Response answer = client.send(
                    token, "GET", emulator.endpoint("resource") + "/secrets/a", Collections.emptyMap(), new byte[0]);
            assertEquals(new String(answer.body(), StandardCharsets.UTF_8), 200, answer.status());
            assertTrue(answer.header("content-type").startsWith("application/json"));
        }
    }

    @Test
    public void aClaimsChallengeIsAnsweredByATokenWithItsClaims() throws Exception {
        emulator.fault("resource.call answer=claims:acrs:c1");
        String url = emulator.endpoint("resource") + "/secrets/a";
        try (ManagedIdentityApplication application = emulator.attested().build();
                ResourceClient client = new ResourceClient(application)) {
            TokenResult token = MsiV2.obtainToken(application, RESOURCE);
            ResourceClient.Response refused = client.send(token, "GET", url, Collections.emptyMap(), new byte[0]);
            assertEquals(401, refused.status());
            String claims = refused.claims().get();
            assertEquals("{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}", claims);
            assertEquals(claims, ClaimsChallenge.claimsOf(refused.headers("WWW-Authenticate")).get());

            TokenResult stepped = application
                    .acquireTokenForManagedIdentity(ManagedIdentityParameters.builder(RESOURCE)
                            .mtlsProofOfPossession(true)
                            .withAttestationSupport(true)
                            .claims(claims)
                            .build())
                    .get();
            ResourceClient.Response answer = client.send(stepped, "GET", url, Collections.emptyMap(), new byte[0]);
            assertEquals(new String(answer.body(), StandardCharsets.UTF_8), 200, answer.status());
            assertFalse(answer.claims().isPresent());
        }
        assertFalse(ClaimsChallenge.claimsOf(Collections.singletonList("Bearer")).isPresent());
    }

    @Test
    public void thirtyTwoThreadsShareOneCertificate() throws Exception {
        try (ManagedIdentityApplication application = emulator.attested().build()) {
            CompletableFuture<?>[] calls = IntStream.range(0, 32)
                    .mapToObj(i -> application.acquireTokenForManagedIdentity(attested()))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(calls).get();
            for (CompletableFuture<?> call : calls) {
                assertTrue(((TokenResult) call.get()).attested());
            }
            assertEquals(1, emulator.requests("/issuecredential"));
            assertEquals(1, emulator.requests("/oauth2/v2.0/token"));
        }
    }
}
