package io.github.msiv2;

/** The algorithm that computed a digest. */
public enum DigestAlgorithm {
    /** SHA-256, 32 bytes. */
    SHA256(Numbers.DIGEST_SHA256, "SHA-256", 32),
    /** SHA-384, 48 bytes. */
    SHA384(Numbers.DIGEST_SHA384, "SHA-384", 48),
    /** SHA-512, 64 bytes. */
    SHA512(Numbers.DIGEST_SHA512, "SHA-512", 64);

    private final int number;
    private final String standardName;
    private final int size;

    DigestAlgorithm(int number, String standardName, int size) {
        this.number = number;
        this.standardName = standardName;
        this.size = size;
    }

    int number() {
        return number;
    }

    /** @return its name in Java, for example for {@code MessageDigest.getInstance} */
    public String standardName() {
        return standardName;
    }

    /** @return how many bytes a digest has */
    public int size() {
        return size;
    }

    static DigestAlgorithm of(int number) {
        return Numbered.find(values(), algorithm -> algorithm.number, number);
    }

    /** Returns the algorithm of that name in Java, or null. */
    static DigestAlgorithm named(String standardName) {
        for (DigestAlgorithm algorithm : values()) {
            if (algorithm.standardName.equals(standardName)) {
                return algorithm;
            }
        }
        return null;
    }
}
