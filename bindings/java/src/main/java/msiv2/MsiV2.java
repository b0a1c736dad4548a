package msiv2;

/**
 * MsiV2 is the flow of seven steps: metadata from IMDS, KeyGuard key, CSR, attestation, certificate from IMDS, its check,
 * token over mTLS. The steps run in native code, with its caches and renewals.
 */
public final class MsiV2 {
    private MsiV2() {}

    /**
     * obtainToken gets a token that is bound to an attested KeyGuard key. It blocks.
     *
     * @param application whose options and caches it uses
     * @param resource for example {@code https://vault.azure.net}
     * @return the token, to be closed
     * @throws MsiV2Exception when the flow fails; nothing weaker is tried
     * @throws MsalClientException where there is no resource
     * @throws IllegalStateException when the application is closed
     */
    public static TokenResult obtainToken(ManagedIdentityApplication application, String resource) {
        return application.acquire(ManagedIdentityParameters.builder(resource)
                .mtlsProofOfPossession(true)
                .withAttestationSupport(true)
                .build());
    }
}
