package io.github.msiv2;

/** What is known of a source of bearer tokens (MSI v1) before it is asked. */
public enum SourceState {
    /** This host does not have it. */
    ABSENT(Numbers.SOURCE_ABSENT),
    /** This host may have it; only a request shows. */
    POSSIBLE(Numbers.SOURCE_POSSIBLE),
    /** This host has it. */
    FOUND(Numbers.SOURCE_FOUND);

    private final int number;

    SourceState(int number) {
        this.number = number;
    }

    static SourceState of(long number) {
        return Numbered.find(values(), state -> state.number, number);
    }
}
