package msiv2;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * NativeLibrary loads MsalJNIBridge: from the folder that the system property {@value #PATH_PROPERTY} names, else from
 * the jar. Files of the jar go to a new folder that only this user may open, and are loaded only with the SHA-256 that
 * the jar lists for them.
 */
final class NativeLibrary {
    static final String PATH_PROPERTY = "msiv2.library.path";

    private static final String ROOT = "/msiv2/native/";

    private NativeLibrary() {}

    static void load() {
        String folder = System.getProperty(PATH_PROPERTY);
        Path place = folder == null ? null : Paths.get(folder);
        try {
            if (place == null) {
                place = extract(platform());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the native libraries of msiv2 cannot be unpacked", e);
        }
        // The bridge looks for libmsiv2 beside itself; Windows wants it loaded first.
        if (isWindows()) {
            System.load(place.resolve("msiv2.dll").toAbsolutePath().toString());
        }
        System.load(place.resolve(System.mapLibraryName("MsalJNIBridge")).toAbsolutePath().toString());
    }

    static boolean isWindows() {
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

    private static Path extract(String platform) throws IOException {
        List<Path> files = new ArrayList<>();
        Path folder = Files.createTempDirectory("msiv2-");  // for this user alone
        folder.toFile().deleteOnExit();
        for (String line : new String(resource(platform + "/SHA256SUMS"), StandardCharsets.US_ASCII).split("\n")) {
            String[] parts = line.trim().split(" +");
            if (parts.length != 2 || parts[1].contains("/") || parts[1].contains("\\")) {
                throw new IOException("SHA256SUMS of " + platform + " is malformed");
            }
            byte[] bytes = resource(platform + "/" + parts[1]);
            if (!sha256(bytes).equals(parts[0])) {
                throw new IOException(parts[1] + " is not the file that this jar was made with");
            }
            Path file = folder.resolve(parts[1]);
            Files.write(file, bytes);
            file.toFile().deleteOnExit();
            files.add(file);
        }
        if (files.isEmpty()) {
            throw new IOException("this jar has no native library for " + platform);
        }
        return folder;
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
