package io.github.msiv2;

import java.time.Duration;
import java.util.Optional;

/**
 * What the library did, for {@link ManagedIdentityApplication.Builder#observer}. A text that an event does not have is
 * empty, and a number 0. docs/howto/observability.md lists which event has what. Immutable; contains no secret.
 */
public final class Event {
    private final String[] texts;
    private final long[] numbers;
    private final ManagedIdentityException error;

    /** Takes all texts and numbers of a native event, in the order of their fields. */
    Event(byte[][] texts, long[] numbers, ManagedIdentityException error) {
        this.texts = new String[texts.length];
        for (int i = 0; i < texts.length; ++i) {
            this.texts[i] = Bridge.text(texts[i]);
        }
        this.numbers = numbers;
        this.error = error;
    }

    private String text(int field) {
        return texts[field - Numbers.EVENT_NAME];
    }

    private long number(int field) {
        return numbers[field - Numbers.EVENT_STEP];
    }

    /** @return for example {@code "step_ended"}, {@code "retry"} or {@code "msi_count"} */
    public String name() {
        return text(Numbers.EVENT_NAME);
    }

    /** @return the step that it is about, for example {@code "attestation"} */
    public String step() {
        return text(Numbers.EVENT_STEP_NAME);
    }

    /** @return host and port, or key provider */
    public String where() {
        return text(Numbers.EVENT_WHERE);
    }

    /** @return what happened, human-readable, without identifiers */
    public String detail() {
        return text(Numbers.EVENT_DETAIL);
    }

    /** @return client, tenant and thumbprint; for logs at debug level */
    public String identifiers() {
        return text(Numbers.EVENT_IDENTIFIERS);
    }

    /** @return the x-ms-client-request-id of the acquisition */
    public String correlationId() {
        return text(Numbers.EVENT_CORRELATION_ID);
    }

    /** @return of a retry: why the attempt before it got no answer */
    public String failure() {
        return text(Numbers.EVENT_FAILURE);
    }

    /** @return the cache of a hit or a miss: {@code "token"}, {@code "certificate"} or {@code "attestation"} */
    public String cache() {
        return text(Numbers.EVENT_CACHE);
    }

    /** @return why the cache did not have it */
    public String miss() {
        return text(Numbers.EVENT_MISS);
    }

    /** @return how a renewal in the background ended */
    public String renewal() {
        return text(Numbers.EVENT_RENEWAL);
    }

    /** @return of {@code "msi_count"}: the source of the token */
    public String source() {
        return text(Numbers.EVENT_SOURCE);
    }

    /** @return of {@code "msi_count"}: the type of the token */
    public String tokenType() {
        return text(Numbers.EVENT_TOKEN_TYPE);
    }

    /** @return of {@code "msi_count"}: the type of the key */
    public String keyType() {
        return text(Numbers.EVENT_KEY_TYPE);
    }

    /** @return of {@code "msi_count"}: how the acquisition ended */
    public String outcome() {
        return text(Numbers.EVENT_OUTCOME);
    }

    /** @return how long it took */
    public Duration elapsed() {
        return Duration.ofNanos(number(Numbers.EVENT_ELAPSED_NS));
    }

    /** @return of a retry or a remediation: its number */
    public int attempt() {
        return (int) number(Numbers.EVENT_ATTEMPT);
    }

    /** @return how long the library waits before the next attempt */
    public Duration delay() {
        return Duration.ofNanos(number(Numbers.EVENT_DELAY_NS));
    }

    /** @return the HTTP status of the answer */
    public int httpStatus() {
        return (int) number(Numbers.EVENT_HTTP_STATUS);
    }

    /** @return of a rotation: how many tokens follow the new certificate */
    public long tokens() {
        return number(Numbers.EVENT_TOKENS);
    }

    /** @return of {@code "msi_count"}: true if the request skipped the token cache */
    public boolean bypassCache() {
        return number(Numbers.EVENT_BYPASS_CACHE) == 1;
    }

    /** @return of {@code "msi_count"}: the strength of the key */
    public KeyStrength keyStrength() {
        return KeyStrength.of(number(Numbers.EVENT_KEY_STRENGTH));
    }

    /** @return of {@code "msi_count"}: whether that protection is real */
    public KeyOrigin keyOrigin() {
        return KeyOrigin.of(number(Numbers.EVENT_KEY_ORIGIN));
    }

    /** @return the error that it ended with, which was not thrown here */
    public Optional<ManagedIdentityException> error() {
        return Optional.ofNullable(error);
    }

    @Override
    public String toString() {
        return name() + " " + step();
    }
}
