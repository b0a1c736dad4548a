package msiv2;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.Test;

/** The native libraries as the jar brings them: no property names a folder here. */
public class JarTest {
    @Test
    public void theLibrariesComeOutOfTheJarIntoAFolderOfThisUserAlone() throws Exception {
        assertEquals(null, System.getProperty(NativeLibrary.PATH_PROPERTY));
        ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned()).build().close();
        File[] folders = new File(System.getProperty("java.io.tmpdir"))
                .listFiles((parent, name) -> name.startsWith("msiv2-") && new File(parent, name).isDirectory());
        assertNotNull(folders);
        boolean found = false;
        for (File folder : folders) {
            if (new File(folder, "libMsalJNIBridge.so").exists()) {
                found = true;
                assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.toPath())));
            }
        }
        assertTrue(found);
    }
}
