package io.github.msiv2;

/**
 * Thrown if the MSI v2 flow failed, or if the native library cannot be loaded. It never means that something weaker was
 * used instead.
 */
public class MsiV2Exception extends ManagedIdentityException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with its own code.
     *
     * @param message the human-readable cause
     * @param errorCode a code of the table of errors
     */
    public MsiV2Exception(String message, String errorCode) {
        super(message, errorCode);
    }

    MsiV2Exception(String message, String errorCode, ErrorDetails details) {
        super(message, errorCode, details);
    }

    /** Converts any failure of a request for MSI v2; an exception that is of this class already stays as it is. */
    static MsiV2Exception of(ManagedIdentityException e) {
        if (e instanceof MsiV2Exception) {
            return (MsiV2Exception) e;
        }
        MsiV2Exception same = new MsiV2Exception(e.getMessage(), e.errorCode(), e.details());
        same.initCause(e);
        return same;
    }

    /**
     * Creates an exception with {@link AuthenticationErrorCode#MSI_V2_ERROR}.
     *
     * @param message the human-readable cause
     */
    public MsiV2Exception(String message) {
        this(message, AuthenticationErrorCode.MSI_V2_ERROR);
    }
}
