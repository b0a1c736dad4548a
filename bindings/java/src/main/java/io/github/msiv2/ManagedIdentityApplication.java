package io.github.msiv2;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

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
    private final RecentDetails recent = new RecentDetails();
    private final Set<NativeFuture<?>> futures = ConcurrentHashMap.newKeySet();

    private ManagedIdentityApplication(Builder builder, boolean onlyIfAvailable) {
        executor = builder.executor;
        timeoutMs = builder.timeoutMs;
        options = builder.options.create(builder.nativeOptions);
        try {
            client = new Handle(options.with(o -> onlyIfAvailable ? Bridge.tryNewClient(o) : Bridge.newClient(o)));
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
     * @return completes with the token; at once, if the cache has it. Fails with {@link MsiV2Exception} for a request of MSI v2, or {@link
     *     ManagedIdentityException} for one of MSI v1. Also fails with {@link IllegalStateException} if this is closed,
     *     or with what the executor threw. Completing it in another way (cancel, orTimeout) cancels the native call.
     */
    public CompletableFuture<TokenResult> acquireTokenForManagedIdentity(ManagedIdentityParameters parameters) {
        Objects.requireNonNull(parameters, "parameters");
        TokenResult cached = findToken(parameters);
        return cached != null ? CompletableFuture.completedFuture(cached) : start(call -> acquire(parameters, call), TokenResult::close);
    }

    /**
     * Finds out what this host can do. It asks IMDS, and creates no key.
     *
     * @return completes with the capabilities; fails and is cancelled as {@link #acquireTokenForManagedIdentity}
     */
    public CompletableFuture<Capabilities> capabilities() {
        return start(call -> call.run(canceledBy -> {
            try (Handle found = new Handle(client.with(c -> Bridge.capabilities(c, timeoutMs, canceledBy)))) {
                return found.with(Capabilities::new);
            }
        }), late -> {});
    }

    /**
     * Runs read-only checks for what prevents bound tokens.
     *
     * @param tokenEndpoint the token endpoint to reach, https; empty for none
     * @return completes with what each check found; fails and is cancelled as {@link #acquireTokenForManagedIdentity}
     */
    public CompletableFuture<List<Finding>> diagnose(String tokenEndpoint) {
        byte[] endpoint = Bridge.utf8(tokenEndpoint);
        return start(call -> call.run(canceledBy -> {
            try (Handle found =
                    new Handle(options.with(o -> Bridge.diagnose(o, endpoint, timeoutMs, canceledBy)))) {
                return found.with(f -> read(Bridge.diagnosisSize(f), i -> new Finding(f, i)));
            }
        }), late -> {});
    }

    /**
     * Returns the sources of bearer tokens (MSI v1) in the order of detection. No source is asked.
     *
     * @return what is known of each
     * @throws IllegalStateException if this is closed
     */
    public List<ManagedIdentitySource> sources() {
        return options.with(ManagedIdentityApplication::sources);
    }

    private static List<ManagedIdentitySource> sources(long options) {
        try (Handle found = new Handle(Bridge.findSources(options))) {
            return found.with(f -> read(Bridge.sourcesSize(f), i -> new ManagedIdentitySource(f, i)));
        }
    }

    /**
     * Returns the kind of the source that bearer tokens come from by the environment of this process, as MSAL for Java
     * does. No source is asked.
     *
     * @return {@link ManagedIdentitySourceType#DEFAULT_TO_IMDS} if nothing shows a source
     * @throws MsiV2Exception if the native library cannot be loaded
     */
    public static ManagedIdentitySourceType getManagedIdentitySource() {
        NativeLibrary.require();
        return sources(0).stream()
                .filter(ManagedIdentitySource::isChosen)
                .map(ManagedIdentitySourceType::ofChosen)
                .findFirst()
                .orElse(ManagedIdentitySourceType.NONE);
    }

    private static <T> List<T> read(long size, Function<Integer, T> element) {
        List<T> elements = new ArrayList<>();
        for (int i = 0; i < size; ++i) {
            elements.add(element.apply(i));
        }
        return Collections.unmodifiableList(elements);
    }

    private <T> NativeFuture<T> start(Function<NativeCall, T> body, Consumer<T> discard) {
        NativeFuture<T> future = new NativeFuture<>(futures, new NativeCall(this), body, discard);
        try {
            executor.execute(future);
        } catch (RuntimeException | Error e) {  // rejected, or no thread available
            future.completeExceptionally(e);
        }
        return future;
    }

    /** Does the same on the caller's thread, which it blocks. */
    TokenResult acquire(ManagedIdentityParameters parameters) {
        TokenResult cached = findToken(parameters);
        return cached != null ? cached : acquire(parameters, new NativeCall(this));
    }

    private TokenResult acquire(ManagedIdentityParameters parameters, NativeCall call) {
        return new AcquireTokenByManagedIdentitySupplier(client, recent, parameters, timeoutMs, call).get();
    }

    /** Returns a token of the cache without a thread, or null. A problem is left to the call that comes then. */
    private TokenResult findToken(ManagedIdentityParameters parameters) {
        if (!parameters.mayBeCached()) {
            return null;
        }
        try {
            byte[] answer = client.with(c -> Bridge.findToken(c, parameters.bytes()));
            return answer == null ? null : recent.resultOf(answer);
        } catch (RuntimeException e) {
            return null;
        }
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
        private final NativeOptions options = new NativeOptions();
        private Long nativeOptions;
        private Executor executor = THREADS;
        private long timeoutMs;

        private Builder(ManagedIdentityId identity) {
            options.text(Objects.requireNonNull(identity, "identity").option(), identity.id(), "id");
        }

        /**
         * Sets the address of another IMDS, for example an emulator's.
         *
         * @param value an origin; plain http to loopback and link-local addresses only
         * @return this
         */
        public Builder imdsBaseUrl(String value) {
            options.text(Numbers.OPTION_IMDS_BASE_URL, value, "imdsBaseUrl");
            return this;
        }

        /**
         * Allows plain http to an IMDS that is neither on loopback nor link-local.
         *
         * @param value false unless set
         * @return this
         */
        public Builder allowInsecureImdsBaseUrl(boolean value) {
            options.flag(Numbers.OPTION_ALLOW_INSECURE_IMDS_BASE, value);
            return this;
        }

        /**
         * Sets where bearer tokens (MSI v1) come from.
         *
         * @param value the name of a source, for example {@code "AppService"}; empty, the default, for the first that
         *     this host has
         * @return this
         */
        public Builder source(String value) {
            options.text(Numbers.OPTION_SOURCE, value, "source");
            return this;
        }

        /**
         * Looks for a Kubernetes workload identity before other sources of bearer tokens.
         *
         * @param value false unless set
         * @return this
         */
        public Builder allowWorkloadIdentity(boolean value) {
            options.flag(Numbers.OPTION_ALLOW_WORKLOAD_IDENTITY, value);
            return this;
        }

        /**
         * Limits which hosts may be token and attestation endpoints.
         *
         * @param values host names
         * @return this
         */
        public Builder allowedHosts(String... values) {
            options.texts(Numbers.OPTION_ALLOWED_HOST, values, "host");
            return this;
        }

        /**
         * Adds certificates of authorities to those of the system, for token and attestation endpoints.
         *
         * @param value PEM
         * @return this
         */
        public Builder trustAnchorsPem(String value) {
            options.text(Numbers.OPTION_TRUST_ANCHORS_PEM, value, "trustAnchorsPem");
            return this;
        }

        /**
         * Does the same with a file.
         *
         * @param value PEM
         * @return this
         */
        public Builder trustAnchorsFile(Path value) {
            options.text(Numbers.OPTION_TRUST_ANCHORS_FILE, value.toString(), "trustAnchorsFile");
            return this;
        }

        /**
         * Sets the highest version of TLS to the token endpoint.
         *
         * @param value {@link TlsVersion#TLS_1_2} unless set
         * @return this
         */
        public Builder tokenLegMaxTls(TlsVersion value) {
            options.number(Numbers.OPTION_TOKEN_LEG_MAX_TLS, value.number());
            return this;
        }

        /**
         * Sets the highest version of TLS to resources, for {@link ResourceClient}.
         *
         * @param value {@link TlsVersion#TLS_1_2} unless set
         * @return this
         */
        public Builder resourceLegMaxTls(TlsVersion value) {
            options.number(Numbers.OPTION_RESOURCE_LEG_MAX_TLS, value.number());
            return this;
        }

        /**
         * Uses a keystore of the application in place of the built-in ones. May be called again.
         *
         * @param value used until the application, its tokens and its keys are gone
         * @return this
         */
        public Builder keyProvider(KeyProvider value) {
            String name = value.name();
            int strength = value.strength().number();
            options.object(new Object(), o -> Bridge.addKeyProvider(o, value, Bridge.utf8(name), strength));
            return this;
        }

        /**
         * Uses keystores of the library by name, in place of the chain that it would use.
         *
         * @param names {@code "in-memory"}; on Windows also {@code "platform-crypto"} and {@code "cng"}
         * @return this
         */
        public Builder keyProviders(String... names) {
            options.texts(Numbers.OPTION_KEY_PROVIDER, names, "name");
            return this;
        }

        /**
         * Uses an attestor of the application in place of the built-in one.
         *
         * @param value used until the application is closed
         * @return this
         */
        public Builder attestor(Attestor value) {
            boolean emulated = value.acceptsEmulatedKeys();
            options.object(Attestor.class, o -> Bridge.setAttestor(o, value, emulated));
            return this;
        }

        /**
         * Adds an observer of what the library does. Native code calls it on any thread, several calls may run at once,
         * and the work goes on when it returns. It must be quick, and not call the application. May be called again.
         *
         * @param value used until the application is closed
         * @return this
         */
        public Builder observer(Consumer<Event> value) {
            Objects.requireNonNull(value, "observer");
            options.object(new Object(), o -> Bridge.addObserver(o, value));
            return this;
        }

        /**
         * Adds a log that receives each event as a line of printable ASCII; otherwise as {@link #observer}.
         *
         * @param value receives one line at a time
         * @param debug true for starts of steps, cache hits, identifiers and the messages of errors too
         * @param json true for lines that are JSON objects
         * @return this
         */
        public Builder log(Consumer<String> value, boolean debug, boolean json) {
            Objects.requireNonNull(value, "log");
            options.object(new Object(), o -> Bridge.addLog(o, value, debug, json));
            return this;
        }

        /**
         * Adds a log that writes to a logger of the JVM. At {@link System.Logger.Level#DEBUG} and below the lines have
         * identifiers and the messages of errors too.
         *
         * @param logger for example {@code System.getLogger("msiv2")}
         * @param level the level of every line
         * @return this
         */
        public Builder logger(System.Logger logger, System.Logger.Level level) {
            boolean debug = level.getSeverity() <= System.Logger.Level.DEBUG.getSeverity();
            Objects.requireNonNull(logger, "logger");
            return log(line -> logger.log(level, line), debug, false);
        }

        /**
         * Sets the location of AttestationClientLib.dll (Windows).
         *
         * @param path absolute
         * @param sha256 its digest in hex; empty to rely on Microsoft's signature
         * @return this
         */
        public Builder attestationLibrary(String path, String sha256) {
            options.text(Numbers.OPTION_ATTESTATION_LIBRARY, path, "path");
            options.text(Numbers.OPTION_ATTESTATION_LIBRARY_SHA256, sha256, "sha256");
            return this;
        }

        /**
         * Sets which claims challenges the application can handle.
         *
         * @param values for example {@code "cp1"}
         * @return this
         */
        public Builder clientCapabilities(String... values) {
            options.texts(Numbers.OPTION_CLIENT_CAPABILITY, values, "capability");
            return this;
        }

        /**
         * Sets whether requests that may succeed later are retried.
         *
         * @param value true unless set
         * @return this
         */
        public Builder retries(boolean value) {
            options.flag(Numbers.OPTION_RETRIES, value);
            return this;
        }

        /**
         * Sets how often a refused certificate or a dead key is replaced within a call.
         *
         * @param value 4 unless set; 0 for never
         * @return this
         */
        public Builder remediations(int value) {
            options.number(Numbers.OPTION_REMEDIATIONS, value);
            return this;
        }

        /**
         * Sets whether tokens are cached.
         *
         * @param value true unless set
         * @return this
         */
        public Builder tokenCache(boolean value) {
            options.flag(Numbers.OPTION_TOKEN_CACHE, value);
            return this;
        }

        /**
         * Sets whether key, certificates and tokens are kept apart from other applications of this process.
         *
         * @param value false unless set
         * @return this
         */
        public Builder privateCache(boolean value) {
            options.flag(Numbers.OPTION_PRIVATE_CACHE, value);
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
         * Sets the executor of the calls; each call blocks one of its threads. An answer of the cache needs none.
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
            timeoutMs = NativeOptions.milliseconds(value);
            return this;
        }

        /**
         * Limits how long IMDS is waited for to take a connection.
         *
         * @param value longer than zero, at most 24 days
         * @return this
         * @throws MsalClientException for a time that is negative or longer
         */
        public Builder imdsConnectTimeout(Duration value) {
            options.time(Numbers.OPTION_IMDS_CONNECT_MS, value);
            return this;
        }

        /**
         * Limits how long any other server is waited for to take a connection.
         *
         * @param value longer than zero, at most 24 days
         * @return this
         * @throws MsalClientException for a time that is negative or longer
         */
        public Builder connectTimeout(Duration value) {
            options.time(Numbers.OPTION_CONNECT_MS, value);
            return this;
        }

        /**
         * Limits a single HTTP attempt.
         *
         * @param value longer than zero, at most 24 days
         * @return this
         * @throws MsalClientException for a time that is negative or longer
         */
        public Builder attemptTimeout(Duration value) {
            options.time(Numbers.OPTION_ATTEMPT_MS, value);
            return this;
        }

        /**
         * Limits an attestation.
         *
         * @param value longer than zero, at most 24 days
         * @return this
         * @throws MsalClientException for a time that is negative or longer
         */
        public Builder attestationTimeout(Duration value) {
            options.time(Numbers.OPTION_ATTESTATION_MS, value);
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
            return new ManagedIdentityApplication(this, false);
        }

        /**
         * Builds the application if this host may have a managed identity, for a chain of credentials that continues if
         * it has none. Otherwise as {@link #build}.
         *
         * @return the application, which the caller closes
         * @throws ManagedIdentityException with the code {@code all_sources_unavailable} if this host has no source,
         *     and for the reasons of {@link #build}
         */
        public ManagedIdentityApplication buildIfAvailable() {
            return new ManagedIdentityApplication(this, true);
        }
    }
}
