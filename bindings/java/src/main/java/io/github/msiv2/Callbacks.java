package io.github.msiv2;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Called by native code when it needs an object of the application. No exception leaves it: a keystore or attestor that
 * throws has failed, and an observer or log that throws loses what it was told.
 */
final class Callbacks {
    /** What becomes of a call of a keystore or an attestor. */
    private interface Body {
        void run() throws Exception;
    }

    private Callbacks() {}

    /** Passes an event. {@code errorTexts} is null if the event has no error. */
    static void event(Consumer<Event> observer, byte[][] texts, long[] numbers, byte[][] errorTexts,
            long[] errorNumbers, long[] aadsts) {
        tell(() -> observer.accept(new Event(
                texts, numbers, errorTexts == null ? null : Failure.of(errorTexts, errorNumbers, aadsts))));
    }

    /** Passes a line of a log. */
    static void line(Consumer<String> log, byte[] line) {
        tell(() -> log.accept(Bridge.text(line)));
    }

    static void discard(KeyProvider provider, SigningKey key) {
        tell(() -> provider.discard(key));
    }

    /** Nothing waits for the answer, so what is thrown goes where uncaught exceptions of the thread go. */
    private static void tell(Runnable body) {
        try {
            body.run();
        } catch (Throwable e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    static int getOrCreate(KeyProvider provider, long reply) {
        return answer("the key provider " + provider.getClass().getName(), Numbers.E_KEY_CREATION_FAILED, reply, () -> {
            SigningKey key = provider.getOrCreate();
            RSAPublicKey publicKey = key.publicKey();
            Bridge.replyKey(reply, key, key.strength().number(), key.origin().number(),
                    unsigned(publicKey.getModulus()), unsigned(publicKey.getPublicExponent()));
        });
    }

    private static byte[] unsigned(BigInteger number) {
        return number.toByteArray();  // a leading zero does no harm
    }

    static int sign(SigningKey key, int padding, int algorithm, byte[] digest, long reply) {
        return answer("the key " + key.getClass().getName(), Numbers.E_KEY_SIGN_FAILED, reply, () -> Bridge.replyBytes(
                reply, key.sign(SignaturePadding.of(padding), DigestAlgorithm.of(algorithm), digest)));
    }

    static int attest(Attestor attestor, byte[] endpoint, byte[] clientId, long key, long call, long reply) {
        return answer("the attestor " + attestor.getClass().getName(), Numbers.E_ATTESTATION_FAILED, reply, () -> {
            String jwt = attestor.attest(
                    new AttestationCall(Bridge.text(endpoint), Bridge.text(clientId), key, call));
            byte[] bytes = jwt.getBytes(StandardCharsets.UTF_8);
            Bridge.replyBytes(reply, bytes);
            Arrays.fill(bytes, (byte) 0);
        });
    }

    private static int answer(String who, int failed, long reply, Body body) {
        try {
            body.run();
            return Numbers.OK;
        } catch (CallbackException e) {
            Bridge.replyError(reply, printable(e.getMessage()), e.nativeCode(), e.retryable());
        } catch (ManagedIdentityException e) {  // contains no secret either
            Bridge.replyError(reply, printable(who + ": " + e.getMessage()), 0, false);
        } catch (Throwable e) {
            Bridge.replyError(reply, printable(who + " threw " + e.getClass().getName()), 0, true);
        }
        return failed;
    }

    /** Native code reads to the first NUL. */
    private static byte[] printable(String message) {
        return message.replace('\0', ' ').getBytes(StandardCharsets.UTF_8);
    }
}
