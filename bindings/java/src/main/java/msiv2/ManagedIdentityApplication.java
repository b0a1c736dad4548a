package msiv2;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * Acquires tokens for a managed identity of this host. It caches tokens and certificates in memory and renews them in
 * the background; applications of one process share them. Safe for use by many threads.
 */
public final class ManagedIdentityApplication implements AutoCloseable {
    // Daemon threads, so that a call under way does not keep the JVM alive; they end when idle.
    private static final Executor THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "msiv2");
        thread.setDaemon(true);
        return thread;
    });

    private final Handle options;
    private final Handle client;
    private final Executor executor;
    private final long timeoutMs;
    private final Set<TokenFuture> futures = ConcurrentHashMap.newKeySet();

    private ManagedIdentityApplication(Builder builder) {
        executor = builder.executor;
        timeoutMs = builder.timeoutMs;
        options = builder.options();
        try {
            client = new Handle(options.with(Bridge::newClient));
        } catch (RuntimeException e) {
            options.close();
            throw e;
        }
    }

    /**
     * Starts building an application.
     *
     * @param identity which identity of this host
     * @return a builder
     */
    public static Builder builder(ManagedIdentityId identity) {
        return new Builder(identity);
    }

    /**
     * Acquires a token: from the cache, by the seven steps of MSI v2, or from a source of MSI v1, as the request says.
     * A failed MSI v2 request never falls back to MSI v1.
     *
     * @param parameters what to ask for
     * @return completes with the token. Fails with {@link MsiV2Exception} for a request of MSI v2, or {@link
     *     ManagedIdentityException} for one of MSI v1. Also fails with {@link IllegalStateException} if this is closed,
     *     or with what the executor threw. Completing it in another way (cancel, orTimeout) cancels the native call.
     */
    public CompletableFuture<TokenResult> acquireTokenForManagedIdentity(ManagedIdentityParameters parameters) {
        Objects.requireNonNull(parameters, "parameters");
        TokenFuture future = new TokenFuture(futures, new NativeCall(this), call -> acquire(parameters, call));
        try {
            executor.execute(future);
        } catch (RuntimeException | Error e) {  // rejected, or no thread available
            future.completeExceptionally(e);
        }
        return future;
    }

    /** Does the same on the caller's thread, which it blocks. */
    TokenResult acquire(ManagedIdentityParameters parameters) {
        return acquire(parameters, new NativeCall(this));
    }

    private TokenResult acquire(ManagedIdentityParameters parameters, NativeCall call) {
        return new AcquireTokenByManagedIdentitySupplier(client, parameters, timeoutMs, call).get();
    }

    Handle options() {
        return options;
    }

    long timeoutMs() {
        return timeoutMs;
    }

    /**
     * Cancels the calls under way, and releases the native client. Tokens stay usable. Closing it again has no effect.
     */
    @Override
    public void close() {
        client.close();  // first: a call that got it before is in the sets below
        futures.forEach(future -> future.cancel(true));
        NativeCall.cancelAllOf(this);
        options.close();
    }

    /** Collects options. For use by one thread at a time. */
    public static final class Builder {
        private final ManagedIdentityId identity;
        private String imdsBaseUrl = "";
        private String trustAnchorsPem = "";
        private String attestationLibrary = "";
        private String attestationLibrarySha256 = "";
        private String[] clientCapabilities = {};
        private boolean retries = true;
        private boolean privateCache;
        private Long nativeOptions;
        private Executor executor = THREADS;
        private long timeoutMs;

        private Builder(ManagedIdentityId identity) {
            this.identity = Objects.requireNonNull(identity, "identity");
        }

        /**
         * Sets the address of another IMDS, for example an emulator's.
         *
         * @param value an origin; plain http to loopback and link-local addresses only
         * @return this
         */
        public Builder imdsBaseUrl(String value) {
            imdsBaseUrl = Objects.requireNonNull(value, "imdsBaseUrl");
            return this;
        }

        /**
         * Adds certificates of authorities to those of the system, for token and attestation endpoints.
         *
         * @param value PEM
         * @return this
         */
        public Builder trustAnchorsPem(String value) {
            trustAnchorsPem = Objects.requireNonNull(value, "trustAnchorsPem");
            return this;
        }

        /**
         * Sets the location of AttestationClientLib.dll (Windows).
         *
         * @param path absolute
         * @param sha256 its digest in hex; empty to rely on Microsoft's signature
         * @return this
         */
        public Builder attestationLibrary(String path, String sha256) {
            attestationLibrary = Objects.requireNonNull(path, "path");
            attestationLibrarySha256 = Objects.requireNonNull(sha256, "sha256");
            return this;
        }

        /**
         * Sets which claims challenges the application can handle.
         *
         * @param values for example {@code "cp1"}
         * @return this
         */
        public Builder clientCapabilities(String... values) {
            clientCapabilities = values.clone();
            for (String capability : clientCapabilities) {
                Objects.requireNonNull(capability, "capability");
            }
            return this;
        }

        /**
         * Sets whether requests that may succeed later are retried.
         *
         * @param value true unless set
         * @return this
         */
        public Builder retries(boolean value) {
            retries = value;
            return this;
        }

        /**
         * Sets whether key, certificates and tokens are kept apart from other applications of this process.
         *
         * @param value false unless set
         * @return this
         */
        public Builder privateCache(boolean value) {
            privateCache = value;
            return this;
        }

        /**
         * Takes options that native code created (msiv2_jni_adopt_options), with its keystores and attestors. Other
         * settings of this builder are added to them. Such a builder builds only once.
         *
         * @param value the number that msiv2_jni_adopt_options returned; {@link #build} consumes it
         * @return this
         */
        public Builder nativeOptions(long value) {
            nativeOptions = value;
            return this;
        }

        /**
         * Sets the executor of the calls; each call blocks one of its threads.
         *
         * @param value the library's own daemon threads unless set
         * @return this
         */
        public Builder executor(Executor value) {
            executor = Objects.requireNonNull(value, "executor");
            return this;
        }

        /**
         * Limits a whole call: an acquisition, or a request of {@link ResourceClient}. The single attempt of such a
         * request is limited to 30 seconds.
         *
         * @param value at most 24 days; zero, the default, for the library's own 120 seconds
         * @return this
         * @throws MsalClientException for a time that is negative or longer
         */
        public Builder timeout(Duration value) {
            if (value.isNegative() || value.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
                throw new MsalClientException(
                        "a timeout of " + value + " is not from 0 to 24 days", AuthenticationErrorCode.INVALID_REQUEST);
            }
            timeoutMs = value.plusNanos(999_999).toMillis();  // a short time must not become zero, the default
            return this;
        }

        /**
         * Builds the application. It does no network I/O and creates no key.
         *
         * @return the application, which the caller closes
         * @throws MsalClientException for a wrong option
         * @throws MsiV2Exception if the native library cannot be loaded
         * @throws IllegalStateException for native options that were consumed already, or were never issued
         */
        public ManagedIdentityApplication build() {
            return new ManagedIdentityApplication(this);
        }

        private Handle options() {
            NativeLibrary.require();
            Handle made = new Handle(nativeOptions != null ? Bridge.claimOptions(nativeOptions) : Bridge.newOptions());
            try {
                made.use(this::fill);
                return made;
            } catch (RuntimeException e) {
                made.close();
                throw e;
            }
        }

        private void fill(long options) {
            if (identity.option() != 0) {
                Bridge.setOptionText(options, identity.option(), Bridge.utf8(identity.id()));
            }
            set(options, Numbers.OPTION_IMDS_BASE_URL, imdsBaseUrl);
            set(options, Numbers.OPTION_TRUST_ANCHORS_PEM, trustAnchorsPem);
            set(options, Numbers.OPTION_ATTESTATION_LIBRARY, attestationLibrary);
            set(options, Numbers.OPTION_ATTESTATION_LIBRARY_SHA256, attestationLibrarySha256);
            for (String capability : clientCapabilities) {
                set(options, Numbers.OPTION_CLIENT_CAPABILITY, capability);
            }
            if (!retries) {
                Bridge.setOptionNumber(options, Numbers.OPTION_RETRIES, 0);
            }
            if (privateCache) {
                Bridge.setOptionNumber(options, Numbers.OPTION_PRIVATE_CACHE, 1);
            }
        }

        private static void set(long options, int field, String value) {
            if (!value.isEmpty()) {
                Bridge.setOptionText(options, field, Bridge.utf8(value));
            }
        }
    }
}
