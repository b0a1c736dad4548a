package io.github.msiv2;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.io.InputStream;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Enumeration;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.Deflater;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The native libraries as the jar contains them: here no property names a folder. */
public class JarTest {
    private static final String BRIDGE = "libMsalJNIBridge.so";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void theyComeOutIntoAFolderOfThisUserAlone() throws Exception {
        Path place = NativeLibrary.extract("linux-x86_64");
        try {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(place)));
            assertTrue(Files.exists(place.resolve(BRIDGE)));
            assertTrue(Files.exists(place.resolve("libmsiv2.so.1")));
        } finally {
            for (File file : place.toFile().listFiles()) {
                assertTrue(file.delete());
            }
            Files.delete(place);
        }
    }

    @Test
    public void aProgramThatEndsLeavesNoneBehind() throws Exception {
        assertNull(System.getProperty(NativeLibrary.PATH_PROPERTY));
        Run run = run(System.getProperty("msiv2.test.jar"));
        assertEquals(run.said, 0, run.status);
        assertArrayEquals(new String[0], folder.getRoot().list());
    }

    @Test
    public void aLibraryThatWasChangedIsNotLoaded() throws Exception {
        Path changed = Files.createTempFile("msiv2-changed", ".jar");
        try {
            copyWithOneByteChanged(System.getProperty("msiv2.test.jar"), changed);
            Run run = run(changed.toString());
            assertNotEquals(run.said, 0, run.status);
            assertTrue(run.said, run.said.contains(BRIDGE + " is not the file that this jar was made with"));
            assertArrayEquals(new String[0], folder.getRoot().list());
        } finally {
            Files.delete(changed);
        }
    }

    // N14.
    @Test
    public void theJarSaysWhatItIs() throws Exception {
        try (JarFile jar = new JarFile(System.getProperty("msiv2.test.jar"))) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertEquals(MsiV2.version(), manifest.getValue(Attributes.Name.IMPLEMENTATION_VERSION));
            assertEquals(MsiV2.class.getPackage().getName(), manifest.getValue("Automatic-Module-Name"));
            String license = new String(
                    jar.getInputStream(jar.getEntry("META-INF/LICENSE")).readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(license, license.startsWith("MIT License"));
        }
    }

    /** A module of the application names it and sees its public classes. */
    @Test
    public void theJarIsAModule() {
        ModuleReference module = ModuleFinder.of(Paths.get(System.getProperty("msiv2.test.jar")))
                .find(MsiV2.class.getPackage().getName())
                .get();
        assertEquals(Collections.singleton("io.github.msiv2"), module.descriptor().packages());
    }

    private static void copyWithOneByteChanged(String from, Path to) throws Exception {
        try (JarFile jar = new JarFile(from);
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(to))) {
            out.setLevel(Deflater.NO_COMPRESSION);
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                out.putNextEntry(new JarEntry(entry.getName()));
                try (InputStream in = jar.getInputStream(entry)) {
                    byte[] bytes = in.readAllBytes();
                    if (entry.getName().endsWith("/" + BRIDGE)) {
                        bytes[bytes.length / 2] ^= 1;
                    }
                    out.write(bytes);
                }
            }
        }
    }

    private static final class Run {
        int status;
        String said;
    }

    /** Runs a program that loads the library, with its own folder for temporary files. */
    private Run run(String jar) throws Exception {
        Path out = Files.createTempFile("msiv2-out", ".txt");
        try {
            Run run = new Run();
            String classes = System.getProperty("msiv2.test.classes");
            run.status = new ProcessBuilder(
                            Paths.get(System.getProperty("java.home"), "bin", "java").toString(),
                            "-Djava.io.tmpdir=" + folder.getRoot(), "-XX:-UsePerfData", "-cp",
                            jar + File.pathSeparator + classes, LoadsTheLibrary.class.getName())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start()
                    .waitFor();
            run.said = new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
            return run;
        } finally {
            Files.delete(out);
        }
    }
}
