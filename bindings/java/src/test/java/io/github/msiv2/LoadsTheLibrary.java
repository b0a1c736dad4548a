package io.github.msiv2;

/** A program that loads the native library and ends. Not a test: JarTest runs it. */
public final class LoadsTheLibrary {
    private LoadsTheLibrary() {}

    /** Throws if the library cannot be loaded. */
    public static void main(String[] arguments) {
        ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned()).build().close();
    }
}
