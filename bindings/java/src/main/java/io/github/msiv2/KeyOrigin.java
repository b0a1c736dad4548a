package io.github.msiv2;

/** Says whether the protection of a key is real. */
public enum KeyOrigin {
    /** This host protects the key. */
    PLATFORM(Numbers.ORIGIN_PLATFORM),
    /** The protection is only emulated, for tests. */
    EMULATED(Numbers.ORIGIN_EMULATED);

    private final int number;

    KeyOrigin(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static KeyOrigin of(long number) {
        return Numbered.find(values(), origin -> origin.number, number);
    }
}
