package io.github.msiv2;

import java.util.Objects;

/** What IMDS returns about this host for a certificate request. Immutable. */
public final class CsrMetadata {
    private final String clientId;
    private final String tenantId;
    private final String vmId;
    private final String vmssId;
    private final String attestationEndpoint;

    /**
     * Takes the members of the answer of {@code getplatformmetadata}.
     *
     * @param clientId {@code clientId}, a GUID
     * @param tenantId {@code tenantId}, a GUID
     * @param vmId {@code cuId.vmId}; empty for none
     * @param vmssId {@code cuId.vmssId}; empty for none
     * @param attestationEndpoint {@code attestationEndpoint}; empty for none
     */
    public CsrMetadata(String clientId, String tenantId, String vmId, String vmssId, String attestationEndpoint) {
        this.clientId = Objects.requireNonNull(clientId, "clientId");
        this.tenantId = Objects.requireNonNull(tenantId, "tenantId");
        this.vmId = Objects.requireNonNull(vmId, "vmId");
        this.vmssId = Objects.requireNonNull(vmssId, "vmssId");
        this.attestationEndpoint = Objects.requireNonNull(attestationEndpoint, "attestationEndpoint");
    }

    /** @return the client id of the identity */
    public String clientId() {
        return clientId;
    }

    /** @return the tenant of the identity */
    public String tenantId() {
        return tenantId;
    }

    /** @return the id of the machine; may be empty */
    public String vmId() {
        return vmId;
    }

    /** @return the id of its scale set; may be empty */
    public String vmssId() {
        return vmssId;
    }

    /** @return where keys are attested; may be empty */
    public String attestationEndpoint() {
        return attestationEndpoint;
    }
}
