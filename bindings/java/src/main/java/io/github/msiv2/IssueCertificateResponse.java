package io.github.msiv2;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Objects;

/** The answer of {@code /metadata/identity/issuecredential}. Immutable. */
public final class IssueCertificateResponse {
    private final String certificate;
    private final String mtlsAuthenticationEndpoint;
    private final String tenantId;
    private final String clientId;

    /**
     * Takes the members of the answer.
     *
     * @param certificate {@code certificate}, base64 of its DER
     * @param mtlsAuthenticationEndpoint {@code mtls_authentication_endpoint}
     * @param tenantId {@code tenant_id}
     * @param clientId {@code client_id}
     */
    public IssueCertificateResponse(
            String certificate, String mtlsAuthenticationEndpoint, String tenantId, String clientId) {
        this.certificate = Objects.requireNonNull(certificate, "certificate");
        this.mtlsAuthenticationEndpoint =
                Objects.requireNonNull(mtlsAuthenticationEndpoint, "mtlsAuthenticationEndpoint");
        this.tenantId = Objects.requireNonNull(tenantId, "tenantId");
        this.clientId = Objects.requireNonNull(clientId, "clientId");
    }

    /** @return the certificate, base64 of its DER */
    public String certificate() {
        return certificate;
    }

    /** @return the endpoint that issues the token */
    public String mtlsAuthenticationEndpoint() {
        return mtlsAuthenticationEndpoint;
    }

    /** @return the tenant of the identity */
    public String tenantId() {
        return tenantId;
    }

    /** @return the client id of the identity */
    public String clientId() {
        return clientId;
    }

    /**
     * Parses the certificate. It checks nothing else.
     *
     * @return the certificate
     * @throws MsiV2Exception if it is not a certificate
     */
    public X509Certificate x509Certificate() {
        try {
            byte[] der = Base64.getDecoder().decode(certificate);
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | IllegalArgumentException e) {
            throw new MsiV2Exception("the answer's certificate is none: " + e.getMessage(), "invalid_certificate");
        }
    }
}
