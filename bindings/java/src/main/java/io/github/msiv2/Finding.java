package io.github.msiv2;

/** One result of {@link ManagedIdentityApplication#diagnose}. Immutable; contains no secret. */
public final class Finding {
    private final Severity severity;
    private final String check;
    private final String cause;
    private final String text;
    private final String cure;

    /** Reads one finding of a native diagnosis. */
    Finding(long diagnosis, int index) {
        severity = Severity.of(Bridge.diagnosisSeverity(diagnosis, index));
        check = text(diagnosis, index, Numbers.FINDING_CHECK);
        cause = text(diagnosis, index, Numbers.FINDING_CAUSE);
        text = text(diagnosis, index, Numbers.FINDING_TEXT);
        cure = text(diagnosis, index, Numbers.FINDING_CURE);
    }

    private static String text(long diagnosis, int index, int field) {
        return Bridge.text(Bridge.diagnosisText(diagnosis, index, field));
    }

    /** @return how bad it is */
    public Severity severity() {
        return severity;
    }

    /** @return the check that found it, for example {@code "imds"} */
    public String check() {
        return check;
    }

    /** @return the word of the cause, which a program can act on; may be empty */
    public String cause() {
        return cause;
    }

    /** @return what was found, human-readable */
    public String text() {
        return text;
    }

    /** @return what to do about it; empty if nothing is wrong */
    public String cure() {
        return cure;
    }

    @Override
    public String toString() {
        return check + ": " + text;
    }
}
