package io.github.msiv2;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** What this host can do, and what prevents bound tokens. */
public class HostTest {
    @ClassRule
    @Rule
    public static final EmulatorProcess emulator = new EmulatorProcess();

    @Test
    public void capabilitiesSayWhatTheHostCanDo() throws Exception {
        try (ManagedIdentityApplication application = emulator.attested().build()) {
            Capabilities capabilities = application.capabilities().get();
            assertEquals("imds_v2", capabilities.source());
            assertEquals("Imds", capabilities.bearerSource());
            assertEquals(SourceState.FOUND, capabilities.identityHere());
            assertTrue(capabilities.popAvailable());
            assertEquals(KeyStrength.KEYGUARD, capabilities.strength());
            assertEquals(KeyStrength.KEYGUARD, capabilities.couldBind());
            assertEquals(KeyOrigin.EMULATED, capabilities.origin());
            assertFalse(capabilities.hostSecurity().isEmpty());
        }
        try (ManagedIdentityApplication application = emulator.plain().keyProviders("in-memory").build()) {
            Capabilities capabilities = application.capabilities().get();
            assertEquals(KeyStrength.SOFTWARE, capabilities.strength());
            assertEquals(KeyOrigin.PLATFORM, capabilities.origin());
        }
    }

    @Test
    public void capabilitiesSayWhyTheHostCannotDoMore() throws Exception {
        emulator.fault("imds.getplatformmetadata status=404");
        try (ManagedIdentityApplication application = emulator.plain().build()) {
            Capabilities capabilities = application.capabilities().get();
            assertEquals("imds_v1", capabilities.source());
            assertFalse(capabilities.popAvailable());
            assertEquals(KeyStrength.NONE, capabilities.strength());
            List<String> codes = capabilities.reasons().stream()
                    .map(ManagedIdentityException::errorCode)
                    .collect(Collectors.toList());
            assertTrue(codes.toString(), codes.contains("mtls_pop_token_not_supported_in_imds_v1"));
            for (ManagedIdentityException reason : capabilities.reasons()) {
                assertFalse(reason.getMessage().isEmpty() || reason.details().cure().isEmpty());
            }
        }
    }

    @Test
    public void aDiagnosisSaysWhatEachCheckFound() throws Exception {
        try (ManagedIdentityApplication application = emulator.plain().build()) {
            List<Finding> findings = application.diagnose("").get();
            Finding imds = findings.stream().filter(finding -> finding.check().equals("imds")).findFirst().get();
            assertEquals(imds.toString(), Severity.OK, imds.severity());
            emulator.fault("imds.getplatformmetadata status=404");
            findings = application.diagnose("").get();
            assertTrue(findings.toString(), findings.stream().anyMatch(finding ->
                    finding.severity() == Severity.FAILURE && !finding.cause().isEmpty() && !finding.text().isEmpty()
                            && !finding.cure().isEmpty()));
        }
    }

    @Test
    public void bothCanBeCancelled() throws Exception {
        emulator.fault("imds.getplatformmetadata hang");
        try (ManagedIdentityApplication application = emulator.plain().build()) {
            for (CompletableFuture<?> call : Arrays.asList(application.capabilities(), application.diagnose(""))) {
                while (emulator.hanging() == 0) {
                    Thread.yield();
                }
                assertTrue(call.cancel(true));
                assertThrows(CancellationException.class, call::get);
            }
            while (emulator.hanging() > 0) {
                Thread.yield();
            }
        }
    }

    @Test
    public void sourcesAreListedInTheOrderOfDetection() {
        try (ManagedIdentityApplication application = emulator.plain().source("AppService").build()) {
            List<ManagedIdentitySource> sources = application.sources();
            assertEquals(
                    Arrays.asList(ManagedIdentitySourceType.WORKLOAD_IDENTITY, ManagedIdentitySourceType.SERVICE_FABRIC,
                            ManagedIdentitySourceType.APP_SERVICE, ManagedIdentitySourceType.APP_SERVICE_2017,
                            ManagedIdentitySourceType.MACHINE_LEARNING, ManagedIdentitySourceType.CLOUD_SHELL,
                            ManagedIdentitySourceType.AZURE_ARC, ManagedIdentitySourceType.IMDS),
                    sources.stream().map(ManagedIdentitySource::type).collect(Collectors.toList()));
            for (ManagedIdentitySource source : sources) {
                assertEquals(source.name().equals("AppService"), source.isChosen());
                assertFalse(source.why().isEmpty());
            }
            assertEquals(SourceState.ABSENT, sources.get(2).state());
        }
    }

    /** Returns the lines that a new JVM with these variables prints: see {@link PrintsItsSource}. */
    private static String[] linesWith(Map<String, String> variables) throws Exception {
        ProcessBuilder builder = ChildJvm.running(PrintsItsSource.class);
        builder.environment().putAll(variables);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(said, 0, process.waitFor());
        return said.split("\\R", 2);
    }

    private static Map<String, String> variables(String text) {
        return Arrays.stream(text.split(" ")).collect(Collectors.toMap(v -> v.split("=")[0], v -> v.split("=", 2)[1]));
    }

    // N14.
    @Test
    public void theSourceOfThisHostIsKnownWithoutAskingIt() throws Exception {
        String[][] rows = {
            {"APP_SERVICE", "IDENTITY_ENDPOINT=http://127.0.0.1:1/msi/token IDENTITY_HEADER=h"},
            {"AZURE_ARC", "IDENTITY_ENDPOINT=http://127.0.0.1:1/t IMDS_ENDPOINT=http://127.0.0.1:1"},
            {"CLOUD_SHELL", "MSI_ENDPOINT=http://127.0.0.1:1/t"},
            {"DEFAULT_TO_IMDS", "IDENTITY_HEADER=h"},
        };
        for (String[] row : rows) {
            assertEquals(row[1], row[0] + " " + row[0].replace("DEFAULT_TO_", ""), linesWith(variables(row[1]))[0]);
        }
        String workload = "AZURE_FEDERATED_TOKEN_FILE=/nonexistent AZURE_CLIENT_ID=11111111-2222-4333-8444-555555555555"
                + " AZURE_TENANT_ID=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
        assertEquals("DEFAULT_TO_IMDS WORKLOAD_IDENTITY", linesWith(variables(workload))[0]);
    }

    // U6.
    @Test
    public void anIncompleteWorkloadIdentityIsAWarning() throws Exception {
        String warning = linesWith(variables("AZURE_FEDERATED_TOKEN_FILE=/nonexistent"))[1];
        assertTrue(warning, warning.contains("AZURE_CLIENT_ID"));
        assertEquals("", linesWith(variables("IDENTITY_HEADER=h"))[1].trim());
    }

    @Test
    public void anApplicationIsBuiltIfTheHostMayHaveAnIdentity() throws Exception {
        try (ManagedIdentityApplication application = emulator.plain().buildIfAvailable();
                TokenResult token = application
                        .acquireTokenForManagedIdentity(ManagedIdentityParameters.builder("https://vault.azure.net").build())
                        .get()) {
            assertEquals("Bearer", token.tokenType());
        }
        assertThrows(MsalClientException.class, () -> emulator.plain().imdsBaseUrl("no url").buildIfAvailable());
    }

    @Test
    public void theLibraryHasAVersion() {
        assertTrue(MsiV2.version(), MsiV2.version().matches("\\d+\\.\\d+\\.\\d+.*"));
    }
}
