package io.github.msiv2;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads what a resource's 401 asks for. To acquire a token with those claims, use {@link
 * ManagedIdentityParameters.Builder#claims}. Repeat a call only once per challenge.
 */
public final class ClaimsChallenge {
    private ClaimsChallenge() {}

    /**
     * Returns the claims of the first challenge that has some ({@code error="insufficient_claims"}).
     *
     * @param wwwAuthenticate the headers WWW-Authenticate of a 401, in order
     * @return JSON for a request; empty if no header asks for claims
     * @throws MsiV2Exception if the native library cannot be loaded
     */
    public static Optional<String> claimsOf(List<String> wwwAuthenticate) {
        NativeLibrary.require();
        return wwwAuthenticate.stream()
                .map(header -> Bridge.challengeClaims(Bridge.utf8(header)))
                .filter(Objects::nonNull)
                .map(Bridge::text)
                .findFirst();
    }
}
