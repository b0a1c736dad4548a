package io.github.msiv2;

import java.util.Objects;

/**
 * Thrown by a {@link KeyProvider}, a {@link SigningKey} or an {@link Attestor} to say why it fails. Of
 * exceptions that are not of this library only the class is shown, since their messages may hold secrets.
 */
public class CallbackException extends Exception {
    private static final long serialVersionUID = 1L;

    private final long nativeCode;
    private final boolean retryable;

    /**
     * Creates an exception.
     *
     * @param message becomes part of the error's message: human-readable, without secrets
     * @param nativeCode becomes {@link ErrorDetails#nativeCode}
     * @param retryable true if the cause may pass; becomes {@link ErrorDetails#retryable}
     */
    public CallbackException(String message, long nativeCode, boolean retryable) {
        super(Objects.requireNonNull(message, "message"));
        this.nativeCode = nativeCode;
        this.retryable = retryable;
    }

    /** @return the status of what failed */
    public long nativeCode() {
        return nativeCode;
    }

    /** @return true if the cause may pass */
    public boolean retryable() {
        return retryable;
    }
}
