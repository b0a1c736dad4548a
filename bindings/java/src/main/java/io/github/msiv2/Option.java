package io.github.msiv2;

/** An option that a failure may be about. Messages name it by the method of the builder that sets it. */
public enum Option {
    /** {@link ManagedIdentityParameters#builder(String)}. */
    RESOURCE(Numbers.ABOUT_RESOURCE),
    /** {@link ManagedIdentityParameters.Builder#mtlsProofOfPossession(boolean)}. */
    MTLS_PROOF_OF_POSSESSION(Numbers.ABOUT_MTLS_POP),
    /** {@link ManagedIdentityParameters.Builder#withAttestationSupport(boolean)}. */
    WITH_ATTESTATION_SUPPORT(Numbers.ABOUT_ATTESTATION),
    /** {@link ManagedIdentityParameters.Builder#allowUnattested(boolean)}. */
    ALLOW_UNATTESTED(Numbers.ABOUT_ALLOW_UNATTESTED),
    /** {@link ManagedIdentityParameters.Builder#requestOverMtls(boolean)}. */
    REQUEST_OVER_MTLS(Numbers.ABOUT_OVER_MTLS),
    /** {@link ManagedIdentityParameters.Builder#minimumStrength(KeyStrength)}. */
    MINIMUM_STRENGTH(Numbers.ABOUT_MINIMUM_STRENGTH),
    /** {@link ManagedIdentityParameters.Builder#claims(String)}. */
    CLAIMS(Numbers.ABOUT_CLAIMS),
    /** {@link ManagedIdentityParameters.Builder#rejectedTokenSha256(String)}. */
    REJECTED_TOKEN_SHA256(Numbers.ABOUT_REJECTED_TOKEN_SHA256),
    /** {@link ManagedIdentityApplication.Builder#imdsBaseUrl(String)}. */
    IMDS_BASE_URL(Numbers.ABOUT_IMDS_BASE_URL),
    /** {@link ManagedIdentityApplication.Builder#allowInsecureImdsBaseUrl(boolean)}. */
    ALLOW_INSECURE_IMDS_BASE_URL(Numbers.ABOUT_ALLOW_INSECURE_IMDS_BASE),
    /** {@link ManagedIdentityApplication.Builder#allowWorkloadIdentity(boolean)}. */
    ALLOW_WORKLOAD_IDENTITY(Numbers.ABOUT_ALLOW_WORKLOAD_IDENTITY),
    /** {@link ManagedIdentityApplication.Builder#trustAnchorsPem(String)}. */
    TRUST_ANCHORS_PEM(Numbers.ABOUT_TRUST_ANCHORS_PEM),
    /** {@link ManagedIdentityApplication.Builder#trustAnchorsFile(java.nio.file.Path)}. */
    TRUST_ANCHORS_FILE(Numbers.ABOUT_TRUST_ANCHORS_FILE),
    /** {@link ManagedIdentityApplication.Builder#attestationLibrary(String, String)}. */
    ATTESTATION_LIBRARY(Numbers.ABOUT_ATTESTATION_LIBRARY),
    /** An option that these classes cannot set, or that only a later version of the native library knows. */
    OTHER(Numbers.ABOUT_OTHER);

    private final int number;

    Option(int number) {
        this.number = number;
    }

    /** Returns null for no option. */
    static Option of(long number) {
        if (number == Numbers.ABOUT_NONE) {
            return null;
        }
        for (Option option : values()) {
            if (option.number == number) {
                return option;
            }
        }
        return OTHER;
    }
}
