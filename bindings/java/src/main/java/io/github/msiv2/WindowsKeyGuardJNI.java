package io.github.msiv2;

import java.util.Objects;
import java.util.function.LongFunction;

/**
 * The separate steps of the key: KeyGuard key, attestation, signature. Applications need none of them to get a token. A
 * key handle is a random token of 16 bytes. Native code looks it up, and refuses a handle that is forged, released or
 * of another process. Safe for use by many threads.
 */
public final class WindowsKeyGuardJNI {
    /** The name of the key in the keystore: each user has one. */
    public static final String KEY_NAME = "KeyGuardRSAKey";
    /** The only size of a key. */
    public static final int KEY_SIZE_BITS = 2048;

    private static final int KEY_HANDLE_BYTES = 16;

    private final ManagedIdentityApplication application;
    private final String clientId;

    /** Uses this host's keystore, and the attestation library that the environment names. */
    public WindowsKeyGuardJNI() {
        this(null, "");
    }

    /**
     * Uses the keystores and the attestor of an application.
     *
     * @param application its options are used while it is open
     * @param clientId the client id that IMDS returned, for the attestation service
     */
    public WindowsKeyGuardJNI(ManagedIdentityApplication application, String clientId) {
        this.application = application;
        this.clientId = Objects.requireNonNull(clientId, "clientId");
    }

    /**
     * Gets or creates the KeyGuard key.
     *
     * @param keyName {@link #KEY_NAME}
     * @param keySizeBits {@link #KEY_SIZE_BITS}
     * @return a handle, which the caller releases
     * @throws PlatformNotSupportedException if there is no KeyGuard
     * @throws MsiV2Exception if the keystore fails
     * @throws MsalClientException for another name or size
     */
    public byte[] createKeyGuardRsaKeyNative(String keyName, int keySizeBits) {
        if (!KEY_NAME.equals(keyName) || keySizeBits != KEY_SIZE_BITS) {
            throw new MsalClientException(
                    "the KeyGuard key is called " + KEY_NAME + " and has " + KEY_SIZE_BITS + " bits",
                    AuthenticationErrorCode.INVALID_REQUEST);
        }
        try {
            NativeLibrary.require();
            return call(canceledBy -> Bridge.keyHandle(
                    withOptions(options -> Bridge.createKey(options, Numbers.STRENGTH_KEYGUARD))));
        } catch (ManagedIdentityException e) {
            throw asMsiV2(e);
        }
    }

    /**
     * Has the key attested.
     *
     * @param endpoint the attestation endpoint that IMDS returned
     * @param keyHandle from {@link #createKeyGuardRsaKeyNative}
     * @return the JWT, a secret
     * @throws MsiV2Exception if the endpoint is not allowed, or there is no attestation library, or the library fails
     * @throws MsalClientException for a handle that stands for no key
     */
    public String getAttestationTokenNative(String endpoint, byte[] keyHandle) {
        long key = keyOf(keyHandle);
        try {
            return Bridge.text(call(canceledBy -> withOptions(options -> Bridge.attest(
                    key, options, Bridge.utf8(endpoint), Bridge.utf8(clientId), canceledBy))));
        } catch (ManagedIdentityException e) {
            throw asMsiV2(e);
        }
    }

    /**
     * Signs a SHA-256 digest by RSASSA-PSS with a salt of 32 bytes.
     *
     * @param keyHandle from {@link #createKeyGuardRsaKeyNative}
     * @param digest 32 bytes
     * @return the signature, 256 bytes
     * @throws MsiV2Exception if the keystore refuses
     * @throws MsalClientException for a handle that stands for no key, or a digest of another size
     */
    public byte[] signNative(byte[] keyHandle, byte[] digest) {
        if (digest == null || digest.length != 32) {
            throw new MsalClientException("a digest has 32 bytes", AuthenticationErrorCode.INVALID_REQUEST);
        }
        long key = keyOf(keyHandle);
        try {
            return Bridge.sign(key, Numbers.PADDING_PSS, Numbers.DIGEST_SHA256, digest);
        } catch (ManagedIdentityException e) {
            throw asMsiV2(e);
        }
    }

    /**
     * Forgets the handle. The key stays in its keystore.
     *
     * @param keyHandle from {@link #createKeyGuardRsaKeyNative}
     * @return true if the handle stood for a key
     * @throws MsalClientException for bytes that are not a handle
     * @throws MsiV2Exception if the native library cannot be loaded
     */
    public boolean releaseKeyNative(byte[] keyHandle) {
        checkSize(keyHandle);
        NativeLibrary.require();
        return Bridge.releaseKeyHandle(keyHandle);
    }

    private static void checkSize(byte[] keyHandle) {
        if (keyHandle == null || keyHandle.length != KEY_HANDLE_BYTES) {
            throw new MsalClientException("a key handle has 16 bytes", AuthenticationErrorCode.INVALID_REQUEST);
        }
    }

    static long keyOf(byte[] keyHandle) {
        checkSize(keyHandle);
        NativeLibrary.require();
        long key = Bridge.keyOfHandle(keyHandle);
        if (key == 0) {
            throw new MsalClientException(
                    "the handle stands for no key: it is forged, released or of another process",
                    AuthenticationErrorCode.INVALID_REQUEST);
        }
        return key;
    }

    /** Runs a native call. Closing the application cancels what can be cancelled. */
    private <T> T call(LongFunction<T> call) {
        return new NativeCall(application == null ? this : application).run(call);
    }

    private <T> T withOptions(LongFunction<T> call) {
        return application == null ? call.apply(0) : application.options().with(call);
    }

    private static MsiV2Exception asMsiV2(ManagedIdentityException e) {
        boolean noKeyGuard = e.errorCode().equals(AuthenticationErrorCode.MSI_V2_KEYGUARD_UNAVAILABLE)
                || e.errorCode().equals(AuthenticationErrorCode.NATIVE_LIBRARY_UNAVAILABLE);
        return noKeyGuard ? new PlatformNotSupportedException(e) : MsiV2Exception.of(e);
    }
}
