package io.github.msiv2;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What is known about a failure in addition to its code and message. Immutable; contains no secret. */
public final class ErrorDetails implements Serializable {
    private static final long serialVersionUID = 1L;

    static final ErrorDetails NONE = withCure("");

    static ErrorDetails withCure(String cure) {
        return new ErrorDetails(cure, "request", false, false, 0, 0, -1, 0, "", "", "", Collections.emptyList(), -1, "", null);
    }

    static ErrorDetails about(Option option) {
        return new ErrorDetails("", "request", false, false, 0, 0, -1, 0, "", "", "", Collections.emptyList(), -1, "", option);
    }

    private final String cure;
    private final String step;
    private final boolean retryable;
    private final boolean outOfTime;
    private final int httpStatus;
    private final long nativeCode;
    private final int tlsAlert;
    private final int attempts;
    private final String serviceError;
    private final String correlationId;
    private final String source;
    private final ArrayList<Long> aadsts;
    private final long retryAfterSeconds;
    private final String line;
    private final Option option;

    ErrorDetails(String cure, String step, boolean retryable, boolean outOfTime, int httpStatus, long nativeCode, int tlsAlert,
            int attempts, String serviceError, String correlationId, String source, List<Long> aadsts, long retryAfterSeconds,
            String line, Option option) {
        this.cure = cure;
        this.step = step;
        this.retryable = retryable;
        this.outOfTime = outOfTime;
        this.httpStatus = httpStatus;
        this.nativeCode = nativeCode;
        this.tlsAlert = tlsAlert;
        this.attempts = attempts;
        this.serviceError = serviceError;
        this.correlationId = correlationId;
        this.source = source;
        this.aadsts = new ArrayList<>(aadsts);
        this.retryAfterSeconds = retryAfterSeconds;
        this.line = line;
        this.option = option;
    }

    /** @return what to do about the failure; may be empty */
    public String cure() {
        return cure;
    }

    /** @return the step that failed, for example {@code "attestation"} */
    public String step() {
        return step;
    }

    /** @return true if the same call may succeed later, unchanged */
    public boolean retryable() {
        return retryable;
    }

    /** @return true if another attempt was due, but the timeout of the call left no time for it */
    public boolean outOfTime() {
        return outOfTime;
    }

    /** @return the HTTP status of the answer; 0 if there was none */
    public int httpStatus() {
        return httpStatus;
    }

    /** @return status of libcurl, NCrypt or the attestation library */
    public long nativeCode() {
        return nativeCode;
    }

    /** @return the TLS alert that the peer sent, or -1 */
    public int tlsAlert() {
        return tlsAlert;
    }

    /** @return how many HTTP attempts were made before giving up */
    public int attempts() {
        return attempts;
    }

    /** @return OAuth {@code error} or IMDS error code, as sent; may be empty */
    public String serviceError() {
        return serviceError;
    }

    /** @return the x-ms-client-request-id of the acquisition; may be empty */
    public String correlationId() {
        return correlationId;
    }

    /** @return the source of bearer tokens that failed, for example {@code "AppService"}; otherwise empty */
    public String source() {
        return source;
    }

    /** @return how long the service asked to wait before the next request; empty if it did not */
    public Optional<Duration> retryAfter() {
        return retryAfterSeconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(retryAfterSeconds));
    }

    /** @return the option that the failure is about; empty if it is about none */
    public Optional<Option> option() {
        return Optional.ofNullable(option);
    }

    /** @return Entra's error codes */
    public List<Long> aadsts() {
        return Collections.unmodifiableList(aadsts);
    }

    /** Returns all of a native error in one line; empty for an error that these classes raised. */
    String line() {
        return line;
    }
}
