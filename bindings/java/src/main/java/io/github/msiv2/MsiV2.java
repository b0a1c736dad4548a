package io.github.msiv2;

/**
 * The flow of seven steps: metadata from IMDS, KeyGuard key, CSR, attestation, certificate from IMDS, check of the
 * certificate, token over mTLS. The steps run in native code, with its caches and renewals.
 */
public final class MsiV2 {
    private MsiV2() {}

    /**
     * Acquires a token that is bound to an attested KeyGuard key. It blocks.
     *
     * @param application whose options and caches it uses
     * @param resource for example {@code https://vault.azure.net}
     * @return the token, which the caller closes
     * @throws MsiV2Exception if the flow fails; nothing weaker is tried
     * @throws MsalClientException if there is no resource
     * @throws IllegalStateException if the application is closed
     */
    public static TokenResult obtainToken(ManagedIdentityApplication application, String resource) {
        return application.acquire(ManagedIdentityParameters.builder(resource)
                .mtlsProofOfPossession(true)
                .withAttestationSupport(true)
                .build());
    }

    /**
     * Returns the version of the native library.
     *
     * @return for example {@code "0.1.0"}
     * @throws MsiV2Exception if the library cannot be loaded
     */
    public static String version() {
        NativeLibrary.require();
        return Bridge.text(Bridge.version());
    }
}
