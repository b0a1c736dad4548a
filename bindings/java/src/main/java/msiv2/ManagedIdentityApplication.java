package msiv2;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * ManagedIdentityApplication gets tokens of a managed identity of this host. It keeps tokens and certificates in memory
 * and renews them in the background; applications of one process share them. Safe for use by many threads.
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
    private final Set<Call> calls = ConcurrentHashMap.newKeySet();

    private ManagedIdentityApplication(Builder builder) {
        executor = builder.executor;
        timeoutMs = builder.timeout.toMillis();
        options = builder.options();
        try {
            client = new Handle(options.with(Bridge::newClient));
        } catch (RuntimeException e) {
            options.close();
            throw e;
        }
    }

    /**
     * builder starts an application.
     *
     * @param identity which identity of this host
     * @return a builder
     */
    public static Builder builder(ManagedIdentityId identity) {
        return new Builder(identity);
    }

    /**
     * acquireTokenForManagedIdentity gets a token: from the cache, by the seven steps of MSI v2, or from a source of MSI
     * v1, as the request says. A failed MSI v2 request never ends in MSI v1.
     *
     * @param parameters what to ask for
     * @return completes with the token; exceptionally with {@link MsiV2Exception} for a request of MSI v2, or
     *     {@link ManagedIdentityException} for one of MSI v1. Cancelling it cancels the native call.
     */
    public CompletableFuture<TokenResult> acquireTokenForManagedIdentity(ManagedIdentityParameters parameters) {
        Call call = new Call(parameters);
        calls.add(call);
        try {
            executor.execute(call);
        } catch (RejectedExecutionException e) {
            call.end();
            call.completeExceptionally(e);
        }
        return call;
    }

    /** acquire does the same on the caller's thread, which it blocks. */
    TokenResult acquire(ManagedIdentityParameters parameters) {
        return new AcquireTokenByManagedIdentitySupplier(client, parameters, timeoutMs, null).get();
    }

    Handle options() {
        return options;
    }

    /** close cancels the calls under way, and releases the native client. Tokens stay usable. Twice is once. */
    @Override
    public void close() {
        for (Call call : calls) {
            call.cancel(true);
        }
        client.close();
        options.close();
    }

    /** Call is a call under way. */
    private final class Call extends CompletableFuture<TokenResult> implements Runnable {
        private final ManagedIdentityParameters parameters;
        private final Handle cancellation = new Handle(Bridge.newCancellation());

        Call(ManagedIdentityParameters parameters) {
            this.parameters = java.util.Objects.requireNonNull(parameters, "parameters");
        }

        @Override
        public void run() {
            TokenResult token = null;
            Throwable failure = null;
            try {
                if (!isDone()) {
                    token = new AcquireTokenByManagedIdentitySupplier(client, parameters, timeoutMs, cancellation)
                            .get();
                }
            } catch (Throwable e) {
                failure = e;
            }
            end();  // before anybody hears of it, so that a caller who counts finds nothing left
            if (failure != null) {
                completeExceptionally(failure);
            } else if (token != null && !complete(token)) {
                token.close();  // cancelled meanwhile: nobody will
            }
        }

        void end() {
            calls.remove(this);
            cancellation.close();
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean canceled = super.cancel(mayInterruptIfRunning);
            if (canceled) {
                try {
                    cancellation.with(number -> {
                        Bridge.cancel(number);
                        return null;
                    });
                } catch (IllegalStateException e) {
                    // The native call has ended by itself.
                }
            }
            return canceled;
        }
    }

    /** Builder collects options. To be used by one thread at a time. */
    public static final class Builder {
        private final ManagedIdentityId identity;
        private String imdsBaseUrl = "";
        private String trustAnchorsPem = "";
        private String attestationLibrary = "";
        private String attestationLibrarySha256 = "";
        private String[] clientCapabilities = {};
        private boolean retries = true;
        private boolean privateCache;
        private long nativeOptions;
        private Executor executor = THREADS;
        private Duration timeout = Duration.ZERO;

        private Builder(ManagedIdentityId identity) {
            this.identity = java.util.Objects.requireNonNull(identity, "identity");
        }

        /**
         * imdsBaseUrl names another IMDS, for example an emulator's.
         *
         * @param value an origin; plain http to loopback and link-local addresses only
         * @return this
         */
        public Builder imdsBaseUrl(String value) {
            imdsBaseUrl = value;
            return this;
        }

        /**
         * trustAnchorsPem adds certificates of authorities to those of the system, for token and attestation endpoints.
         *
         * @param value PEM
         * @return this
         */
        public Builder trustAnchorsPem(String value) {
            trustAnchorsPem = value;
            return this;
        }

        /**
         * attestationLibrary says where AttestationClientLib.dll is (Windows).
         *
         * @param path absolute
         * @param sha256 its digest in hex; empty where Microsoft's signature decides
         * @return this
         */
        public Builder attestationLibrary(String path, String sha256) {
            attestationLibrary = path;
            attestationLibrarySha256 = sha256;
            return this;
        }

        /**
         * clientCapabilities says what the application can do with a claims challenge.
         *
         * @param values for example {@code "cp1"}
         * @return this
         */
        public Builder clientCapabilities(String... values) {
            clientCapabilities = values.clone();
            return this;
        }

        /**
         * retries says whether requests that may succeed later are repeated.
         *
         * @param value true unless set
         * @return this
         */
        public Builder retries(boolean value) {
            retries = value;
            return this;
        }

        /**
         * privateCache keeps key, certificates and tokens apart from other applications of this process.
         *
         * @param value false unless set
         * @return this
         */
        public Builder privateCache(boolean value) {
            privateCache = value;
            return this;
        }

        /**
         * nativeOptions takes options that native code made (msiv2_jni_adopt_options), with its keystores and
         * attestors. What else is set here is added to them.
         *
         * @param value the number that it gave; it is used up
         * @return this
         */
        public Builder nativeOptions(long value) {
            nativeOptions = value;
            return this;
        }

        /**
         * executor runs the calls; each blocks one of its threads.
         *
         * @param value daemon threads of the library's own unless set
         * @return this
         */
        public Builder executor(Executor value) {
            executor = java.util.Objects.requireNonNull(value, "executor");
            return this;
        }

        /**
         * timeout bounds a whole call.
         *
         * @param value zero, the default, for the library's own 120 seconds
         * @return this
         */
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /**
         * build makes the application. It does no network I/O and makes no key.
         *
         * @return the application, to be closed
         * @throws MsalClientException for an option that is wrong
         */
        public ManagedIdentityApplication build() {
            return new ManagedIdentityApplication(this);
        }

        private Handle options() {
            Handle made = new Handle(nativeOptions != 0 ? nativeOptions : Bridge.newOptions());
            try {
                return made.with(this::fill) ? made : null;
            } catch (RuntimeException e) {
                made.close();
                throw e;
            }
        }

        private boolean fill(long options) {
            if (identity.option() != 0) {
                Bridge.setOptionText(options, identity.option(), Bridge.utf8(identity.id()));
            }
            set(options, Bridge.OPTION_IMDS_BASE_URL, imdsBaseUrl);
            set(options, Bridge.OPTION_TRUST_ANCHORS_PEM, trustAnchorsPem);
            set(options, Bridge.OPTION_ATTESTATION_LIBRARY, attestationLibrary);
            set(options, Bridge.OPTION_ATTESTATION_LIBRARY_SHA256, attestationLibrarySha256);
            for (String capability : clientCapabilities) {
                set(options, Bridge.OPTION_CLIENT_CAPABILITY, capability);
            }
            if (!retries) {
                Bridge.setOptionNumber(options, Bridge.OPTION_RETRIES, 0);
            }
            if (privateCache) {
                Bridge.setOptionNumber(options, Bridge.OPTION_PRIVATE_CACHE, 1);
            }
            return true;
        }

        private static void set(long options, int field, String value) {
            if (!value.isEmpty()) {
                Bridge.setOptionText(options, field, Bridge.utf8(value));
            }
        }
    }
}
