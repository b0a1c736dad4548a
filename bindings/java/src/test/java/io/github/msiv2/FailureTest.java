package io.github.msiv2;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.ExecutionException;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** A fault of the emulator at each step, and the exception that it becomes. */
public class FailureTest {
    @ClassRule
    @Rule
    public static final EmulatorProcess emulator = new EmulatorProcess("--require-attestation");

    private static ManagedIdentityException failureOf(ManagedIdentityApplication.Builder builder, boolean bound) {
        try (ManagedIdentityApplication application = builder.retries(false).build()) {
            ManagedIdentityParameters parameters = ManagedIdentityParameters.builder("https://vault.azure.net")
                    .mtlsProofOfPossession(bound)
                    .withAttestationSupport(bound)
                    .build();
            ExecutionException thrown = assertThrows(
                    ExecutionException.class,
                    () -> application.acquireTokenForManagedIdentity(parameters).get());
            return (ManagedIdentityException) thrown.getCause();
        }
    }

    @Test
    public void eachStepHasItsOwnExceptionAndNothingWeakerIsTried() throws Exception {
        Object[][] rows = {
            {"imds.getplatformmetadata status=403", "managed_identity_request_failed", "metadata", 403},
            {"imds.getplatformmetadata status=404", "mtls_pop_token_not_supported_in_imds_v1", "metadata", 404},
            {"attestation.attest status=403", "attestation_failed", "attestation", 0},
            {"imds.issuecredential status=403", "credential_request_failed", "credential", 403},
            {"imds.issuecredential answer=wrong-key", "invalid_certificate", "certificate", 0},
            {"entra.token status=403", "token_request_failed", "token", 403},
        };
        for (Object[] row : rows) {
            emulator.clear();
            emulator.fault((String) row[0]);
            ManagedIdentityException e = failureOf(emulator.attested(), true);
            assertSame((String) row[0], MsiV2Exception.class, e.getClass());
            assertEquals((String) row[0], row[1], e.errorCode());
            assertEquals((String) row[0], row[2], e.details().step());
            assertEquals((String) row[0], row[3], e.details().httpStatus());
            assertFalse((String) row[0], e.getMessage().isEmpty());
            assertFalse((String) row[0], e.details().cure().isEmpty());
            assertEquals((String) row[0], 36, e.details().correlationId().length());
            assertEquals("no MSI v1 after it", 0, emulator.requests("/metadata/identity/oauth2/token"));
        }
    }

    @Test
    public void withoutKeyGuardAttestationIsRefusedBeforeAnythingIsSent() throws Exception {
        ManagedIdentityException e = failureOf(emulator.plain(), true);
        assertSame(MsiV2Exception.class, e.getClass());
        assertEquals(AuthenticationErrorCode.MSI_V2_KEYGUARD_UNAVAILABLE, e.errorCode());
        assertEquals(0, emulator.requests("/getplatformmetadata"));
    }

    @Test
    public void msiV1FailsAsMsiV1() throws Exception {
        emulator.fault("imds.token status=400");
        ManagedIdentityException e = failureOf(emulator.plain(), false);
        assertSame(ManagedIdentityException.class, e.getClass());
        assertEquals("managed_identity_request_failed", e.errorCode());
        assertEquals("Imds", e.details().source());
        assertEquals(400, e.details().httpStatus());
    }

