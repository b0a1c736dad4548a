package io.github.msiv2;

/** A program that ends while one of its native calls is under way. Not a test: LifeTest runs it. */
public final class EndsInACall {
    private EndsInACall() {}

    /** Starts a call against the IMDS of the argument, and ends when it reads a line. */
    public static void main(String[] arguments) throws Exception {
        ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned())
                .imdsBaseUrl(arguments[0])
                .observer(event -> {})  // the end of the call is an event, on a JVM that ends
                .build()
                .acquireTokenForManagedIdentity(ManagedIdentityParameters.builder("https://vault.azure.net")
                        .mtlsProofOfPossession(true)
                        .allowUnattested(true)
                        .build());
        System.in.read();
    }
}
