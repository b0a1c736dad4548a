package io.github.msiv2;

/**
 * Attests keys, for {@link ManagedIdentityApplication.Builder#attestor}. Native code calls it on any thread, with one
 * call of an application at a time. It must not call the application or wait for its calls.
 */
public interface Attestor {
    /** @return true for an emulator's attestor only: it takes emulated keys */
    default boolean acceptsEmulatedKeys() {
        return false;
    }

    /**
     * Has the key attested.
     *
     * @param call what to attest, and how long the caller waits; usable until this method returns
     * @return the JWT of the attestation service, a secret
     * @throws Exception if the key is not attested; see {@link CallbackException}
     */
    String attest(AttestationCall call) throws Exception;
}
