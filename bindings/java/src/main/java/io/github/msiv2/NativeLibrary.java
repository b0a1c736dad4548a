package io.github.msiv2;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/**
 * Loads MsalJNIBridge from the folder that the system property {@value #PATH_PROPERTY} names, otherwise from the jar.
 * Files from the jar are written to a new folder, which only this user may open. They are loaded only if they have the
 * SHA-256 that the jar lists, and are removed once they are loaded.
 */
final class NativeLibrary {
    static final String PATH_PROPERTY = "msiv2.library.path";

    private static final String ROOT = "/io/github/msiv2/native/";

    private NativeLibrary() {}

    private static final Throwable PROBLEM = tryToLoad();

    /** Throws an exception with the reason, each time it is called, if the library could not be loaded. */
    static void require() {
        if (PROBLEM != null) {
            MsiV2Exception failure = new MsiV2Exception(
                    "the native library of msiv2 cannot be loaded: " + PROBLEM.getMessage(),
                    AuthenticationErrorCode.NATIVE_LIBRARY_UNAVAILABLE,
                    ErrorDetails.withCure("Set the system property " + PATH_PROPERTY + " to the absolute path of a folder"
                            + " with the native libraries for this system, or let java.io.tmpdir be a folder that"
                            + " programs may be loaded from."));
            failure.initCause(PROBLEM);
            throw failure;
        }
    }

    private static Throwable tryToLoad() {
        try {
            load();
            return null;
        } catch (IOException | RuntimeException | LinkageError e) {
            return e;
        }
    }

    private static void load() throws IOException {
        String folder = System.getProperty(PATH_PROPERTY, "");
        if (!folder.isEmpty() && !Paths.get(folder).isAbsolute()) {
            throw new IOException(PATH_PROPERTY + " is not an absolute path: " + folder);
        }
        Path place = folder.isEmpty() ? extract(platform()).toAbsolutePath() : Paths.get(folder);
        try {
            // The bridge looks for libmsiv2 in its own folder; Windows needs it loaded first.
            if (isWindows()) {
                System.load(place.resolve("msiv2.dll").toString());
            }
            System.load(place.resolve(System.mapLibraryName("MsalJNIBridge")).toString());
        } finally {
            if (folder.isEmpty()) {
                remove(place);
            }
        }
        if (supportsApi(Numbers.API_VERSION) != 1) {
            throw new IOException("it is older than these classes, which want " + Numbers.API_VERSION);
        }
    }

    /**
     * Removes the files: a loaded library no longer needs its file. Windows keeps it open while the JVM lives, so it
     * stays there.
     */
    private static void remove(Path folder) throws IOException {
        File[] files = folder.toFile().listFiles();
        for (File file : files == null ? new File[0] : files) {
            if (!file.delete() && !isWindows()) {
                throw new IOException(file + " cannot be removed");
            }
        }
        if (!folder.toFile().delete() && !isWindows()) {
            throw new IOException(folder + " cannot be removed");
        }
    }

    private static native int supportsApi(int version);

    private static boolean isWindows() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    }

    private static String platform() {
        String arch = System.getProperty("os.arch");
        boolean is64 = arch.equals("amd64") || arch.equals("x86_64");
        String os = isWindows() ? "windows" : System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (!is64 || !(os.equals("windows") || os.equals("linux"))) {
            throw new UnsatisfiedLinkError(
                    "msiv2 has no native library for " + os + " on " + arch + "; " + PATH_PROPERTY + " names a folder");
        }
        return os + "-x86_64";
    }

    /** Writes the libraries of the jar to a new folder, for this user alone. */
    static Path extract(String platform) throws IOException {
        Path folder = PrivateFolder.create();
        try {
            for (String line : new String(resource(platform + "/SHA256SUMS"), StandardCharsets.US_ASCII).split("\n")) {
                String[] parts = line.trim().split(" +");
                if (parts.length != 2 || parts[1].contains("/") || parts[1].contains("\\")) {
                    throw new IOException("SHA256SUMS of " + platform + " is malformed");
                }
                byte[] bytes = resource(platform + "/" + parts[1]);
                if (!sha256(bytes).equals(parts[0])) {
                    throw new IOException(parts[1] + " is not the file that this jar was made with");
                }
                PrivateFolder.write(folder, parts[1], bytes);
            }
            return folder;
        } catch (IOException | RuntimeException e) {
            remove(folder);
            throw e;
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = NativeLibrary.class.getResourceAsStream(ROOT + name)) {
            if (stream == null) {
                throw new IOException("this jar has no " + ROOT + name + "; " + PATH_PROPERTY + " names a folder");
            }
            return stream.readAllBytes();
        }
    }

    static String sha256(byte[] bytes) {
        try {
            StringBuilder digits = new StringBuilder();
            for (byte b : MessageDigest.getInstance("SHA-256").digest(bytes)) {
                digits.append(String.format("%02x", b));
            }
            return digits.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);  // every JVM has it
        }
    }
}
