package io.github.msiv2;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** Keystores and attestors of an application, in Java. */
public class CallbackTest {
    private static final String RESOURCE = "https://vault.azure.net";
    @ClassRule
    @Rule
    public static final EmulatorProcess emulator = new EmulatorProcess("--require-attestation");

    private JavaKeyGuard keyGuard;
    private JavaAttestor attestor;

    @Before
    public void create() throws Exception {
        keyGuard = new JavaKeyGuard();
        attestor = new JavaAttestor(emulator);
    }

    private ManagedIdentityApplication.Builder builder() {
        return emulator.plain().keyProvider(keyGuard).attestor(attestor);
    }

    private static ManagedIdentityParameters.Builder attested() {
        return ManagedIdentityParameters.builder(RESOURCE).mtlsProofOfPossession(true).withAttestationSupport(true);
    }

    private ManagedIdentityException failure(boolean attested) {
        ManagedIdentityParameters request = ManagedIdentityParameters.builder(RESOURCE)
                .mtlsProofOfPossession(true)
                .withAttestationSupport(attested)
                .allowUnattested(!attested)
                .build();
        try (ManagedIdentityApplication application = builder().retries(false).build()) {
            ExecutionException failed = assertThrows(
                    ExecutionException.class, () -> application.acquireTokenForManagedIdentity(request).get());
            return (ManagedIdentityException) failed.getCause();
        }
    }

    // B10.
    @Test
    public void aKeystoreAndAnAttestorInJavaBindATokenOnTheEmulator() throws Exception {
        try (ManagedIdentityApplication application = builder().build();
                TokenResult token = application.acquireTokenForManagedIdentity(attested().build()).get();
                ResourceClient client = new ResourceClient(application)) {
            assertTrue(token.attested());
            assertTrue(token.bindingVerified());
            assertEquals(KeyStrength.KEYGUARD, token.keyStrength());
            assertEquals(KeyOrigin.EMULATED, token.keyOrigin());
            BoundPrivateKey key = token.bindingCertificate().get().privateKey();
            assertEquals(keyGuard.getOrCreate().publicKey().getModulus(), key.getModulus());
            ResourceClient.Response answer = client.send(
                    token, "GET", emulator.endpoint("resource") + "/secrets/a", Collections.emptyMap(), new byte[0]);
            assertEquals(new String(answer.body(), StandardCharsets.UTF_8), 200, answer.status());
        }
    }

    @Test
    public void anAttestorIsToldWhatToAttestUntilItReturns() throws Exception {
        try (ManagedIdentityApplication application = builder().build()) {
            application.acquireTokenForManagedIdentity(attested().build()).get().close();
            AttestationCall call = attestor.last;
            assertEquals(emulator.endpoint("attestation"), call.endpoint());
            assertEquals(emulator.endpoint("client_id"), call.clientId());
            assertFalse("on a thread of the library", attestor.lastThread.getName().equals("msiv2"));
            assertTrue("which keeps no JVM alive", attestor.lastThread.isDaemon());
            assertThrows(IllegalStateException.class, () -> call.key().publicKey());
            assertThrows(IllegalStateException.class, call::isCanceled);
            assertThrows(IllegalStateException.class, call::timeLeft);
        }
    }

