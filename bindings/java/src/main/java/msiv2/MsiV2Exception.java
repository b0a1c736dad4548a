package msiv2;

/**
 * MsiV2Exception says that the MSI v2 flow failed, or that the native library cannot be loaded. It never means that
 * something weaker was used instead.
 */
public class MsiV2Exception extends ManagedIdentityException {
    private static final long serialVersionUID = 1L;

    /**
     * MsiV2Exception makes an exception with a code of its own.
     *
     * @param message the cause, for people
     * @param errorCode a code of the table of errors
     */
    public MsiV2Exception(String message, String errorCode) {
        super(message, errorCode);
    }

    MsiV2Exception(String message, String errorCode, ErrorDetails details) {
        super(message, errorCode, details);
    }

    /** of makes an exception of any failure of a request for MSI v2; one that is of this class stays as it is. */
    static MsiV2Exception of(ManagedIdentityException e) {
        if (e instanceof MsiV2Exception) {
            return (MsiV2Exception) e;
        }
        MsiV2Exception same = new MsiV2Exception(e.getMessage(), e.errorCode(), e.details());
        same.initCause(e);
        return same;
    }

    /**
     * MsiV2Exception makes an exception of {@link AuthenticationErrorCode#MSI_V2_ERROR}.
     *
     * @param message the cause, for people
     */
    public MsiV2Exception(String message) {
        this(message, AuthenticationErrorCode.MSI_V2_ERROR);
    }
}
