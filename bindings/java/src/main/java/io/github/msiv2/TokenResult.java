package io.github.msiv2;

import java.time.Instant;
import java.util.Date;
import java.util.Optional;

/**
 * A token and, if it is bound, the certificate to present with it. Close it, or leave it to the garbage collector; the
 * binding certificate outlives it. Safe for use by many threads.
 */
public final class TokenResult extends Handle {
    private final String tokenType;
    private final Instant expiresOn;
    private final Instant refreshOn;
    private final String resource;
    private final String clientId;
    private final String tenantId;
    private final String source;
    private final boolean attested;
    private final boolean bindingVerified;
    private final KeyStrength keyStrength;
    private final KeyOrigin keyOrigin;
    private final boolean fromCache;
    private BindingCertificate certificate;  // created on demand: most tokens of a cache never need it

    TokenResult(long token) {
        super(token);
        tokenType = number(Numbers.TOKEN_TYPE) == Numbers.TOKEN_TYPE_MTLS_POP ? "mtls_pop" : "Bearer";
        expiresOn = Instant.ofEpochSecond(number(Numbers.TOKEN_EXPIRES_ON));
        long refresh = number(Numbers.TOKEN_REFRESH_ON);
        refreshOn = refresh == 0 ? null : Instant.ofEpochSecond(refresh);
        resource = text(Numbers.TOKEN_RESOURCE);
        clientId = text(Numbers.TOKEN_CLIENT_ID);
        tenantId = text(Numbers.TOKEN_TENANT_ID);
        source = text(Numbers.TOKEN_MSI_SOURCE);
        attested = number(Numbers.TOKEN_ATTESTED) == 1;
        bindingVerified = number(Numbers.TOKEN_BINDING_VERIFIED) == 1;
        keyStrength = KeyStrength.of(number(Numbers.TOKEN_KEY_STRENGTH));
        keyOrigin = KeyOrigin.of(number(Numbers.TOKEN_KEY_ORIGIN));
        fromCache = number(Numbers.TOKEN_FROM_CACHE) == 1;
    }

    private long number(int field) {
        return with(token -> Bridge.tokenNumber(token, field));
    }

    private String text(int field) {
        return Bridge.text(with(token -> Bridge.tokenText(token, field)));
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
        return tokenType;
    }

    /** @return true if the token is usable only together with the key of {@link #bindingCertificate} */
    public boolean isBound() {
        return tokenType.equals("mtls_pop");
    }

    /** @return when the token expires */
    public Instant expiresOn() {
        return expiresOn;
    }

    /** @return the same as a Date, as MSAL for Java has it */
    public Date expiresOnDate() {
        return Date.from(expiresOn);
    }

    /** @return when the library begins to refresh the token in the background; empty if it does not */
    public Optional<Instant> refreshOn() {
        return Optional.ofNullable(refreshOn);
    }

    /** @return the resource that the token is for */
    public String resource() {
        return resource;
    }

    /** @return the client id of the identity; may be empty for a bearer token */
    public String clientId() {
        return clientId;
    }

    /** @return the tenant of the identity; may be empty for a bearer token */
    public String tenantId() {
        return tenantId;
    }

    /** @return the source that issued the token, for example {@code "Imds"} or {@code "AppService"} */
    public String source() {
        return source;
    }

    /** @return true if the key was attested */
    public boolean attested() {
        return attested;
    }

    /** @return true if the token names the certificate that it is bound to; the token could be read, and was checked */
    public boolean bindingVerified() {
        return bindingVerified;
    }

    /** @return how well its key is protected; {@link KeyStrength#NONE} without a key */
    public KeyStrength keyStrength() {
        return keyStrength;
    }

    /** @return whether that protection is real */
    public KeyOrigin keyOrigin() {
        return keyOrigin;
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
        return tokenType + " for " + resource + ", until " + expiresOn;
    }
}
