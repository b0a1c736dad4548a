package io.github.msiv2;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Declares the native methods of MsalJNIBridge. Java holds numbers that native code looks up. A number that is closed
 * or was never issued is an {@link IllegalStateException}. Text is passed as UTF-8. Fields and values are those of
 * {@link Numbers}.
 */
final class Bridge {
    static {
        NativeLibrary.require();
    }

    private Bridge() {}

    static native long openHandles();

    static native void close(long handle);

    /** Lets no native thread call Java any more, and waits for the calls under way, but not for long. */
    static native void endCallbacks();

    static native byte[] version();

    static native long newOptions();

    static native void setOptionText(long options, int field, byte[] value);

    static native void setOptionNumber(long options, int field, long value);

    static native void addKeyProvider(long options, KeyProvider provider, byte[] name, int strength);

    static native void setAttestor(long options, Attestor attestor, boolean acceptsEmulatedKeys);

    static native void addObserver(long options, Consumer<Event> observer);

    static native void addLog(long options, Consumer<String> log, boolean debug, boolean json);

    static native void replyBytes(long reply, byte[] bytes);

    static native void replyError(long reply, byte[] message, long nativeCode, boolean retryable);

    static native void replyKey(
            long reply, SigningKey key, int strength, int origin, byte[] modulus, byte[] exponent);

    static native boolean callIsCanceled(long call);

    static native long callMillisecondsLeft(long call);

    static native long newClient(long options);

    /** Does the same, but fails if this host cannot have a managed identity. */
    static native long tryNewClient(long options);

    static native long findSources(long options);

    static native int sourcesSize(long sources);

    static native int sourcesState(long sources, int index);

    static native boolean sourcesIsChosen(long sources, int index);

    static native byte[] sourcesText(long sources, int index, int field);

    /** Asks IMDS, and blocks. */
    static native long capabilities(long client, long timeoutMs, long cancellation);

    static native byte[] capabilitiesText(long capabilities, int field);

    static native long capabilitiesNumber(long capabilities, int field);

    /** Returns an exception that was not thrown. */
    static native ManagedIdentityException capabilitiesReason(long capabilities, int index);

    /** Runs the checks, and blocks. */
    static native long diagnose(long options, byte[] tokenEndpoint, long timeoutMs, long cancellation);

    static native int diagnosisSize(long diagnosis);

    static native int diagnosisSeverity(long diagnosis, int index);

    static native byte[] diagnosisText(long diagnosis, int index, int field);

    static native long newCancellation();

    static native void cancel(long cancellation);

    /** Takes over options from the code that has their number, and returns their new number. */
    static native long claimOptions(long options);

    /** Acquires a token, and blocks. Takes {@link ManagedIdentityParameters#bytes}, and returns what TokenResult reads. */
    static native byte[] acquire(long client, byte[] request, long timeoutMs, long cancellation);

    /** Returns the same for a token of the cache, or null if the cache has none. Does not block. */
    static native byte[] findToken(long client, byte[] request);

    /** Returns the token itself, which the caller wipes. */
    static native byte[] tokenSecret(long token);

    /** Returns the value of the header that uses the token, which the caller wipes. */
    static native byte[] tokenAuthorization(long token);

    static native long tokenCertificate(long token);

    static native byte[] certificateBytes(long certificate, int field);

    static native long certificateNumber(long certificate, int field);

    /** Returns a certificate of the chain, or null past its end. */
    static native byte[] certificateOfChain(long certificate, int index);

    static native long certificateKey(long certificate);

    static native long createKey(long options, int strength);

    static native byte[] keyBytes(long key, int field);

    static native long keyNumber(long key, int field);

    static native byte[] sign(long key, int padding, int digestAlgorithm, byte[] digest);

    static native byte[] csr(long key, byte[] clientId, byte[] tenantId, byte[] vmId, byte[] vmssId);

    static native byte[] attest(long key, long options, byte[] endpoint, byte[] clientId, long cancellation);

    /** Creates a random token of 16 bytes that stands for a key. */
    static native byte[] keyHandle(long key);

    /** Returns the key that a token stands for, or 0. */
    static native long keyOfHandle(byte[] handle);

    static native boolean releaseKeyHandle(byte[] handle);

    static native long newResourceClient(long options);

    static native long newResourceRequest(byte[] method, byte[] url, byte[] body);

    static native void setMaxAnswer(long request, long size);

    static native void addHeader(long request, byte[] name, byte[] value);

    static native long send(long client, long token, long request, long timeoutMs, long cancellation);

    static native long responseNumber(long response, int field);

    static native byte[] responseBody(long response);

    static native byte[] responseHeader(long response, int index, boolean value);

    /** Returns the claims that the header asks for, or null if it asks for none. */
    static native byte[] challengeClaims(byte[] wwwAuthenticate);

    /** Returns text for native code, which reads to the first NUL: a text with a NUL inside is refused. */
    static byte[] utf8(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new MsalClientException("text with a NUL character", AuthenticationErrorCode.INVALID_REQUEST);
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the text that native code returned, and wipes its bytes, which may have been a secret. */
    static String text(byte[] utf8) {
        String text = new String(utf8, StandardCharsets.UTF_8);
        Arrays.fill(utf8, (byte) 0);
        return text;
    }
}
