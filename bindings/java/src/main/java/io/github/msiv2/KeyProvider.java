package io.github.msiv2;

/**
 * A keystore of the application, for {@link ManagedIdentityApplication.Builder#keyProvider}. Native code calls it on any
 * thread, with one call of {@link #getOrCreate} at a time. It must not call the application or wait for its calls.
 */
public interface KeyProvider {
    /** @return the name for messages */
    String name();

    /** @return the strength of its keys; applications ask their strongest provider first */
    KeyStrength strength();

    /**
     * Gets the key, or creates it.
     *
     * @return a key of {@link #strength}
     * @throws Exception if it cannot give a key; see {@link CallbackException}
     */
    SigningKey getOrCreate() throws Exception;

    /**
     * Forgets a key of this provider that stopped signing. It may be called while {@link #getOrCreate} runs.
     *
     * @param key from {@link #getOrCreate}
     */
    default void discard(SigningKey key) {}
}
