package io.github.msiv2;

import java.util.Objects;

/** The base class of this library's exceptions. It never contains a secret. */
public class ManagedIdentityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String errorCode;
    private final ErrorDetails details;

    /**
     * Creates an exception.
     *
     * @param message the human-readable cause
     * @param errorCode a code of the table of errors, for example {@code "msi_v2_error"}
     */
    public ManagedIdentityException(String message, String errorCode) {
        this(message, errorCode, ErrorDetails.NONE);
    }

    ManagedIdentityException(String message, String errorCode, ErrorDetails details) {
        super(message);
        this.errorCode = Objects.requireNonNull(errorCode, "errorCode");
        this.details = details;
    }

    /**
     * Returns the code that a program acts on.
     *
     * @return a code of the table of errors
     */
    public final String errorCode() {
        return errorCode;
    }

    /**
     * Returns what else is known.
     *
     * @return step, cure, HTTP status and the like
     */
    public final ErrorDetails details() {
        return details;
    }

    /**
     * Returns code, cause and cure, and what else is known, in one line for a log.
     *
     * @return printable text
     */
    public final String line() {
        return details.line().isEmpty()
                ? (errorCode + ": " + getMessage() + " " + details.cure()).trim()
                : details.line();
    }

    /**
     * Returns the name of the class and {@link #line()}, so that a stack trace shows code and cure too.
     *
     * @return printable text
     */
    @Override
    public final String toString() {
        return getClass().getName() + ": " + line();
    }
}
