package msiv2;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bridge declares the native methods of MsalJNIBridge. What Java holds are numbers that native code looks up; one that
 * is closed, or was never given, is an {@link IllegalStateException}. Text crosses as UTF-8. Fields and values are those
 * of {@link Numbers}.
 */
final class Bridge {
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

    /** tokenSecret returns the token itself: wipe it. */
    static native byte[] tokenSecret(long token);

    /** tokenAuthorization returns the value of the header that uses the token: wipe it. */
    static native byte[] tokenAuthorization(long token);

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
