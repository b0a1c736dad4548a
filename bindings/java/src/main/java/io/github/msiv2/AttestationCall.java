package io.github.msiv2;

import java.time.Duration;

/** What an {@link Attestor} is asked for. It is usable until {@link Attestor#attest} returns. */
public final class AttestationCall {
    private final String endpoint;
    private final String clientId;
    private final BoundPrivateKey key;
    private final long call;

    AttestationCall(String endpoint, String clientId, long key, long call) {
        this.endpoint = endpoint;
        this.clientId = clientId;
        this.key = new BoundPrivateKey(new Handle(key));
        this.call = call;
    }

    /** @return the attestation endpoint that IMDS named; it was checked */
    public String endpoint() {
        return endpoint;
    }

    /** @return the client id that IMDS named */
    public String clientId() {
        return clientId;
    }

    /** @return the key to attest, which signs */
    public BoundPrivateKey key() {
        return key;
    }

    /** @return true if the caller no longer wants the answer */
    public boolean isCanceled() {
        return Bridge.callIsCanceled(call);
    }

    /** @return how long the caller still waits; zero or negative if its time is over */
    public Duration timeLeft() {
        return Duration.ofMillis(Bridge.callMillisecondsLeft(call));
    }
}
