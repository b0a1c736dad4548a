package io.github.msiv2;

import java.util.Arrays;

/** The kinds of sources of bearer tokens (MSI v1). */
public enum ManagedIdentitySourceType {
    /** This host has no managed identity. */
    NONE(""),
    /** The instance metadata service of a virtual machine, which this host has. */
    IMDS("Imds"),
    /** The instance metadata service, because nothing shows another source; only a request shows if it exists. */
    DEFAULT_TO_IMDS(""),
    /** App Service and Functions. */
    APP_SERVICE("AppService"),
    /** App Service with the variables of 2017. */
    APP_SERVICE_2017("AppService2017"),
    /** A server that Azure Arc manages. */
    AZURE_ARC("AzureArc"),
    /** Cloud Shell. */
    CLOUD_SHELL("CloudShell"),
    /** Service Fabric. */
    SERVICE_FABRIC("ServiceFabric"),
    /** Machine Learning. */
    MACHINE_LEARNING("MachineLearning"),
    /** A Kubernetes workload identity. */
    WORKLOAD_IDENTITY("WorkloadIdentity"),
    /** A source that only a later version of the native library knows. */
    OTHER("");

    private final String name;

    ManagedIdentitySourceType(String name) {
        this.name = name;
    }

    static ManagedIdentitySourceType of(String name) {
        if (name.isEmpty()) {
            return NONE;
        }
        return Arrays.stream(values()).filter(type -> type.name.equals(name)).findFirst().orElse(OTHER);
    }

    /** Returns the kind of the source that is used, as MSAL for Java does. */
    static ManagedIdentitySourceType ofChosen(ManagedIdentitySource source) {
        boolean unsure = source.type() == IMDS && source.state() != SourceState.FOUND;
        return unsure ? DEFAULT_TO_IMDS : source.type();
    }
}
