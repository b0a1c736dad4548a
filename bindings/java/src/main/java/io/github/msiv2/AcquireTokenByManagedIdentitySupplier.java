package io.github.msiv2;

import java.util.function.Supplier;

/** Sends a request to MSI v2 or MSI v1, chosen by the request's flags alone. */
final class AcquireTokenByManagedIdentitySupplier implements Supplier<TokenResult> {
    private final Handle client;
    private final RecentDetails recent;
    private final ManagedIdentityParameters parameters;
    private final long timeoutMs;
    private final NativeCall call;

    AcquireTokenByManagedIdentitySupplier(
            Handle client,
            RecentDetails recent,
            ManagedIdentityParameters parameters,
            long timeoutMs,
            NativeCall call) {
        this.client = client;
        this.recent = recent;
        this.parameters = parameters;
        this.timeoutMs = timeoutMs;
        this.call = call;
    }

    @Override
    public TokenResult get() {
        return parameters.isMsiV2() ? fetchNewTokenMsiV2() : acquire();
    }

    /** Acquires a token by MSI v2. Every failure is an MsiV2Exception; nothing else is tried. */
    private TokenResult fetchNewTokenMsiV2() {
        try {
            return acquire();
        } catch (ManagedIdentityException e) {
            throw MsiV2Exception.of(e);
        }
    }

    private TokenResult acquire() {
        return call.run(canceledBy ->
                recent.resultOf(client.with(c -> Bridge.acquire(c, parameters.bytes(), timeoutMs, canceledBy))));
    }
}
