package io.github.msiv2;

import static io.github.msiv2.EmulatorProcess.bound;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** Each option of an application does what it says: the field that it sets is the right one. */
public class OptionsTest {
    private static final String RESOURCE = "https://vault.azure.net";
    @ClassRule
    @Rule
    public static final EmulatorProcess emulator = new EmulatorProcess();

    private static TokenResult acquire(ManagedIdentityApplication.Builder builder) throws Exception {
        try (ManagedIdentityApplication application = builder.build()) {
            return application.acquireTokenForManagedIdentity(bound()).get();
        }
    }

    private static ManagedIdentityException failure(ManagedIdentityApplication.Builder builder) {
        ExecutionException failed = assertThrows(ExecutionException.class, () -> acquire(builder));
        return (ManagedIdentityException) failed.getCause();
    }

    @Test
    public void otherHostsThanTheAllowedOnesAreRefused() throws Exception {
        assertEquals(
                "endpoint_not_allowed",
                failure(emulator.plain().allowedHosts("login.example.com", "other.example.com")).errorCode());
        acquire(emulator.plain().allowedHosts("login.example.com", "127.0.0.1")).close();
    }

    @Test
    public void imdsInPlainHttpElsewhereHasToBeAllowed() {
        ManagedIdentityApplication.Builder builder = ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned())
                .imdsBaseUrl("http://imds.example.com");
        assertThrows(MsalClientException.class, builder::build);
        builder.allowInsecureImdsBaseUrl(true).build().close();
    }

    @Test
    public void trustAnchorsAreReadFromAFile() throws Exception {
        Path file = Files.createTempFile("msiv2-ca", ".pem");
        try {
            Files.write(file, emulator.caPem().getBytes(StandardCharsets.US_ASCII));
            ManagedIdentityApplication.Builder without = emulator.plain().trustAnchorsPem("").retries(false);
            assertEquals("tls_failed", failure(without).errorCode());
            acquire(emulator.plain().trustAnchorsPem("").trustAnchorsFile(file)).close();
        } finally {
            Files.delete(file);
        }
    }

    @Test
    public void theCeilingOfTlsToTheTokenEndpointCanBeRaised() throws Exception {
        try (RecordingTlsServer server = new RecordingTlsServer()) {
            String imds = server.imdsBefore(emulator);
            for (TlsVersion version : TlsVersion.values()) {
                ManagedIdentityException e = failure(emulator.plain().imdsBaseUrl(imds).trustAnchorsPem(server.pem())
                        .retries(false).tokenLegMaxTls(version));
                assertEquals(e.line(), "token", e.details().step());
                assertEquals(version.name(), server.next().toUpperCase().replace("V1.", "_1_"));
            }
        }
    }

    @Test
    public void theCeilingOfTlsToResourcesCanBeRaised() throws Exception {
        try (RecordingTlsServer server = new RecordingTlsServer();
                TokenResult token = acquire(emulator.plain())) {
            for (TlsVersion version : TlsVersion.values()) {
                try (ManagedIdentityApplication application =
                                emulator.plain().trustAnchorsPem(server.pem()).resourceLegMaxTls(version).build();
                        ResourceClient client = new ResourceClient(application)) {
                    assertThrows(
                            ManagedIdentityException.class,
                            () -> client.send(token, "GET", server.url(), Collections.emptyMap(), new byte[0]));
                }
                assertEquals(version.name(), server.next().toUpperCase().replace("V1.", "_1_"));
            }
        }
    }

    @Test
    public void aKeystoreIsChosenByName() throws Exception {
        try (TokenResult token = acquire(emulator.plain().keyProviders("in-memory"))) {
            assertEquals(KeyStrength.SOFTWARE, token.keyStrength());
            assertEquals(KeyOrigin.PLATFORM, token.keyOrigin());
        }
        assertThrows(MsalClientException.class, () -> emulator.plain().keyProviders("floppy-disk").build());
    }

    @Test
    public void theBudgetOfRemediationsIsRespected() throws Exception {
        emulator.fault("entra.token answer=aadsts-1000610 count=1");
        assertEquals("token_request_failed", failure(emulator.plain().remediations(0)).errorCode());
        emulator.clear();
        emulator.fault("entra.token answer=aadsts-1000610 count=1");
        acquire(emulator.plain().remediations(1)).close();
        assertThrows(MsalClientException.class, () -> emulator.plain().remediations(-1).build());
    }

    @Test
    public void theTokenCacheCanBeOff() throws Exception {
        for (boolean cached : new boolean[] {true, false}) {
            try (ManagedIdentityApplication application = emulator.plain().tokenCache(cached).build()) {
                application.acquireTokenForManagedIdentity(bound()).get().close();
                assertEquals(cached, application.acquireTokenForManagedIdentity(bound()).get().fromCache());
            }
        }
    }

    @Test
    public void theSourceOfBearerTokensIsChosenByName() throws Exception {
        assertThrows(MsalClientException.class, () -> emulator.plain().source("Floppy").build());
        try (ManagedIdentityApplication application = emulator.plain().source("Imds").build();
                TokenResult token = application
                        .acquireTokenForManagedIdentity(ManagedIdentityParameters.builder(RESOURCE).build())
                        .get()) {
            assertEquals("Imds", token.source());
        }
    }

    @Test
    public void anAttemptAndAnAttestationHaveTheirOwnTimeouts() throws Exception {
        emulator.fault("imds.getplatformmetadata hang");
        ManagedIdentityException e =
                failure(emulator.plain().attemptTimeout(Duration.ofMillis(300)).retries(false));
        assertEquals("metadata", e.details().step());
        assertEquals("an attempt, not the call, was out of time", 1, e.details().attempts());
        emulator.clear();
        emulator.fault("attestation.attest delay=2s");
        try (ManagedIdentityApplication application =
                emulator.attested().attestationTimeout(Duration.ofMillis(300)).build()) {
            ManagedIdentityException late =
                    assertThrows(MsiV2Exception.class, () -> MsiV2.obtainToken(application, RESOURCE));
            assertEquals("attestation", late.details().step());
        }
    }

    @Test
    public void aTimeoutIsLongerThanZero() {
        List<BiFunction<ManagedIdentityApplication.Builder, Duration, ManagedIdentityApplication.Builder>> all =
                Arrays.asList(
                        ManagedIdentityApplication.Builder::imdsConnectTimeout,
                        ManagedIdentityApplication.Builder::connectTimeout,
                        ManagedIdentityApplication.Builder::attemptTimeout,
                        ManagedIdentityApplication.Builder::attestationTimeout);
        for (BiFunction<ManagedIdentityApplication.Builder, Duration, ManagedIdentityApplication.Builder> set : all) {
            ManagedIdentityApplication.Builder zero = set.apply(emulator.plain(), Duration.ZERO);
            assertThrows(MsalClientException.class, zero::build);
            set.apply(emulator.plain(), Duration.ofNanos(1)).build().close();
            assertThrows(MsalClientException.class, () -> set.apply(emulator.plain(), Duration.ofMillis(-1)));
        }
    }

    @Test
    public void whatIsSetAgainReplacesWhatWasSet() throws Exception {
        acquire(emulator.plain().allowedHosts("login.example.com").allowedHosts("127.0.0.1")).close();
        acquire(emulator.plain().keyProviders("floppy-disk").keyProviders("in-memory")).close();
    }

    @Test
    public void anAnswerMayNotBeLongerThanItsLimit() throws Exception {
        String url = emulator.endpoint("resource") + "/secrets/a";
        try (ManagedIdentityApplication application = emulator.plain().build();
                TokenResult token = application.acquireTokenForManagedIdentity(bound()).get();
                ResourceClient narrow = new ResourceClient(application, 1);
                ResourceClient wide = new ResourceClient(application, 1 << 16)) {
            ManagedIdentityException e = assertThrows(
                    ManagedIdentityException.class,
                    () -> narrow.send(token, "GET", url, Collections.emptyMap(), new byte[0]));
            assertEquals("resource_request_failed", e.errorCode());
            assertTrue(wide.send(token, "GET", url, Collections.emptyMap(), new byte[0]).body().length > 1);
            assertThrows(MsalClientException.class, () -> new ResourceClient(application, -1));
            assertFalse(token.accessToken().isEmpty());
        }
    }
}
