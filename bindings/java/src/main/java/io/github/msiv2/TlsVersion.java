package io.github.msiv2;

/** A version of TLS. */
public enum TlsVersion {
    /** TLS 1.2. */
    TLS_1_2(Numbers.TLS_1_2),
    /** TLS 1.3. */
    TLS_1_3(Numbers.TLS_1_3);

    private final int number;

    TlsVersion(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
