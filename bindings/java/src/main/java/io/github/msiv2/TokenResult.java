package io.github.msiv2;

import java.time.Instant;
import java.util.Date;
import java.util.Optional;

/**
 * A token and, if it is bound, the certificate to present with it. Close it, or leave it to the garbage collector; the
 * binding certificate outlives it. Safe for use by many threads.
 */
public final class TokenResult extends Handle {
    private final TokenDetails details;
    private final boolean fromCache;
    private BindingCertificate certificate;  // created on demand: most tokens of a cache never need it

    /** Owns the token of {@code answer}, as native code gives it. */
    TokenResult(byte[] answer, RecentDetails recent) {
        super(TokenDetails.handleOf(answer));
        fromCache = TokenDetails.isFromCache(answer);
        details = recent.of(answer);
    }

    /**
     * Returns the token, a secret. Java keeps no copy of it between calls.
     *
     * @return the token itself
     * @throws IllegalStateException if this is closed
     */
    public String accessToken() {
        return Bridge.text(with(Bridge::tokenSecret));
    }

    /**
     * Returns the value of the header Authorization, a secret.
     *
     * @return for example {@code mtls_pop eyJ0...}
     * @throws IllegalStateException if this is closed
     */
    public String authorizationHeader() {
        return Bridge.text(with(Bridge::tokenAuthorization));
    }

    /** @return {@code "mtls_pop"} or {@code "Bearer"} */
    public String tokenType() {
        return details.tokenType;
    }

    /** @return true if the token is usable only together with the key of {@link #bindingCertificate} */
    public boolean isBound() {
        return details.tokenType.equals("mtls_pop");
    }

    /** @return when the token expires */
    public Instant expiresOn() {
        return details.expiresOn;
    }

    /** @return the same as a Date, as MSAL for Java has it */
    public Date expiresOnDate() {
        return Date.from(details.expiresOn);
    }

    /** @return when the library begins to refresh the token in the background; empty if it does not */
    public Optional<Instant> refreshOn() {
        return Optional.ofNullable(details.refreshOn);
    }

    /** @return the resource that the token is for */
    public String resource() {
        return details.resource;
    }

    /** @return the client id of the identity; may be empty for a bearer token */
    public String clientId() {
        return details.clientId;
    }

    /** @return the tenant of the identity; may be empty for a bearer token */
    public String tenantId() {
        return details.tenantId;
    }

    /** @return the source that issued the token, for example {@code "Imds"} or {@code "AppService"} */
    public String source() {
        return details.source;
    }

    /** @return true if the key was attested */
    public boolean attested() {
        return details.attested;
    }

    /** @return true if the token names the certificate that it is bound to; the token could be read, and was checked */
    public boolean bindingVerified() {
        return details.bindingVerified;
    }

    /** @return how well its key is protected; {@link KeyStrength#NONE} without a key */
    public KeyStrength keyStrength() {
        return details.keyStrength;
    }

    /** @return whether that protection is real */
    public KeyOrigin keyOrigin() {
        return details.keyOrigin;
    }

    /** @return true if the answer came from the cache */
    public boolean fromCache() {
        return fromCache;
    }

    /**
     * Returns the certificate to present with a bound token, the same object each time.
     *
     * @return the certificate; empty for a bearer token
     * @throws IllegalStateException if this was closed before the first call
     */
    public synchronized Optional<BindingCertificate> bindingCertificate() {
        if (isBound() && certificate == null) {
            certificate = new BindingCertificate(with(Bridge::tokenCertificate));
        }
        return Optional.ofNullable(certificate);
    }

    /** Returns type, resource and expiry, and nothing of the token. */
    @Override
    public String toString() {
        return details.tokenType + " for " + details.resource + ", until " + details.expiresOn;
    }
}
