package io.github.msiv2;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What this host can do: see {@link ManagedIdentityApplication#capabilities}. Immutable; contains no secret. */
public final class Capabilities {
    private final String source;
    private final String hostSecurity;
    private final String bearerSource;
    private final boolean popAvailable;
    private final KeyStrength strength;
    private final KeyStrength couldBind;
    private final KeyOrigin origin;
    private final SourceState identityHere;
    private final List<ManagedIdentityException> reasons;

    /** Reads native capabilities. */
    Capabilities(long capabilities) {
        source = text(capabilities, Numbers.CAPABILITY_SOURCE);
        hostSecurity = text(capabilities, Numbers.CAPABILITY_HOST_SECURITY);
        bearerSource = text(capabilities, Numbers.CAPABILITY_BEARER_SOURCE);
        popAvailable = number(capabilities, Numbers.CAPABILITY_POP_AVAILABLE) == 1;
        strength = KeyStrength.of(number(capabilities, Numbers.CAPABILITY_STRENGTH));
        couldBind = KeyStrength.of(number(capabilities, Numbers.CAPABILITY_COULD_BIND));
        origin = KeyOrigin.of(number(capabilities, Numbers.CAPABILITY_ORIGIN));
        identityHere = SourceState.of(number(capabilities, Numbers.CAPABILITY_IDENTITY_HERE));
        List<ManagedIdentityException> found = new ArrayList<>();
        long count = number(capabilities, Numbers.CAPABILITY_REASON_COUNT);
        for (int i = 0; i < count; ++i) {
            found.add(Bridge.capabilitiesReason(capabilities, i));
        }
        reasons = Collections.unmodifiableList(found);
    }

    private static String text(long capabilities, int field) {
        return Bridge.text(Bridge.capabilitiesText(capabilities, field));
    }

    private static long number(long capabilities, int field) {
        return Bridge.capabilitiesNumber(capabilities, field);
    }

    /** @return {@code "imds_v2"}, {@code "imds_v1"}, {@code "other"} or {@code "unknown"} */
    public String source() {
        return source;
    }

    /** @return {@code "standard"}, {@code "trusted_launch"}, {@code "confidential_vm"} or {@code "unknown"} */
    public String hostSecurity() {
        return hostSecurity;
    }

    /** @return the name of the source that bearer tokens come from; empty if this host has no managed identity */
    public String bearerSource() {
        return bearerSource;
    }

    /** @return whether this host has that source */
    public SourceState identityHere() {
        return identityHere;
    }

    /** @return true if this host can get bound tokens now */
    public boolean popAvailable() {
        return popAvailable;
    }

    /** @return the strongest key that a bound token can have now */
    public KeyStrength strength() {
        return strength;
    }

    /** @return the strongest key that a bound token could have if nothing else prevented it */
    public KeyStrength couldBind() {
        return couldBind;
    }

    /** @return whether the protection of that key is real */
    public KeyOrigin origin() {
        return origin;
    }

    /** @return why this host cannot do more, each with its code and cure; none of them was thrown */
    public List<ManagedIdentityException> reasons() {
        return reasons;
    }
}
