package msiv2;

import java.util.Objects;

/** ManagedIdentityClient gets tokens in one call that blocks. Safe for use by many threads. */
public final class ManagedIdentityClient implements AutoCloseable {
    private final ManagedIdentityApplication application;

    /**
     * ManagedIdentityClient makes a client for the host's own identity.
     *
     * @throws MsiV2Exception where the native library cannot be loaded
     */
    public ManagedIdentityClient() {
        this(ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned()).build());
    }

    /**
     * ManagedIdentityClient makes a client with the options of an application, which it closes with itself.
     *
     * @param application an application that nobody else closes
     */
    public ManagedIdentityClient(ManagedIdentityApplication application) {
        this.application = Objects.requireNonNull(application, "application");
    }

    /**
     * acquireTokenForClient gets a token: bound and attested with both flags, a bearer token with none.
     *
     * @param resource for example {@code https://vault.azure.net}
     * @param mtlsProofOfPossession whether it is to be bound to this host's key
     * @param withAttestationSupport whether the key has to be attested; needs mtlsProofOfPossession, and the other way
     *     round
     * @return the token, to be closed
     * @throws MsalClientException for flags that do not go together, before native code is called
     * @throws MsiV2Exception where both flags are set and the flow fails; nothing weaker is tried
     * @throws ManagedIdentityException where no flag is set and the request fails
     */
    public TokenResult acquireTokenForClient(
            String resource, boolean mtlsProofOfPossession, boolean withAttestationSupport) {
        return application.acquire(ManagedIdentityParameters.builder(resource)
                .mtlsProofOfPossession(mtlsProofOfPossession)
                .withAttestationSupport(withAttestationSupport)
                .build());
    }

    @Override
    public void close() {
        application.close();
    }
}
