package io.github.msiv2;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The certificate of a bound token, and its key. No method returns the key itself: it signs where it is stored. The
 * certificate outlives its token and its application, until it is closed or becomes unreachable. Safe for use by many
 * threads.
 */
public final class BindingCertificate implements AutoCloseable {
    private final List<X509Certificate> chain = new ArrayList<>();
    private final String x5tS256;
    private final String strength;
    private final String whyNotStronger;
    private final String leafPem;
    private final Instant notBefore;
    private final Instant notAfter;
    private final BoundPrivateKey privateKey;

    BindingCertificate(long number) {
        try (Handle certificate = new Handle(number)) {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            long size = number(certificate, Numbers.CERTIFICATE_CHAIN_SIZE);
            for (int i = 0; i < size; ++i) {
                int index = i;
                byte[] der = certificate.with(c -> Bridge.certificateOfChain(c, index));
                chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
            x5tS256 = text(certificate, Numbers.CERTIFICATE_X5T_S256);
            strength = text(certificate, Numbers.CERTIFICATE_STRENGTH_LABEL);
            whyNotStronger = text(certificate, Numbers.CERTIFICATE_WHY_NOT_STRONGER);
            leafPem = text(certificate, Numbers.CERTIFICATE_LEAF_PEM);
            notBefore = Instant.ofEpochSecond(number(certificate, Numbers.CERTIFICATE_NOT_BEFORE));
            notAfter = Instant.ofEpochSecond(number(certificate, Numbers.CERTIFICATE_NOT_AFTER));
            privateKey = new BoundPrivateKey(new Handle(certificate.with(Bridge::certificateKey)));
        } catch (CertificateException e) {
            throw new MsiV2Exception("this JVM cannot read the certificate: " + e.getMessage(), "invalid_certificate");
        }
    }

    private static String text(Handle certificate, int field) {
        return Bridge.text(certificate.with(c -> Bridge.certificateBytes(c, field)));
    }

    private static long number(Handle certificate, int field) {
        return certificate.with(c -> Bridge.certificateNumber(c, field));
    }

    /** @return the leaf first, then its issuers */
    public X509Certificate[] chain() {
        return chain.toArray(new X509Certificate[0]);
    }

    /** @return base64url(SHA-256(leaf)), which the token carries (RFC 8705) */
    public String x5tS256() {
        return x5tS256;
    }

    /** @return how the key is protected, human-readable, for example {@code "keyguard"} */
    public String strength() {
        return strength;
    }

    /** @return why no stronger key was created, human-readable; may be empty */
    public String whyNotStronger() {
        return whyNotStronger;
    }

    /** @return the leaf in PEM */
    public String leafPem() {
        return leafPem;
    }

    /** @return when the leaf begins to be valid */
    public Instant notBefore() {
        return notBefore;
    }

    /** @return when the leaf ends */
    public Instant notAfter() {
        return notAfter;
    }

    /** @return the key, which has no encoding and signs through the provider {@link BoundKeyProvider} */
    public BoundPrivateKey privateKey() {
        return privateKey;
    }

    /** @return a key manager with only this certificate, for an SSLContext that the caller creates */
    public BoundKeyManager keyManager() {
        return new BoundKeyManager(this);
    }

    /**
     * Returns a new context that presents this certificate, and trusts what the JVM trusts.
     *
     * @return for example for {@code HttpClient.newBuilder().sslContext(...)}
     */
    public SSLContext sslContext() {
        return sslContext(null);
    }

    /**
     * Returns a new context that presents this certificate.
     *
     * @param anchors the certificates that it trusts; null for those of the JVM
     * @return for example for {@code HttpClient.newBuilder().sslContext(...)}
     */
    public SSLContext sslContext(KeyStore anchors) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(anchors);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keyManager()}, trust.getTrustManagers(), null);
            return context;
        } catch (NoSuchAlgorithmException | KeyManagementException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the trust anchors cannot be used", e);
        }
    }

    /** Releases the key: it signs no more, but open connections continue. Closing it again has no effect. */
    @Override
    public void close() {
        privateKey.handle().close();
    }
}
