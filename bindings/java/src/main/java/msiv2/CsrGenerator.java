package msiv2;

/**
 * CsrGenerator makes PKCS#10 requests: RSASSA-PSS with SHA-256, and the CUID (1.3.6.1.4.1.311.90.2.10) as an attribute.
 */
public final class CsrGenerator {
    private CsrGenerator() {}

    /**
     * generateCsr builds the request and has the key sign it.
     *
     * @param metadata whose identity and machine it names
     * @param keyHandle of {@link WindowsKeyGuardJNI#createKeyGuardRsaKeyNative}
     * @return PEM
     * @throws MsalClientException for ids that are no GUIDs, without any id of the machine, or for a handle that stands for
     *     no key
     * @throws MsiV2Exception where the key does not sign
     */
    public static String generateCsr(CsrMetadata metadata, byte[] keyHandle) {
        return Bridge.text(Bridge.csr(
                WindowsKeyGuardJNI.keyOf(keyHandle), Bridge.utf8(metadata.clientId()),
                Bridge.utf8(metadata.tenantId()), Bridge.utf8(metadata.vmId()), Bridge.utf8(metadata.vmssId())));
    }
}
