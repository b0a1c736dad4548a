package io.github.msiv2;

/**
 * The details of the last tokens of an application. Most hits are of a token that was seen before: its texts are not created
 * again. Safe for use by many threads, which at worst create some twice.
 */
final class RecentDetails {
    private static final int PLACES = 8;

    private final TokenDetails[] details = new TokenDetails[PLACES];  // immutable ones, so no lock is needed

    /** Returns the result that owns the token of {@code answer}. */
    TokenResult resultOf(byte[] answer) {
        return new TokenResult(answer, this);
    }

    /** Returns the details in {@code answer}. */
    TokenDetails of(byte[] answer) {
        int place = Math.floorMod(TokenDetails.hashOf(answer), PLACES);
        TokenDetails known = details[place];
        if (known == null || !known.areOf(answer)) {
            known = new TokenDetails(answer);
            details[place] = known;
        }
        return known;
    }
}
