package io.github.msiv2;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;

/**
 * Creates folders for files that are loaded as code. They are new, have a random name, can be opened by this user only,
 * and no file in them is ever replaced.
 */
final class PrivateFolder {
    private PrivateFolder() {}

    /**
     * Creates a folder in java.io.tmpdir. POSIX: with mode rwx------ from the start. Windows: the inherited rights are
     * removed, since all users may share java.io.tmpdir. Fails if neither is possible.
     */
    static Path create() throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return Files.createTempDirectory(
                    "msiv2-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Path folder = Files.createTempDirectory("msiv2-");
        try {
            restrict(folder);
            return folder;
        } catch (IOException | RuntimeException e) {
            folder.toFile().delete();  // the first failure matters more
            throw e;
        }
    }

    /** Creates a file. Fails if the name exists, even as a link: another program may have planted it. */
    static void write(Path folder, String name, byte[] bytes) throws IOException {
        Files.write(folder.resolve(name), bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static void restrict(Path folder) throws IOException {
        AclFileAttributeView view = Files.getFileAttributeView(folder, AclFileAttributeView.class);
        if (view == null) {
            throw new IOException(folder + " cannot be kept from other users");
        }
        UserPrincipal owner = view.getOwner();
        view.setAcl(ownerOnly(owner));
        if (!isOwnerOnly(view.getAcl(), owner)) {
            throw new IOException(folder + " can be opened by other users");
        }
        // Other programs may have been faster than that.
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            if (files.iterator().hasNext()) {
                throw new IOException(folder + " holds a file of another program");
            }
        }
    }

    /** Returns the access list that gives `owner` every right and other users none. */
    static List<AclEntry> ownerOnly(UserPrincipal owner) {
        return Collections.singletonList(AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(owner)
                .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                .setFlags(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT)
                .build());
    }

    /** Returns true if no entry of an access list allows anything to a principal other than `owner`. */
    static boolean isOwnerOnly(List<AclEntry> entries, UserPrincipal owner) {
        return !entries.isEmpty() && entries.stream()
                .allMatch(entry -> entry.type() != AclEntryType.ALLOW || entry.principal().equals(owner));
    }
}
