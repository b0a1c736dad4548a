package io.github.msiv2;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/** The key of a bound token in Java's own TLS and JCA. */
public class TlsTest {
    @ClassRule
    public static final EmulatorProcess emulator = new EmulatorProcess();

    private static ManagedIdentityApplication application;
    private static TokenResult token;
    private static BindingCertificate certificate;

    @BeforeClass
    public static void start() throws Exception {
        application = emulator.attested().build();
        token = MsiV2.obtainToken(application, "https://vault.azure.net");
        certificate = token.bindingCertificate().get();
    }

    @AfterClass
    public static void stop() {
        application.close();
    }

    private static URI secret() {
        return URI.create(emulator.endpoint("resource") + "/secrets/a");
    }

    private static HttpResponse<String> get(SSLContext context, String protocol) throws Exception {
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        HttpClient client = HttpClient.newBuilder().sslContext(context).sslParameters(parameters).build();
        HttpRequest request =
                HttpRequest.newBuilder(secret()).header("Authorization", token.authorizationHeader()).build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(protocol, answer.sslSession().get().getProtocol());
        return answer;
    }

    @Test
    public void httpClientCallsTheResourceOnBothVersionsOfTls() throws Exception {
        for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
            HttpResponse<String> answer = get(certificate.sslContext(emulator.anchors()), protocol);
            assertEquals(protocol + ": " + answer.body(), 200, answer.statusCode());
        }
    }

    // N14.
    @Test
    public void aKeyManagerIsEnoughForATlsStackThatTakesNoContext() throws Exception {
        X509ExtendedKeyManager manager = new BoundKeyManager(certificate);
        String alias = manager.chooseEngineClientAlias(new String[] {"EC", "RSA"}, null, null);
        assertArrayEquals(certificate.chain(), manager.getCertificateChain(alias));
        assertSame(certificate.privateKey(), manager.getPrivateKey(alias));
        assertNull("no key of another type", manager.chooseEngineClientAlias(new String[] {"EC"}, null, null));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(emulator.anchors());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {manager}, trust.getTrustManagers(), null);
        assertEquals(200, get(context, "TLSv1.3").statusCode());
    }

    @Test
    public void httpsUrlConnectionCallsTheResource() throws Exception {
        for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
            HttpsURLConnection connection =
                    (HttpsURLConnection) new URL(secret().toString()).openConnection();
            connection.setSSLSocketFactory(
                    new OneProtocol(certificate.sslContext(emulator.anchors()).getSocketFactory(), protocol));
            connection.setRequestProperty("Authorization", token.authorizationHeader());
            assertEquals(protocol, 200, connection.getResponseCode());
            connection.disconnect();
        }
    }

    @Test
    public void withoutTheCertificateTheTokenIsWorthNothing() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(emulator.anchors());
        context.init(null, trust.getTrustManagers(), null);
        for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
            assertEquals(protocol, 401, get(context, protocol).statusCode());
        }
    }

    @Test
    public void theKeySignsByTheProviderAndTheJvmVerifies() throws Exception {
        BoundKeyProvider.register();
        byte[] message = "signed".getBytes(StandardCharsets.UTF_8);
        PublicKey publicKey = certificate.chain()[0].getPublicKey();
        for (String algorithm : new String[] {"SHA256withRSA", "SHA384withRSA", "SHA512withRSA"}) {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(certificate.privateKey());
            assertEquals("msiv2", signer.getProvider().getName());
            signer.update(message);
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(message);
            assertTrue(algorithm, verifier.verify(signer.sign()));
        }
        for (int bits : new int[] {256, 384, 512}) {
            String digest = "SHA-" + bits;
            PSSParameterSpec pss = new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), bits / 8, 1);
            Signature signer = Signature.getInstance("RSASSA-PSS", "msiv2");
            signer.setParameter(pss);
            signer.initSign(certificate.privateKey());
            signer.update(message);
            Signature verifier = Signature.getInstance("RSASSA-PSS");
            verifier.setParameter(pss);
            verifier.initVerify(publicKey);
            verifier.update(message);
            assertTrue(digest, verifier.verify(signer.sign()));
        }
    }

    /** A digest that changed during a signature would sign less than was given. */
    @Test
    public void parametersDoNotChangeWhileASignatureIsUnderWay() throws Exception {
        BoundKeyProvider.register();
        PSSParameterSpec other = new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1);
        Signature signer = Signature.getInstance("RSASSA-PSS", "msiv2");
        signer.initSign(certificate.privateKey());
        signer.update((byte) 1);
        assertThrows(InvalidAlgorithmParameterException.class, () -> signer.setParameter(other));
        signer.sign();
        signer.setParameter(other);
        signer.update((byte) 1);
        Signature verifier = Signature.getInstance("RSASSA-PSS");
        verifier.setParameter(other);
        verifier.initVerify(certificate.chain()[0].getPublicKey());
        verifier.update((byte) 1);
        assertTrue(verifier.verify(signer.sign()));
    }

    @Test
    public void aClosedCertificateSignsNoMore() throws Exception {
        try (TokenResult bound = MsiV2.obtainToken(application, "https://storage.azure.com")) {
            BindingCertificate closed = bound.bindingCertificate().get();
            closed.close();
            closed.close();
            BoundKeyProvider.register();
            Signature signer = Signature.getInstance("SHA256withRSA");
            signer.initSign(closed.privateKey());
            signer.update((byte) 1);
            assertThrows(SignatureException.class, signer::sign);
        }
    }

    @Test
    public void thereIsNoOtherWayToUseTheKey() throws Exception {
        assertNull(certificate.privateKey().getEncoded());
        assertNull(certificate.privateKey().getFormat());
        assertThrows(
                NotSerializableException.class,
                () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(certificate.privateKey()));
        BoundKeyProvider.register();
        Signature signer = Signature.getInstance("RSASSA-PSS", "msiv2");
        assertThrows(
                InvalidAlgorithmParameterException.class,
                () -> signer.setParameter(
                        new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 20, 1)));
        assertThrows(
                InvalidAlgorithmParameterException.class,
                () -> signer.setParameter(new PSSParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, 20, 1)));
        assertThrows(SignatureException.class, () -> Signature.getInstance("SHA256withRSA", "msiv2").sign());
    }

    /** Another class loader, for example of a web application, has registered the name first. */
    @Test
    public void aProviderOfAnotherClassLoaderIsNoObstacle() throws Exception {
        Security.removeProvider(BoundKeyProvider.NAME);
        Security.addProvider(new Foreign());
        try {
            assertEquals(200, get(certificate.sslContext(emulator.anchors()), "TLSv1.3").statusCode());
        } finally {
            for (Provider provider : Security.getProviders()) {
                if (provider.getName().startsWith(BoundKeyProvider.NAME)) {
                    Security.removeProvider(provider.getName());
                }
            }
            BoundKeyProvider.register();
        }
        assertEquals(200, get(certificate.sslContext(emulator.anchors()), "TLSv1.3").statusCode());
        Provider[] providers = Security.getProviders();
        assertEquals("behind all others", BoundKeyProvider.NAME, providers[providers.length - 1].getName());
    }

    private static final class Foreign extends Provider {
        private static final long serialVersionUID = 1L;

        Foreign() {
            super(BoundKeyProvider.NAME, "1.0", "of another class loader");
        }
    }

    /** Parameters before the key select a provider that cannot know the key; the JDK does the same. */
    @Test
    public void withoutTheProvidersNameTheKeyComesBeforeTheParameters() throws Exception {
        PSSParameterSpec pss = new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);
        BoundKeyProvider.register();
        Signature signer = Signature.getInstance("RSASSA-PSS");
        signer.initSign(certificate.privateKey());
        signer.setParameter(pss);
        signer.update((byte) 1);
        Signature verifier = Signature.getInstance("RSASSA-PSS");
        verifier.setParameter(pss);
        verifier.initVerify(certificate.chain()[0].getPublicKey());
        verifier.update((byte) 1);
        assertTrue(verifier.verify(signer.sign()));
    }

    @Test
    public void ordinaryKeysGoToTheJvmsOwnProviders() throws Exception {
        BoundKeyProvider.register();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        Signature signer = Signature.getInstance("SHA256withRSA");
        signer.initSign(pair.getPrivate());
        assertEquals("SunRsaSign", signer.getProvider().getName());
        assertThrows(
                java.security.InvalidKeyException.class,
                () -> Signature.getInstance("SHA256withRSA", "msiv2").initSign(pair.getPrivate()));
    }

    @Test
    public void theKeyOutlivesItsTokenAndItsApplication() throws Exception {
        BindingCertificate kept;
        try (ManagedIdentityApplication other = emulator.attested().build();
                TokenResult bound = MsiV2.obtainToken(other, "https://storage.azure.com")) {
            kept = bound.bindingCertificate().get();
        }
        BoundKeyProvider.register();
        Signature signer = Signature.getInstance("SHA256withRSA");
        signer.initSign(kept.privateKey());
        signer.update((byte) 1);
        assertEquals(256, signer.sign().length);
        kept.chain()[0] = null;
        assertNotNull("a copy each time", kept.chain()[0]);
    }
}
