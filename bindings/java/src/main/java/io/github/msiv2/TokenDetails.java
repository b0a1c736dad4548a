package io.github.msiv2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** What a token says of itself; nothing of it is secret. Immutable, so that the results of one token share it. */
final class TokenDetails {
    private static final int FROM_CACHE = Long.BYTES;
    private static final int DETAILS = 2 * Long.BYTES;  // what comes before differs from answer to answer
    private static final int LAST_BYTE_OF_EXPIRY = DETAILS + 2 * Long.BYTES - 1;

    final String tokenType;
    final Instant expiresOn;
    final Instant refreshOn;  // null if the library does not refresh it
    final boolean attested;
    final boolean bindingVerified;
    final KeyStrength keyStrength;
    final KeyOrigin keyOrigin;
    final String resource;
    final String clientId;
    final String tenantId;
    final String source;
    private final byte[] answer;

    /** Reads what native code gave: the number of the handle, whether it came from the cache, and the fields. */
    TokenDetails(byte[] answer) {
        this.answer = answer;
        ByteBuffer fields = ByteBuffer.wrap(answer, DETAILS, answer.length - DETAILS);
        tokenType = fields.getLong() == Numbers.TOKEN_TYPE_MTLS_POP ? "mtls_pop" : "Bearer";
        expiresOn = Instant.ofEpochSecond(fields.getLong());
        long refresh = fields.getLong();
        refreshOn = refresh == 0 ? null : Instant.ofEpochSecond(refresh);
        attested = fields.getLong() == 1;
        bindingVerified = fields.getLong() == 1;
        keyStrength = KeyStrength.of(fields.getLong());
        keyOrigin = KeyOrigin.of(fields.getLong());
        resource = text(fields);
        clientId = text(fields);
        tenantId = text(fields);
        source = text(fields);
    }

    private static String text(ByteBuffer fields) {
        int size = fields.getInt();
        String text = new String(fields.array(), fields.position(), size, StandardCharsets.UTF_8);
        fields.position(fields.position() + size);
        return text;
    }

    static long handleOf(byte[] answer) {
        return ByteBuffer.wrap(answer).getLong();
    }

    static boolean isFromCache(byte[] answer) {
        return ByteBuffer.wrap(answer).getLong(FROM_CACHE) == 1;
    }

    /** Returns true if these are the details of {@code other} too. */
    boolean areOf(byte[] other) {
        return Arrays.equals(answer, DETAILS, answer.length, other, DETAILS, other.length);
    }

    /** Returns a number that is equal for equal details, and seldom for others. */
    static int hashOf(byte[] answer) {
        return 31 * answer.length + answer[LAST_BYTE_OF_EXPIRY];
    }
}
