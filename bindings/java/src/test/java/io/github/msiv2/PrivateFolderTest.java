package io.github.msiv2;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class PrivateFolderTest {
    private static final byte[] BYTES = "library".getBytes(StandardCharsets.US_ASCII);
    private static final UserPrincipal OWNER = () -> "owner";
    private static final UserPrincipal OTHER = () -> "other";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    // A15.
    @Test
    public void eachIsNewAndOfThisUserAlone() throws Exception {
        Path one = PrivateFolder.create();
        Path other = PrivateFolder.create();
        try {
            assertFalse(one.equals(other));
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(one)));
        } finally {
            Files.delete(one);
            Files.delete(other);
        }
    }

    // A15.
    @Test
    public void aFileThatIsThereIsNeitherTakenNorReplaced() throws Exception {
        Path place = folder.getRoot().toPath();
        Files.write(place.resolve("msiv2.dll"), "planted".getBytes(StandardCharsets.US_ASCII));
        assertThrows(FileAlreadyExistsException.class, () -> PrivateFolder.write(place, "msiv2.dll", BYTES));
        assertEquals("planted", new String(Files.readAllBytes(place.resolve("msiv2.dll")), StandardCharsets.US_ASCII));
    }

    // A15.
    @Test
    public void aLinkIsNotWrittenThrough() throws Exception {
        Path place = folder.getRoot().toPath();
        Path victim = place.resolve("victim");
        Files.createSymbolicLink(place.resolve("msiv2.dll"), victim);
        assertThrows(FileAlreadyExistsException.class, () -> PrivateFolder.write(place, "msiv2.dll", BYTES));
        assertFalse(Files.exists(victim));
        PrivateFolder.write(place, "another.dll", BYTES);
        assertTrue(Files.exists(place.resolve("another.dll")));
    }

    // A15. Only Windows has these lists; what they say is checked here.
    @Test
    public void anAccessListThatLetsAnotherUserInIsNotTheOwnersOnly() {
        List<AclEntry> own = PrivateFolder.ownerOnly(OWNER);
        assertTrue(PrivateFolder.isOwnerOnly(own, OWNER));
        assertFalse(PrivateFolder.isOwnerOnly(own, OTHER));
        assertFalse("no list lets every user in", PrivateFolder.isOwnerOnly(Collections.emptyList(), OWNER));
        AclEntry reads = AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(OTHER)
                .setPermissions(AclEntryPermission.READ_DATA)
                .build();
        assertFalse(PrivateFolder.isOwnerOnly(Arrays.asList(own.get(0), reads), OWNER));
        AclEntry denied = AclEntry.newBuilder(reads).setType(AclEntryType.DENY).build();
        assertTrue(PrivateFolder.isOwnerOnly(Arrays.asList(denied, own.get(0)), OWNER));
    }
}
