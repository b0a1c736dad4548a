package msiv2;

/** MsalClientException says that the request or the options are wrong, or do not fit this host. */
public class MsalClientException extends ManagedIdentityException {
    private static final long serialVersionUID = 1L;

    /**
     * MsalClientException makes an exception.
     *
     * @param message the cause, for people
     * @param errorCode a code of the table of errors
     */
    public MsalClientException(String message, String errorCode) {
        super(message, errorCode);
    }

    MsalClientException(String message, String errorCode, ErrorDetails details) {
        super(message, errorCode, details);
    }
}
