package io.github.msiv2;

import java.util.concurrent.CountDownLatch;

/** A program that ends while a thread of the library is in its attestor. Not a test: LifeTest runs it. */
public final class EndsInAnAttestation {
    private EndsInAnAttestation() {}

    /** Starts a call against the IMDS of the argument, and ends when the attestor is asked. */
    public static void main(String[] arguments) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        Attestor hangs = new Attestor() {
            @Override
            public boolean acceptsEmulatedKeys() {
                return true;
            }

            @Override
            public String attest(AttestationCall call) throws InterruptedException {
                asked.countDown();
                new CountDownLatch(1).await();
                return "";
            }
        };
        ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned())
                .imdsBaseUrl(arguments[0])
                .keyProvider(new JavaKeyGuard())
                .attestor(hangs)
                .build()
                .acquireTokenForManagedIdentity(ManagedIdentityParameters.builder("https://vault.azure.net")
                        .mtlsProofOfPossession(true)
                        .withAttestationSupport(true)
                        .build());
        asked.await();
    }
}
