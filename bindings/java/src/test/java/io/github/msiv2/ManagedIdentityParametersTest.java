package io.github.msiv2;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public class ManagedIdentityParametersTest {
    private static final String RESOURCE = "https://vault.azure.net";

    /** Each combination of proof of possession, attestation and accepted unattested binding, and the code for it. */
    @Test
    public void flagsAreGatedBeforeAnythingElse() {
        String needsPop = "msi_v2_attestation_requires_pop";
        String needsAttestation = "msi_v2_pop_requires_attestation";
        Object[][] rows = {
            {false, false, false, null},
            {false, false, true, AuthenticationErrorCode.INVALID_REQUEST},
            {false, true, false, needsPop},
            {false, true, true, needsPop},
            {true, false, false, needsAttestation},
            {true, false, true, null},
            {true, true, false, null},
            {true, true, true, null},
        };
        for (Object[] row : rows) {
            assertEquals(java.util.Arrays.toString(row), row[3], codeOf(row));
        }
    }

    private static String codeOf(Object[] row) {
        return codeOf(ManagedIdentityParameters.builder(RESOURCE)
                .mtlsProofOfPossession((Boolean) row[0])
                .withAttestationSupport((Boolean) row[1])
                .allowUnattested((Boolean) row[2]));
    }

    private static String codeOf(ManagedIdentityParameters.Builder builder) {
        try {
            builder.build();
            return null;
        } catch (MsalClientException refused) {
            return refused.errorCode();
        }
    }

    /** A bearer token over mTLS needs what proof of possession needs. */
    @Test
    public void aRequestOverMtlsIsGatedAsProofOfPossession() {
        Object[][] rows = {
            {false, false, "msi_v2_pop_requires_attestation"},
            {false, true, null},
            {true, false, null},
            {true, true, null},
        };
        for (Object[] row : rows) {
            ManagedIdentityParameters.Builder builder = ManagedIdentityParameters.builder(RESOURCE)
                    .requestOverMtls(true)
                    .withAttestationSupport((Boolean) row[0])
                    .allowUnattested((Boolean) row[1]);
            assertEquals(java.util.Arrays.toString(row), row[2], codeOf(builder));
            assertEquals("invalid_request", codeOf(builder.mtlsProofOfPossession(true)));
        }
    }

    @Test
    public void aMinimumStrengthNeedsAKey() {
        for (KeyStrength strength : KeyStrength.values()) {
            ManagedIdentityParameters.Builder builder =
                    ManagedIdentityParameters.builder(RESOURCE).minimumStrength(strength);
            assertEquals(strength == KeyStrength.NONE ? null : "invalid_request", codeOf(builder));
            builder.mtlsProofOfPossession(true).allowUnattested(true);
            assertEquals(strength, builder.build().minimumStrength());
        }
        assertThrows(
                NullPointerException.class,
                () -> ManagedIdentityParameters.builder(RESOURCE).minimumStrength(null));
    }

    @Test
    public void theResourceIsRequired() {
        for (String none : new String[] {null, "", "  "}) {
            MsalClientException refused =
                    assertThrows(
                            MsalClientException.class,
                            () -> ManagedIdentityParameters.builder(none).build());
            assertEquals("invalid_request", refused.errorCode());
        }
    }

    @Test
    public void whatWasSetIsWhatIsAskedFor() {
        ManagedIdentityParameters set =
                ManagedIdentityParameters.builder(RESOURCE)
                        .mtlsProofOfPossession(true)
                        .withAttestationSupport(true)
                        .forceRefresh(true)
                        .claims("{}")
                        .build();
        assertEquals(RESOURCE, set.resource());
        assertTrue(set.mtlsProofOfPossession() && set.withAttestationSupport() && set.forceRefresh());
        assertFalse(set.allowUnattested());
        assertEquals("{}", set.claims());
        assertEquals("", ManagedIdentityParameters.builder(RESOURCE).claims(null).build().claims());
    }

    @Test
    public void aFailureOfTheFlowIsNoFailureOfTheRequest() {
        ManagedIdentityException failure = new MsiV2Exception("why");
        assertEquals("msi_v2_error", failure.errorCode());
        assertEquals("why", failure.getMessage());
        assertFalse(MsalClientException.class.isInstance(failure));
    }
}
