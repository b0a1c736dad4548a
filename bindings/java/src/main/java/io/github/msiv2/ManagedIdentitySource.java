package io.github.msiv2;

/** A source of bearer tokens (MSI v1), and what is known of it without asking it. Immutable; contains no secret. */
public final class ManagedIdentitySource {
    private final String name;
    private final String why;
    private final String warning;
    private final SourceState state;
    private final boolean chosen;

    /** Reads one source of a native list. */
    ManagedIdentitySource(long sources, int index) {
        name = Bridge.text(Bridge.sourcesText(sources, index, Numbers.SOURCE_NAME));
        why = Bridge.text(Bridge.sourcesText(sources, index, Numbers.SOURCE_WHY));
        warning = Bridge.text(Bridge.sourcesText(sources, index, Numbers.SOURCE_WARNING));
        state = SourceState.of(Bridge.sourcesState(sources, index));
        chosen = Bridge.sourcesIsChosen(sources, index);
    }

    /** @return its kind */
    public ManagedIdentitySourceType type() {
        return ManagedIdentitySourceType.of(name);
    }

    /** @return its name, for example {@code "AppService"}, which {@link TokenResult#source} returns too */
    public String name() {
        return name;
    }

    /** @return how that is known, human-readable: names of variables and files, never their values */
    public String why() {
        return why;
    }

    /** @return what is wrong with its settings; empty if nothing is */
    public String warning() {
        return warning;
    }

    /** @return whether this host has it */
    public SourceState state() {
        return state;
    }

    /** @return true if requests for bearer tokens go to it */
    public boolean isChosen() {
        return chosen;
    }

    @Override
    public String toString() {
        return name + ": " + why;
    }
}
