package io.github.msiv2;

import java.io.ByteArrayOutputStream;
import java.util.Objects;

/**
 * Says which token to acquire. Immutable.
 *
 * <p>Without flags it asks for a bearer token (MSI v1). With both flags it asks for a token that is bound to an
 * attested KeyGuard key (MSI v2). {@link Builder#build} refuses flags that do not go together, before native code is
 * loaded.
 */
public final class ManagedIdentityParameters {
    private final String resource;
    private final boolean mtlsProofOfPossession;
    private final boolean withAttestationSupport;
    private final boolean allowUnattested;
    private final boolean requestOverMtls;
    private final KeyStrength minimumStrength;
    private final boolean forceRefresh;
    private final String claims;
    private final String rejectedTokenSha256;
    private volatile byte[] bytes;  // created on demand: native code is loaded for it

    private ManagedIdentityParameters(Builder builder) {
        resource = builder.resource;
        mtlsProofOfPossession = builder.mtlsProofOfPossession;
        withAttestationSupport = builder.withAttestationSupport;
        allowUnattested = builder.allowUnattested;
        requestOverMtls = builder.requestOverMtls;
        minimumStrength = builder.minimumStrength;
        forceRefresh = builder.forceRefresh;
        claims = builder.claims;
        rejectedTokenSha256 = builder.rejectedTokenSha256;
    }

    /**
     * Starts building a request.
     *
     * @param resource the resource to call, for example {@code https://vault.azure.net}
     * @return a builder with no flag set
     */
    public static Builder builder(String resource) {
        return new Builder(resource);
    }

    /** @return the resource to call */
    public String resource() {
        return resource;
    }

    /** @return true if the token is bound to this host's key */
    public boolean mtlsProofOfPossession() {
        return mtlsProofOfPossession;
    }

    /** @return true if the key has to be attested */
    public boolean withAttestationSupport() {
        return withAttestationSupport;
    }

    /** @return true if an unattested binding is accepted */
    public boolean allowUnattested() {
        return allowUnattested;
    }

    /** @return true if it is a bearer token that is requested over the bound connection */
    public boolean requestOverMtls() {
        return requestOverMtls;
    }

    /** @return the weakest key that is accepted; {@link KeyStrength#NONE} for any */
    public KeyStrength minimumStrength() {
        return minimumStrength;
    }

    /** Returns true if the request is one of MSI v2. */
    boolean isMsiV2() {
        return mtlsProofOfPossession || requestOverMtls;
    }

    /** @return true if the token cache is skipped */
    public boolean forceRefresh() {
        return forceRefresh;
    }

    /** @return the claims request, JSON; empty if there is none */
    public String claims() {
        return claims;
    }

    /** @return the SHA-256 of the token that a resource refused, hexadecimal; empty if there is none */
    public String rejectedTokenSha256() {
        return rejectedTokenSha256;
    }

    /** Returns true if the cache may have the answer. */
    boolean mayBeCached() {
        return !forceRefresh && rejectedTokenSha256.isEmpty();
    }

    /** Returns the request for native code, which must not be changed: three texts, each with a NUL, and numbers. */
    byte[] bytes() {
        byte[] known = bytes;
        if (known == null) {
            known = write();
            bytes = known;
        }
        return known;
    }

