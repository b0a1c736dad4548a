package io.github.msiv2;

import java.util.function.Supplier;

/** Sends a request to MSI v2 or MSI v1, chosen by the request's flags alone. */
final class AcquireTokenByManagedIdentitySupplier implements Supplier<TokenResult> {
    private final Handle client;
    private final ManagedIdentityParameters parameters;
    private final long timeoutMs;
    private final NativeCall call;

    AcquireTokenByManagedIdentitySupplier(
            Handle client, ManagedIdentityParameters parameters, long timeoutMs, NativeCall call) {
        this.client = client;
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
        return call.run(canceledBy -> new TokenResult(client.with(c -> acquire(c, canceledBy))));
    }

    private long acquire(long client, long canceledBy) {
        byte[] resource = Bridge.utf8(parameters.resource());
        byte[] claims = Bridge.utf8(parameters.claims());
        byte[] rejected = Bridge.utf8(parameters.rejectedTokenSha256());
        int[] numbers = {
            Numbers.REQUEST_MTLS_POP, parameters.mtlsProofOfPossession() ? 1 : 0,
            Numbers.REQUEST_ATTESTATION, parameters.withAttestationSupport() ? 1 : 0,
            Numbers.REQUEST_ALLOW_UNATTESTED, parameters.allowUnattested() ? 1 : 0,
            Numbers.REQUEST_OVER_MTLS, parameters.requestOverMtls() ? 1 : 0,
            Numbers.REQUEST_MINIMUM_STRENGTH, parameters.minimumStrength().number(),
            Numbers.REQUEST_FORCE_REFRESH, parameters.forceRefresh() ? 1 : 0,
        };
        return Bridge.acquire(client, resource, claims, rejected, numbers, timeoutMs, canceledBy);
    }
}