    @Test
    public void aServerThatHangsEndsWithTheTimeout() throws Exception {
        emulator.fault("imds.getplatformmetadata hang");
        ManagedIdentityException e = failureOf(emulator.attested().timeout(Duration.ofMillis(300)), true);
        assertEquals("timeout", e.errorCode());
        assertSame(MsiV2Exception.class, e.getClass());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** As native code calls it: every field of an error has its place, and each kind its class. */
    @Test
    public void everyFieldOfAnErrorComesThrough() {
        Object[][] kinds = {
            {"ClientException", MsalClientException.class},
            {"MsiV2Exception", MsiV2Exception.class},
            {"ServiceException", ManagedIdentityException.class},
            {"a kind of a later version", ManagedIdentityException.class},
        };
        for (Object[] kind : kinds) {
            byte[][] texts = {
                utf8("name"), utf8("message \u00e9"), utf8("cure"), utf8("step"), utf8((String) kind[0]),
                utf8("service"), utf8("correlation"), utf8("source"), utf8("all of it")
            };
            ManagedIdentityException e = Failure.of(texts, new long[] {1, 2, -3, 4, 5, 1, 17, 4096}, new long[] {6, 7});
            assertSame(kind[1], e.getClass());
            assertEquals("message \u00e9", e.getMessage());
            assertEquals("all of it", e.line());
            assertEquals(e.getClass().getName() + ": all of it", e.toString());
            ErrorDetails details = e.details();
            assertEquals(java.util.Optional.of(Option.OTHER), details.option());
            assertEquals(
                    Arrays.asList("name", "cure", "step", "service", "correlation", "source"),
                    Arrays.asList(e.errorCode(), details.cure(), details.step(), details.serviceError(),
                            details.correlationId(), details.source()));
            assertEquals(
                    Arrays.asList(2L, -3L, 4L, 5L),
                    Arrays.asList((long) details.httpStatus(), details.nativeCode(), (long) details.tlsAlert(),
                            (long) details.attempts()));
            assertTrue(details.retryable() && details.outOfTime());
            assertEquals(java.util.Optional.of(java.time.Duration.ofSeconds(17)), details.retryAfter());
            assertEquals(Arrays.asList(6L, 7L), details.aadsts());
        }
    }

    @Test
    public void badOptionsAreNamed() {
        MsalClientException e = assertThrows(
                MsalClientException.class,
                () -> ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned())
                        .imdsBaseUrl("no url")
                        .build());
        assertEquals(AuthenticationErrorCode.INVALID_REQUEST, e.errorCode());
        assertTrue(e.getMessage(), e.getMessage().contains("imdsBaseUrl"));
        assertEquals(java.util.Optional.of(Option.IMDS_BASE_URL), e.details().option());
        assertThrows(
                MsalClientException.class,
                () -> ManagedIdentityApplication.builder(ManagedIdentityId.userAssignedClientId("a\0b")).build());
        assertThrows(NullPointerException.class, () -> ManagedIdentityId.userAssignedClientId(null));
        assertThrows(NullPointerException.class, () -> new ManagedIdentityClient(null));
    }

    // U7.
    @Test
    public void noIdOfAnIdentityMayBeBlank() {
        for (String blank : new String[] {"", " ", "\t\r\n"}) {
            assertThrows(MsalClientException.class, () -> ManagedIdentityId.userAssignedClientId(blank));
            assertThrows(MsalClientException.class, () -> ManagedIdentityId.userAssignedObjectId(blank));
            assertThrows(MsalClientException.class, () -> ManagedIdentityId.userAssignedResourceId(blank));
        }
    }

    @Test
    public void noOptionMayBeNull() {
        ManagedIdentityApplication.Builder builder = emulator.plain();
        assertThrows(NullPointerException.class, () -> builder.imdsBaseUrl(null));
        assertThrows(NullPointerException.class, () -> builder.trustAnchorsPem(null));
        assertThrows(NullPointerException.class, () -> builder.attestationLibrary("", null));
        assertThrows(NullPointerException.class, () -> builder.clientCapabilities("cp1", null));
        assertThrows(NullPointerException.class, () -> builder.executor(null));
        assertThrows(NullPointerException.class, () -> builder.timeout(null));
    }

    @Test
    public void aTimeoutIsUpToTwentyFourDays() {
        ManagedIdentityApplication.Builder builder = emulator.plain();
        for (Duration bad : new Duration[] {Duration.ofMillis(-1), Duration.ofDays(25), Duration.ofSeconds(Long.MAX_VALUE)}) {
            MsalClientException e = assertThrows(MsalClientException.class, () -> builder.timeout(bad));
            assertEquals(AuthenticationErrorCode.INVALID_REQUEST, e.errorCode());
        }
        try (ManagedIdentityApplication application = builder.timeout(Duration.ofNanos(1)).build()) {
            assertEquals("not the default", 1, application.timeoutMs());
        }
    }

    @Test
    public void aResourceThatHangsEndsWithTheTimeoutOfTheApplication() throws Exception {
        try (ManagedIdentityApplication application = emulator.attested().build();
                TokenResult token = MsiV2.obtainToken(application, "https://vault.azure.net");
                ManagedIdentityApplication hasty = emulator.plain().timeout(Duration.ofMillis(300)).build();
                ResourceClient client = new ResourceClient(hasty)) {
            emulator.fault("resource.call hang");
            ManagedIdentityException e = assertThrows(
                    ManagedIdentityException.class,
                    () -> client.send(token, "GET", emulator.endpoint("resource") + "/secrets/a",
                            Collections.emptyMap(), new byte[0]));
            assertEquals("timeout", e.errorCode());
            assertEquals("resource", e.details().step());
        }
    }

    @Test
    public void aBearerTokenIsNoTokenForTheResourceClient() throws Exception {
        try (ManagedIdentityApplication application = emulator.plain().build();
                TokenResult token = application.acquire(ManagedIdentityParameters.builder("https://vault.azure.net").build());
                ResourceClient client = new ResourceClient(application)) {
            assertThrows(
                    MsalClientException.class,
                    () -> client.send(token, "GET", emulator.endpoint("resource") + "/secrets/a",
                            Collections.emptyMap(), new byte[0]));
            assertEquals(0, emulator.requests("/secrets/a"));
        }
    }
}
