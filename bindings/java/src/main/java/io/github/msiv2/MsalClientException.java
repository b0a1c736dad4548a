package io.github.msiv2;

/** Thrown if the request or the options are wrong, or do not fit this host. */
public class MsalClientException extends ManagedIdentityException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message the human-readable cause
     * @param errorCode a code of the table of errors
     */
    public MsalClientException(String message, String errorCode) {
        super(message, errorCode);
    }

    MsalClientException(String message, String errorCode, ErrorDetails details) {
        super(message, errorCode, details);
    }
}