    private byte[] write() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String text : new String[] {resource, claims, rejectedTokenSha256}) {
            out.writeBytes(Bridge.utf8(text));
            out.write(0);
        }
        int[] numbers = {
            Numbers.REQUEST_MTLS_POP, mtlsProofOfPossession ? 1 : 0,
            Numbers.REQUEST_ATTESTATION, withAttestationSupport ? 1 : 0,
            Numbers.REQUEST_ALLOW_UNATTESTED, allowUnattested ? 1 : 0,
            Numbers.REQUEST_OVER_MTLS, requestOverMtls ? 1 : 0,
            Numbers.REQUEST_MINIMUM_STRENGTH, minimumStrength.number(),
            Numbers.REQUEST_FORCE_REFRESH, forceRefresh ? 1 : 0,
        };
        out.write(numbers.length / 2);
        for (int number : numbers) {
            out.write(number);  // each fits a byte
        }
        return out.toByteArray();
    }

    /** Collects the parts of a request. For use by one thread at a time. */
    public static final class Builder {
        private final String resource;
        private boolean mtlsProofOfPossession;
        private boolean withAttestationSupport;
        private boolean allowUnattested;
        private boolean requestOverMtls;
        private KeyStrength minimumStrength = KeyStrength.NONE;
        private boolean forceRefresh;
        private String claims = "";
        private String rejectedTokenSha256 = "";

        private Builder(String resource) {
            this.resource = resource;
        }

        /**
         * Asks for a token of type {@code mtls_pop}.
         *
         * @param value false unless set
         * @return this
         */
        public Builder mtlsProofOfPossession(boolean value) {
            mtlsProofOfPossession = value;
            return this;
        }

        /**
         * Has the key attested, which needs KeyGuard and proof of possession.
         *
         * @param value false unless set
         * @return this
         */
        public Builder withAttestationSupport(boolean value) {
            withAttestationSupport = value;
            return this;
        }

        /**
         * Accepts an unattested binding, on the strongest key of this host.
         *
         * @param value false unless set
         * @return this
         */
        public Builder allowUnattested(boolean value) {
            allowUnattested = value;
            return this;
        }

        /**
         * Asks for a bearer token by MSI v2, over the connection that the key authenticates. It excludes proof of
         * possession, and needs attestation or an accepted unattested binding as that does.
         *
         * @param value false unless set
         * @return this
         */
        public Builder requestOverMtls(boolean value) {
            requestOverMtls = value;
            return this;
        }

        /**
         * Sets the weakest key that is accepted. A host that has only weaker keys is an error.
         *
         * @param value {@link KeyStrength#NONE} unless set
         * @return this
         */
        public Builder minimumStrength(KeyStrength value) {
            minimumStrength = Objects.requireNonNull(value, "minimumStrength");
            return this;
        }

        /**
         * Skips the token cache.
         *
         * @param value false unless set
         * @return this
         */
        public Builder forceRefresh(boolean value) {
            forceRefresh = value;
            return this;
        }

        /**
         * Adds a claims request, for example from a resource's 401.
         *
         * @param value JSON; null or empty for none
         * @return this
         */
        public Builder claims(String value) {
            claims = value == null ? "" : value;
            return this;
        }

        /**
         * Names a token that a resource refused. The caches never return it again, whatever the claims.
         *
         * @param value SHA-256 of the token's text, 64 hexadecimal digits; null or empty for none
         * @return this
         */
        public Builder rejectedTokenSha256(String value) {
            rejectedTokenSha256 = value == null ? "" : value;
            return this;
        }

        /**
         * Checks the request and builds it.
         *
         * @return the request
         * @throws MsalClientException if there is no resource, or for flags that do not go together
         */
        public ManagedIdentityParameters build() {
            if (resource == null || resource.trim().isEmpty()) {
                throw invalid("there is no resource", Option.RESOURCE);
            }
            checkFlags(mtlsProofOfPossession || requestOverMtls);
            return new ManagedIdentityParameters(this);
        }

        private void checkFlags(boolean msiV2) {
            if (mtlsProofOfPossession && requestOverMtls) {
                throw invalid("mtlsProofOfPossession and requestOverMtls exclude each other", Option.MTLS_PROOF_OF_POSSESSION);
            }
            if (withAttestationSupport && !msiV2) {
                throw new MsalClientException(
                        "withAttestationSupport needs mtlsProofOfPossession",
                        AuthenticationErrorCode.MSI_V2_ATTESTATION_REQUIRES_POP,
                        ErrorDetails.about(Option.WITH_ATTESTATION_SUPPORT));
            }
            if (msiV2 && !withAttestationSupport && !allowUnattested) {
                throw new MsalClientException(
                        (requestOverMtls ? "requestOverMtls" : "mtlsProofOfPossession")
                                + " needs withAttestationSupport, or allowUnattested",
                        AuthenticationErrorCode.MSI_V2_POP_REQUIRES_ATTESTATION,
                        ErrorDetails.about(requestOverMtls ? Option.REQUEST_OVER_MTLS : Option.MTLS_PROOF_OF_POSSESSION));
            }
            if (allowUnattested && !msiV2) {
                throw invalid("allowUnattested does nothing without mtlsProofOfPossession", Option.ALLOW_UNATTESTED);
            }
            if (minimumStrength != KeyStrength.NONE && !msiV2) {
                throw invalid("minimumStrength does nothing without mtlsProofOfPossession", Option.MINIMUM_STRENGTH);
            }
        }

        private static MsalClientException invalid(String message, Option option) {
            return new MsalClientException(message, AuthenticationErrorCode.INVALID_REQUEST, ErrorDetails.about(option));
        }
    }
}
