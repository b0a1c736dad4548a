package io.github.msiv2;

/** Creates PKCS#10 requests: RSASSA-PSS with SHA-256, and the CUID (1.3.6.1.4.1.311.90.2.10) as an attribute. */
public final class CsrGenerator {
    private CsrGenerator() {}

    /**
     * Builds the request and signs it with the key.
     *
     * @param metadata the identity and the machine that the request names
     * @param keyHandle from {@link WindowsKeyGuardJNI#createKeyGuardRsaKeyNative}
     * @return PEM
     * @throws MsalClientException for ids that are not GUIDs, if there is no id of the machine, or for a handle that
     *     stands for no key
     * @throws MsiV2Exception if the key does not sign
     */
    public static String generateCsr(CsrMetadata metadata, byte[] keyHandle) {
        return Bridge.text(Bridge.csr(
                WindowsKeyGuardJNI.keyOf(keyHandle), Bridge.utf8(metadata.clientId()),
                Bridge.utf8(metadata.tenantId()), Bridge.utf8(metadata.vmId()), Bridge.utf8(metadata.vmssId())));
    }
}
