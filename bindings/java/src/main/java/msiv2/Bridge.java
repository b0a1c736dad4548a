package msiv2;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bridge declares the native methods of MsalJNIBridge. What Java holds are numbers that native code looks up; one that
 * is closed, or was never given, is an {@link IllegalStateException}. Text crosses as UTF-8.
 */
final class Bridge {
    /** The day of the C interface that these classes were written for. */
    static final int API_VERSION = 20261123;

    // The numbers of msiv2.h, which never change.
    static final int OPTION_CLIENT_ID = 1;
    static final int OPTION_OBJECT_ID = 2;
    static final int OPTION_RESOURCE_ID = 3;
    static final int OPTION_IMDS_BASE_URL = 4;
    static final int OPTION_CLIENT_CAPABILITY = 5;
    static final int OPTION_TRUST_ANCHORS_PEM = 7;
    static final int OPTION_ATTESTATION_LIBRARY = 9;
    static final int OPTION_ATTESTATION_LIBRARY_SHA256 = 10;
    static final int OPTION_RETRIES = 2;
    static final int OPTION_PRIVATE_CACHE = 6;
    static final int REQUEST_MTLS_POP = 1;
    static final int REQUEST_ATTESTATION = 2;
    static final int REQUEST_ALLOW_UNATTESTED = 3;
    static final int REQUEST_FORCE_REFRESH = 5;
    static final int TOKEN_SECRET = 1;
    static final int TOKEN_AUTHORIZATION = 2;
    static final int TOKEN_RESOURCE = 3;
    static final int TOKEN_CLIENT_ID = 4;
    static final int TOKEN_TENANT_ID = 5;
    static final int TOKEN_MSI_SOURCE = 6;
    static final int TOKEN_TYPE = 1;
    static final int TOKEN_EXPIRES_ON = 2;
    static final int TOKEN_REFRESH_ON = 3;
    static final int TOKEN_ATTESTED = 4;
    static final int TOKEN_FROM_CACHE = 8;
    static final int CERTIFICATE_X5T_S256 = 3;
    static final int CERTIFICATE_STRENGTH_LABEL = 4;
    static final int KEY_MODULUS = 2;
    static final int STRENGTH_KEYGUARD = 3;
    static final int PADDING_PSS = 0;
    static final int PADDING_PKCS1 = 1;
    static final int RESPONSE_STATUS = 1;
    static final int RESPONSE_HEADER_COUNT = 2;

    static {
        NativeLibrary.require();
    }

    private Bridge() {}

    static native long openHandles();

    static native void close(long handle);

    static native long newOptions();

    static native void setOptionText(long options, int field, byte[] value);

    static native void setOptionNumber(long options, int field, long value);

    static native long newClient(long options);

    static native long newCancellation();

    static native void cancel(long cancellation);

    /** claimOptions takes options from whoever has their number, and returns the number that they have from now on. */
    static native long claimOptions(long options);

    /** acquire blocks. {@code numbers} are pairs of field and value. */
    static native long acquire(
            long client, byte[] resource, byte[] claims, int[] numbers, long timeoutMs, long cancellation);

    static native byte[] tokenText(long token, int field);

    static native long tokenNumber(long token, int field);

    static native long tokenCertificate(long token);

    static native byte[] certificateBytes(long certificate, int field);

    /** certificateOfChain returns null past the end. */
    static native byte[] certificateOfChain(long certificate, int index);

    static native long certificateKey(long certificate);

    static native long createKey(long options, int strength);

    static native byte[] keyBytes(long key, int field);

    static native byte[] sign(long key, int padding, int digestAlgorithm, byte[] digest);

    static native byte[] csr(long key, byte[] clientId, byte[] tenantId, byte[] vmId, byte[] vmssId);

    static native byte[] attest(long key, long options, byte[] endpoint, byte[] clientId, long cancellation);

    /** keyHandle makes a random token of 16 bytes that stands for a key. */
    static native byte[] keyHandle(long key);

    /** keyOfHandle returns the key, or 0 for a token that stands for none. */
    static native long keyOfHandle(byte[] handle);

    static native boolean releaseKeyHandle(byte[] handle);

    static native long newResourceClient(long options);

    static native long newResourceRequest(byte[] method, byte[] url, byte[] body);

    static native void addHeader(long request, byte[] name, byte[] value);

    static native long send(long client, long token, long request, long timeoutMs, long cancellation);

    static native long responseNumber(long response, int field);

    static native byte[] responseBody(long response);

    static native byte[] responseHeader(long response, int index, boolean value);

    /** challengeClaims returns null where the header asks for none. */
    static native byte[] challengeClaims(byte[] wwwAuthenticate);

    /** utf8 returns text for native code, which reads to the first NUL: one inside is refused. */
    static byte[] utf8(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new MsalClientException("text with a NUL character", AuthenticationErrorCode.INVALID_REQUEST);
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** text returns what native code gave, and wipes the bytes, which may have been a secret. */
    static String text(byte[] utf8) {
        String text = new String(utf8, StandardCharsets.UTF_8);
        Arrays.fill(utf8, (byte) 0);
        return text;
    }
}
