package io.github.msiv2;

/**
 * Thrown if this host has no KeyGuard: it does not run Windows, or VBS is off, or there is no native library for it.
 */
public class PlatformNotSupportedException extends MsiV2Exception {
    private static final long serialVersionUID = 1L;

    PlatformNotSupportedException(ManagedIdentityException cause) {
        super(cause.getMessage(), AuthenticationErrorCode.MSI_V2_KEYGUARD_UNAVAILABLE, cause.details());
        initCause(cause);
    }
}
