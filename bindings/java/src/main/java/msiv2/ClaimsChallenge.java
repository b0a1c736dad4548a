package msiv2;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * ClaimsChallenge reads what a resource's 401 asks for. A token with those claims is acquired by {@link
 * ManagedIdentityParameters.Builder#claims}; repeat a call once for a challenge, no more.
 */
public final class ClaimsChallenge {
    private ClaimsChallenge() {}

    /**
     * claimsOf returns the claims of the first challenge that has some ({@code error="insufficient_claims"}).
     *
     * @param wwwAuthenticate the headers WWW-Authenticate of a 401, in order
     * @return JSON for a request; nothing where no header asks for claims
     * @throws MsiV2Exception where the native library cannot be loaded
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
