package msiv2;

import java.util.function.Supplier;

/** AcquireTokenByManagedIdentitySupplier sends a request to MSI v2 or MSI v1, by its flags alone. */
final class AcquireTokenByManagedIdentitySupplier implements Supplier<TokenResult> {
    private final Handle client;
    private final ManagedIdentityParameters parameters;
    private final long timeoutMs;
    private final Handle cancellation;

    /** The cancellation may be null. */
    AcquireTokenByManagedIdentitySupplier(
            Handle client, ManagedIdentityParameters parameters, long timeoutMs, Handle cancellation) {
        this.client = client;
        this.parameters = parameters;
        this.timeoutMs = timeoutMs;
        this.cancellation = cancellation;
    }

    @Override
    public TokenResult get() {
        return parameters.mtlsProofOfPossession() ? fetchNewTokenMsiV2() : acquire();
    }

    /** Whatever fails here is an MsiV2Exception, and nothing else is tried. */
    private TokenResult fetchNewTokenMsiV2() {
        try {
            return acquire();
        } catch (MsiV2Exception e) {
            throw e;
        } catch (ManagedIdentityException e) {
            throw new MsiV2Exception(e.getMessage(), e.errorCode(), e.details());
        }
    }

    private TokenResult acquire() {
        byte[] resource = Bridge.utf8(parameters.resource());
        byte[] claims = Bridge.utf8(parameters.claims());
        int[] numbers = {
            Bridge.REQUEST_MTLS_POP, parameters.mtlsProofOfPossession() ? 1 : 0,
            Bridge.REQUEST_ATTESTATION, parameters.withAttestationSupport() ? 1 : 0,
            Bridge.REQUEST_ALLOW_UNATTESTED,
            parameters.mtlsProofOfPossession() && parameters.allowUnattested() ? 1 : 0,
            Bridge.REQUEST_FORCE_REFRESH, parameters.forceRefresh() ? 1 : 0,
        };
        return new TokenResult(client.with(c -> cancellation == null
                ? Bridge.acquire(c, resource, claims, numbers, timeoutMs, 0)
                : cancellation.with(by -> Bridge.acquire(c, resource, claims, numbers, timeoutMs, by))));
    }
}
