package io.github.msiv2;

/** The form of a signature (RFC 8017). */
public enum SignaturePadding {
    /** RSASSA-PSS with MGF1 of the same digest, and a salt as long as the digest. */
    PSS(Numbers.PADDING_PSS),
    /** RSASSA-PKCS1-v1_5. */
    PKCS1(Numbers.PADDING_PKCS1);

    private final int number;

    SignaturePadding(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static SignaturePadding of(int number) {
        return Numbered.find(values(), padding -> padding.number, number);
    }
}
