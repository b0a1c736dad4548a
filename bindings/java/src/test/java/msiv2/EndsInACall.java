package msiv2;

/** A program that ends while a native call of its is under way. Not a test: LifeTest runs it. */
public final class EndsInACall {
    private EndsInACall() {}

    /** Begins a call against the IMDS of the argument, and ends when a line comes in. */
    public static void main(String[] arguments) throws Exception {
        ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned())
                .imdsBaseUrl(arguments[0])
                .build()
                .acquireTokenForManagedIdentity(ManagedIdentityParameters.builder("https://vault.azure.net")
                        .mtlsProofOfPossession(true)
                        .allowUnattested(true)
                        .build());
        System.in.read();
    }
}
