package msiv2;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.time.Duration;
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

    @Test
    public void badOptionsAreNamed() {
        MsalClientException e = assertThrows(
                MsalClientException.class,
                () -> ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned())
                        .imdsBaseUrl("no url")
                        .build());
        assertEquals(AuthenticationErrorCode.INVALID_REQUEST, e.errorCode());
        assertThrows(
                MsalClientException.class,
                () -> ManagedIdentityApplication.builder(ManagedIdentityId.userAssignedClientId("a\0b")).build());
        assertThrows(NullPointerException.class, () -> ManagedIdentityId.userAssignedClientId(null));
        assertTrue(Bridge.openHandles() >= 0);
    }
}
