package io.github.msiv2;

/**
 * Error codes raised by the Java layer. The table of errors (docs/errors.md) lists the other values of {@link
 * ManagedIdentityException#errorCode}.
 */
public final class AuthenticationErrorCode {
    /** The request asks for attestation without proof of possession. */
    public static final String MSI_V2_ATTESTATION_REQUIRES_POP = "msi_v2_attestation_requires_pop";
    /** The request asks for proof of possession without attestation, and does not accept an unattested binding. */
    public static final String MSI_V2_POP_REQUIRES_ATTESTATION = "msi_v2_pop_requires_attestation";
    /** Attestation needs a KeyGuard key, and this host has none. */
    public static final String MSI_V2_KEYGUARD_UNAVAILABLE = "msi_v2_keyguard_unavailable";
    /** The MSI v2 flow failed in a way that has no more specific code. */
    public static final String MSI_V2_ERROR = "msi_v2_error";
    /** The request is malformed; the message names the wrong part. */
    public static final String INVALID_REQUEST = "invalid_request";

    /** The native library cannot be loaded; the message says why. */
    public static final String NATIVE_LIBRARY_UNAVAILABLE = "native_library_unavailable";

    private AuthenticationErrorCode() {}
}
