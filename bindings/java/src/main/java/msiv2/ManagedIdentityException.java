package msiv2;

import java.util.Objects;

/** ManagedIdentityException is the base of what this library throws. It never carries a secret. */
public class ManagedIdentityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String errorCode;
    private final ErrorDetails details;

    /**
     * ManagedIdentityException makes an exception.
     *
     * @param message the cause, for people
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
     * errorCode returns what a program acts on.
     *
     * @return a code of the table of errors
     */
    public final String errorCode() {
        return errorCode;
    }

    /**
     * details returns what else is known.
     *
     * @return step, cure, HTTP status and the like
     */
    public final ErrorDetails details() {
        return details;
    }
}
