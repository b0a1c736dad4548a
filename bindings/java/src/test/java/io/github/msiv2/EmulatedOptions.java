package io.github.msiv2;

import java.nio.charset.StandardCharsets;

/** Creates options with an emulated KeyGuard and an attestor, by native code of the tests. */
final class EmulatedOptions {
    static {
        Bridge.openHandles();  // loads the bridge first: the tests' library is linked with it
        System.load(System.getProperty("msiv2.test.library"));
    }

    private EmulatedOptions() {}

    static long at(EmulatorProcess emulator) {
        return make(
                emulator.endpoint("attestation").getBytes(StandardCharsets.UTF_8),
                emulator.caPem().getBytes(StandardCharsets.UTF_8));
    }

    private static native long make(byte[] attestation, byte[] caPem);
}
