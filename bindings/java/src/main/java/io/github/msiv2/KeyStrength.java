package io.github.msiv2;

/** Says how well a key is protected, from the weakest to the strongest. */
public enum KeyStrength {
    /** No key. In a request: a key of any strength. */
    NONE(Numbers.STRENGTH_NONE),
    /** In the memory of this process. */
    SOFTWARE(Numbers.STRENGTH_SOFTWARE),
    /** In hardware, for example a TPM. */
    HARDWARE(Numbers.STRENGTH_HARDWARE),
    /** In KeyGuard, isolated by virtualisation-based security. Only such a key can be attested. */
    KEYGUARD(Numbers.STRENGTH_KEYGUARD);

    private final int number;

    KeyStrength(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static KeyStrength of(long number) {
        return Numbered.find(values(), strength -> strength.number, number);
    }
}
