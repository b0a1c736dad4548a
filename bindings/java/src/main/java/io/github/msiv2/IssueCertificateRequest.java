package io.github.msiv2;

import java.util.Objects;

/** The request to {@code /metadata/identity/issuecredential}. Immutable. */
public final class IssueCertificateRequest {
    private final String csr;
    private final String attestationToken;

    /**
     * Takes the members of the request.
     *
     * @param csr the PKCS#10 request, base64 of its DER
     * @param attestationToken the JWT, a secret; empty without attestation
     */
    public IssueCertificateRequest(String csr, String attestationToken) {
        this.csr = Objects.requireNonNull(csr, "csr");
        this.attestationToken = Objects.requireNonNull(attestationToken, "attestationToken");
    }

    /**
     * Takes a request in PEM.
     *
     * @param csrPem from {@link CsrGenerator#generateCsr}
     * @param attestationToken the JWT, a secret; empty without attestation
     * @return the request
     */
    public static IssueCertificateRequest ofPem(String csrPem, String attestationToken) {
        return new IssueCertificateRequest(csrPem.replaceAll("-----[^-]+-----|\\s", ""), attestationToken);
    }

    /** @return the PKCS#10 request, base64 of its DER */
    public String csr() {
        return csr;
    }

    /** @return the attestation JWT, a secret; may be empty */
    public String attestationToken() {
        return attestationToken;
    }

    /** @return the body of the request */
    public String toJson() {
        String token = attestationToken.isEmpty() ? "" : ",\"attestation_token\":" + quote(attestationToken);
        return "{\"csr\":" + quote(csr) + token + "}";
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** Returns a text without the JWT. */
    @Override
    public String toString() {
        return "IssueCertificateRequest" + (attestationToken.isEmpty() ? "" : " with attestation");
    }
}
