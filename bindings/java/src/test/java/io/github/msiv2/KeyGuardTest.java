package io.github.msiv2;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/** The bridge class WindowsKeyGuardJNI: keys, attestation and CSR on their own. */
public class KeyGuardTest {
    private static final String CLIENT = "11111111-2222-4333-8444-555555555555";
    private static final String TENANT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    @ClassRule
    public static final EmulatorProcess emulator = new EmulatorProcess();

    private static ManagedIdentityApplication application;
    private static WindowsKeyGuardJNI keyGuard;

    @BeforeClass
    public static void start() throws Exception {
        application = emulator.attested().build();
        keyGuard = new WindowsKeyGuardJNI(application, emulator.endpoint("client_id"));
    }

    @AfterClass
    public static void stop() {
        application.close();
    }

    private static byte[] create() {
        return keyGuard.createKeyGuardRsaKeyNative(WindowsKeyGuardJNI.KEY_NAME, WindowsKeyGuardJNI.KEY_SIZE_BITS);
    }

    @Test
    public void offWindowsThereIsNoKeyGuard() {
        PlatformNotSupportedException e = assertThrows(
                PlatformNotSupportedException.class,
                () -> new WindowsKeyGuardJNI().createKeyGuardRsaKeyNative("KeyGuardRSAKey", 2048));
        assertEquals(AuthenticationErrorCode.MSI_V2_KEYGUARD_UNAVAILABLE, e.errorCode());
        assertFalse(e.details().cure().isEmpty());
    }

    @Test
    public void aHandleIsSixteenRandomBytesAndStandsForOneKey() {
        byte[] first = create();
        byte[] second = create();
        assertEquals(16, first.length);
        assertFalse(Arrays.equals(first, second));
        assertEquals(256, keyGuard.signNative(first, new byte[32]).length);
        assertTrue(keyGuard.releaseKeyNative(first));
        assertFalse("twice is once", keyGuard.releaseKeyNative(first));
        assertThrows("stale", MsalClientException.class, () -> keyGuard.signNative(first, new byte[32]));
        byte[] forged = second.clone();
        forged[7] ^= 1;
        assertThrows("forged", MsalClientException.class, () -> keyGuard.signNative(forged, new byte[32]));
        assertThrows("zeros", MsalClientException.class, () -> keyGuard.signNative(new byte[16], new byte[32]));
        assertThrows("short", MsalClientException.class, () -> keyGuard.signNative(new byte[15], new byte[32]));
        assertThrows("null", MsalClientException.class, () -> keyGuard.signNative(null, new byte[32]));
        assertThrows("null", MsalClientException.class, () -> keyGuard.releaseKeyNative(null));
        for (byte[] digest : new byte[][] {null, new byte[31], new byte[33]}) {
            assertThrows("digest", MsalClientException.class, () -> keyGuard.signNative(second, digest));
        }
        assertTrue(keyGuard.releaseKeyNative(second));
    }

    @Test
    public void thereIsOneKeyOfOneSize() {
        for (Object[] row : new Object[][] {{"another", 2048}, {null, 2048}, {"KeyGuardRSAKey", 4096}}) {
            assertThrows(
                    MsalClientException.class,
                    () -> keyGuard.createKeyGuardRsaKeyNative((String) row[0], (Integer) row[1]));
        }
    }

    @Test
    public void theKeyIsAttested() {
        byte[] key = create();
        String jwt = keyGuard.getAttestationTokenNative(emulator.endpoint("attestation"), key);
        assertEquals(3, jwt.split("\\.").length);
        ManagedIdentityException e = assertThrows(
                ManagedIdentityException.class,
                () -> keyGuard.getAttestationTokenNative("https://attest.example.com", key));
        assertSame(MsiV2Exception.class, e.getClass());
        assertEquals("endpoint_not_allowed", e.errorCode());
        keyGuard.releaseKeyNative(key);
    }

    /** Checked by the openssl tool, which shares no code with ours. */
    @Test
    public void theCsrIsPemWithTheCuidAndASignatureThatHolds() throws Exception {
        byte[] key = create();
        String pem = CsrGenerator.generateCsr(new CsrMetadata(CLIENT, TENANT, "vm-1", "", ""), key);
        Process openssl = new ProcessBuilder("openssl", "req", "-verify", "-noout", "-text")
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = openssl.getOutputStream()) {
            in.write(pem.getBytes(StandardCharsets.US_ASCII));
        }
        StringBuilder said = new StringBuilder();
        BufferedReader out = new BufferedReader(new InputStreamReader(openssl.getInputStream()));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            said.append(line).append('\n');
        }
        assertEquals(said.toString(), 0, openssl.waitFor());
        for (String part : Arrays.asList("self-signature verify OK", CLIENT, TENANT, "1.3.6.1.4.1.311.90.2.10",
                "rsassaPss", "vm-1")) {
            assertTrue(part + " in " + said, said.toString().contains(part));
        }
        assertThrows(
                MsalClientException.class,
                () -> CsrGenerator.generateCsr(new CsrMetadata("no guid", TENANT, "", "", ""), key));
        keyGuard.releaseKeyNative(key);
        assertThrows(
                MsalClientException.class,
                () -> CsrGenerator.generateCsr(new CsrMetadata(CLIENT, TENANT, "", "", ""), key));
    }

    @Test
    public void theDtosSayWhatTheyWereGiven() {
        CsrMetadata metadata = new CsrMetadata(CLIENT, TENANT, "vm", "vmss", "https://a");
        assertEquals(
                Arrays.asList(CLIENT, TENANT, "vm", "vmss", "https://a"),
                Arrays.asList(metadata.clientId(), metadata.tenantId(), metadata.vmId(), metadata.vmssId(),
                        metadata.attestationEndpoint()));
        assertThrows(NullPointerException.class, () -> new CsrMetadata(null, TENANT, "", "", ""));
        IssueCertificateRequest request = IssueCertificateRequest.ofPem(
                "-----BEGIN CERTIFICATE REQUEST-----\nAB\nCD==\n-----END CERTIFICATE REQUEST-----\n", "h.p\"\\\n.s");
        assertEquals("ABCD==", request.csr());
        assertEquals(
                "{\"csr\":\"ABCD==\",\"attestation_token\":\"h.p\\\"\\\\\\u000a.s\"}", request.toJson());
        assertFalse(request.toString().contains("h.p"));
        assertEquals("{\"csr\":\"A\"}", new IssueCertificateRequest("A", "").toJson());
        assertThrows(
                MsiV2Exception.class,
                () -> new IssueCertificateResponse("!", "https://e", TENANT, CLIENT).x509Certificate());
        assertEquals(Collections.emptyList(), new MsiV2Exception("x").details().aadsts());
        assertEquals(AuthenticationErrorCode.MSI_V2_ERROR, new MsiV2Exception("x").errorCode());
    }

    @Test
    public void anIssuedCertificateIsRead() throws Exception {
        try (TokenResult token = MsiV2.obtainToken(application, "https://vault.azure.net")) {
            java.security.cert.X509Certificate leaf = token.bindingCertificate().get().chain()[0];
            String der = java.util.Base64.getEncoder().encodeToString(leaf.getEncoded());
            IssueCertificateResponse response = new IssueCertificateResponse(der, "https://e", TENANT, CLIENT);
            assertEquals(leaf, response.x509Certificate());
            assertEquals("https://e", response.mtlsAuthenticationEndpoint());
        }
    }
}
