package io.github.msiv2;

import java.util.Objects;

/** Names a managed identity of this host: its own, or one that was assigned to it. Immutable. */
public final class ManagedIdentityId {
    private static final ManagedIdentityId SYSTEM = new ManagedIdentityId(0, "");

    private final int option;
    private final String id;

    private ManagedIdentityId(int option, String id) {
        this.option = option;
        this.id = id;
    }

    /** An empty id must not become the host's own identity. */
    private static ManagedIdentityId userAssigned(int option, String id, String name) {
        if (Objects.requireNonNull(id, name).trim().isEmpty()) {
            throw new MsalClientException(name + " is empty", AuthenticationErrorCode.INVALID_REQUEST);
        }
        return new ManagedIdentityId(option, id);
    }

    /** @return the host's own identity */
    public static ManagedIdentityId systemAssigned() {
        return SYSTEM;
    }

    /**
     * Names an identity by its client id.
     *
     * @param clientId a GUID
     * @return the id
     * @throws MsalClientException if it is empty
     */
    public static ManagedIdentityId userAssignedClientId(String clientId) {
        return userAssigned(Numbers.OPTION_CLIENT_ID, clientId, "clientId");
    }

    /**
     * Names an identity by its object id.
     *
     * @param objectId a GUID
     * @return the id
     * @throws MsalClientException if it is empty
     */
    public static ManagedIdentityId userAssignedObjectId(String objectId) {
        return userAssigned(Numbers.OPTION_OBJECT_ID, objectId, "objectId");
    }

    /**
     * Names an identity by its Azure resource id.
     *
     * @param resourceId begins with {@code /subscriptions/}
     * @return the id
     * @throws MsalClientException if it is empty
     */
    public static ManagedIdentityId userAssignedResourceId(String resourceId) {
        return userAssigned(Numbers.OPTION_RESOURCE_ID, resourceId, "resourceId");
    }

    /** Returns the field of the C interface, or 0. */
    int option() {
        return option;
    }

    String id() {
        return id;
    }
}