    @Test
    public void anAttestorSeesThatItsCallerHasGivenUp() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch seen = new CountDownLatch(1);
        Attestor waits = new Attestor() {
            @Override
            public boolean acceptsEmulatedKeys() {
                return true;
            }

            @Override
            public String attest(AttestationCall call) throws CallbackException {
                assertFalse(call.isCanceled() || call.timeLeft().isNegative());
                asked.countDown();
                while (!call.isCanceled()) {
                    Thread.yield();
                }
                seen.countDown();
                throw new CallbackException("canceled", 0, false);
            }
        };
        try (ManagedIdentityApplication application = emulator.plain().keyProvider(keyGuard).attestor(waits).build()) {
            CompletableFuture<TokenResult> call = application.acquireTokenForManagedIdentity(attested().build());
            asked.await();
            assertTrue(call.cancel(true));
            seen.await();
        }
    }

    /** A message may hold a secret, so only that of a CallbackException is shown. */
    @Test
    public void whyACallbackFailsIsInTheError() {
        Exception told = new CallbackException("it is closed on Sundays", 4712, false);
        Exception thrown = new IllegalStateException("password=hunter2");
        for (boolean ofKeystore : new boolean[] {true, false}) {
            for (Exception refusal : new Exception[] {told, thrown}) {
                keyGuard.refusal = ofKeystore ? refusal : null;
                attestor.refusal = ofKeystore ? null : refusal;
                ManagedIdentityException e = failure(!ofKeystore);
                assertEquals(ofKeystore ? "key_creation_failed" : "attestation_failed", e.errorCode());
                String expected = refusal == told ? told.getMessage() : "java.lang.IllegalStateException";
                assertTrue(e.getMessage(), e.getMessage().contains(expected));
                assertFalse(e.line(), e.line().contains("hunter2"));
                assertEquals(refusal == told ? 4712 : 0, e.details().nativeCode());
                assertEquals(refusal != told, e.details().retryable());
            }
        }
    }

    @Test
    public void whatIsNotAKeyIsRefused() {
        keyGuard.refusal = new CallbackException("\0 a NUL", 1, true);
        assertTrue(failure(false).getMessage().contains("a NUL"));
        JavaKeyGuard none = new JavaKeyGuard() {
            @Override
            public SigningKey getOrCreate() {
                return null;
            }
        };
        keyGuard = none;
        ManagedIdentityException e = failure(false);
        assertEquals("key_creation_failed", e.errorCode());
        assertTrue(e.getMessage(), e.getMessage().contains("NullPointerException"));
    }

    @Test
    public void aKeyThatStopsSigningIsDiscarded() throws Exception {
        try (ManagedIdentityApplication application = builder().build()) {
            SigningKey dead = keyGuard.getOrCreate();
            keyGuard.refusalToSign = new CallbackException("the key is gone", 1, true);
            try (TokenResult token = application.acquireTokenForManagedIdentity(attested().build()).get()) {
                assertEquals(Collections.singletonList(dead), keyGuard.discarded);
                assertNotEquals(dead.publicKey(), token.bindingCertificate().get().privateKey().publicKey());
            }
        }
    }

    @Test
    public void eachFormOfSignatureOfAJavaKeyHolds() throws Exception {
        try (ManagedIdentityApplication application = builder().build()) {
            BoundPrivateKey key = BoundPrivateKey.create(application, KeyStrength.KEYGUARD);
            assertEquals(KeyStrength.KEYGUARD, key.strength());
            assertEquals(KeyOrigin.EMULATED, key.origin());
            assertEquals(0, key.nativeHandle());
            byte[] text = {1, 2, 3};
            for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
                byte[] digest = java.security.MessageDigest.getInstance(algorithm.standardName()).digest(text);
                java.security.Signature pkcs1 =
                        java.security.Signature.getInstance(algorithm.name() + "withRSA", "SunRsaSign");
                pkcs1.initVerify(key.publicKey());
                pkcs1.update(text);
                assertTrue(pkcs1.verify(key.sign(SignaturePadding.PKCS1, algorithm, digest)));
                java.security.Signature pss = java.security.Signature.getInstance("RSASSA-PSS", "SunRsaSign");
                pss.setParameter(new java.security.spec.PSSParameterSpec(
                        algorithm.standardName(), "MGF1",
                        new java.security.spec.MGF1ParameterSpec(algorithm.standardName()), algorithm.size(), 1));
                pss.initVerify(key.publicKey());
                pss.update(text);
                assertTrue(pss.verify(key.sign(SignaturePadding.PSS, algorithm, digest)));
            }
            assertThrows(
                    MsalClientException.class,
                    () -> key.sign(SignaturePadding.PSS, DigestAlgorithm.SHA384, new byte[32]));
            key.destroy();
            assertTrue(key.isDestroyed());
            assertThrows(
                    IllegalStateException.class,
                    () -> key.sign(SignaturePadding.PSS, DigestAlgorithm.SHA256, new byte[32]));
        }
    }

    @Test
    public void whatAnApplicationCalledIsReleasedWithIt() throws Exception {
        builder().build().close();
        try (ManagedIdentityApplication application = builder().build()) {
            application.acquireTokenForManagedIdentity(attested().build()).get().close();
        }
        WeakReference<JavaKeyGuard> keystore = new WeakReference<>(keyGuard);
        WeakReference<JavaAttestor> attests = new WeakReference<>(attestor);
        keyGuard = null;
        attestor = null;
        while (keystore.get() != null || attests.get() != null) {
            System.gc();
            Thread.yield();
        }
    }

    @Test
    public void aBuilderTakesNoNull() {
        ManagedIdentityApplication.Builder builder = emulator.plain();
        assertThrows(NullPointerException.class, () -> builder.keyProvider(null));
        assertThrows(NullPointerException.class, () -> builder.attestor(null));
        assertThrows(NullPointerException.class, () -> builder.observer(null));
        assertThrows(NullPointerException.class, () -> builder.log(null, false, false));
        assertThrows(NullPointerException.class, () -> builder.logger(null, System.Logger.Level.INFO));
        assertSame(builder, builder.observer(event -> {}));
    }
}
