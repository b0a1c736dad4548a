package io.github.msiv2;

/** Says how bad a {@link Finding} is. */
public enum Severity {
    /** The check passed. */
    OK(Numbers.SEVERITY_OK),
    /** The check could not be made, or does not apply. */
    SKIPPED(Numbers.SEVERITY_SKIPPED),
    /** It may prevent bound tokens. */
    WARNING(Numbers.SEVERITY_WARNING),
    /** It prevents bound tokens. */
    FAILURE(Numbers.SEVERITY_FAILURE);

    private final int number;

    Severity(int number) {
        this.number = number;
    }

    static Severity of(long number) {
        return Numbered.find(values(), severity -> severity.number, number);
    }
}
