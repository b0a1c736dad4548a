package io.github.msiv2;

/** Prints where bearer tokens come from, and where with workload identities. Not a test: HostTest runs it. */
public final class PrintsItsSource {
    private PrintsItsSource() {}

    /** Prints two words on one line, then the warnings of all sources. */
    public static void main(String[] arguments) {
        try (ManagedIdentityApplication application = ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned())
                .allowWorkloadIdentity(true)
                .build()) {
            ManagedIdentitySource chosen =
                    application.sources().stream().filter(ManagedIdentitySource::isChosen).findFirst().get();
            System.out.println(ManagedIdentityApplication.getManagedIdentitySource() + " " + chosen.type());
            application.sources().forEach(source -> System.out.print(source.warning()));
        }
    }
}
