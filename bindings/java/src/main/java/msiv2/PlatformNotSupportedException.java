package msiv2;

/** PlatformNotSupportedException says that this host has no KeyGuard: it is no Windows, or VBS is off. */
public class PlatformNotSupportedException extends MsiV2Exception {
    private static final long serialVersionUID = 1L;

    PlatformNotSupportedException(String message, ErrorDetails details) {
        super(message, AuthenticationErrorCode.MSI_V2_KEYGUARD_UNAVAILABLE, details);
    }
}
