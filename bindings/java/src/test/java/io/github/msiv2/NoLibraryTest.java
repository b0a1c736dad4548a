package io.github.msiv2;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Collections;
import org.junit.Test;

/** A JVM without the native library: the system property names a folder that does not have it. */
public class NoLibraryTest {
    private static ManagedIdentityException build() {
        return assertThrows(
                MsiV2Exception.class,
                () -> ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned()).build());
    }

    @Test
    public void eachUseSaysThatThereIsNoneAndWhatToDo() {
        for (int i = 0; i < 2; ++i) {
            ManagedIdentityException e = build();
            assertEquals(AuthenticationErrorCode.NATIVE_LIBRARY_UNAVAILABLE, e.errorCode());
            assertTrue(e.getMessage(), e.getMessage().contains(System.getProperty(NativeLibrary.PATH_PROPERTY)));
            assertTrue(e.details().cure(), e.details().cure().contains(NativeLibrary.PATH_PROPERTY));
            assertTrue(e.getCause() instanceof UnsatisfiedLinkError);
        }
        assertThrows(MsiV2Exception.class, ManagedIdentityClient::new);
        assertThrows(MsiV2Exception.class, () -> ClaimsChallenge.claimsOf(Collections.singletonList("Bearer")));
    }

    @Test
    public void thereIsNoKeyGuardWithoutIt() {
        PlatformNotSupportedException e = assertThrows(
                PlatformNotSupportedException.class,
                () -> new WindowsKeyGuardJNI().createKeyGuardRsaKeyNative("KeyGuardRSAKey", 2048));
        assertEquals(AuthenticationErrorCode.MSI_V2_KEYGUARD_UNAVAILABLE, e.errorCode());
        assertFalse(e.details().cure().isEmpty());
        assertThrows(MsiV2Exception.class, () -> new WindowsKeyGuardJNI().signNative(new byte[16], new byte[32]));
    }
}
