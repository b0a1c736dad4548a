package io.github.msiv2;

import java.util.Objects;

/** Acquires tokens in one blocking call. Safe for use by many threads. */
public final class ManagedIdentityClient implements AutoCloseable {
    private final ManagedIdentityApplication application;

    /**
     * Creates a client for the host's own identity.
     *
     * @throws MsiV2Exception if the native library cannot be loaded
     */
    public ManagedIdentityClient() {
        this(ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned()).build());
    }

    /**
     * Creates a client with the options of an application. Closing the client closes the application.
     *
     * @param application an application that nothing else closes
     */
    public ManagedIdentityClient(ManagedIdentityApplication application) {
        this.application = Objects.requireNonNull(application, "application");
    }

    /**
     * Acquires a token: bound and attested with both flags, a bearer token with none.
     *
     * @param resource for example {@code https://vault.azure.net}
     * @param mtlsProofOfPossession true to bind the token to this host's key
     * @param withAttestationSupport true to attest the key; each of the two flags requires the other
     * @return the token, which the caller closes
     * @throws MsalClientException for flags that do not go together, before native code is called
     * @throws MsiV2Exception if both flags are set and the flow fails; nothing weaker is tried
     * @throws ManagedIdentityException if no flag is set and the request fails
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
