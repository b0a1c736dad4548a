package io.github.msiv2;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.junit.ClassRule;
import org.junit.Test;

/** The example as a user runs it: the jar and one file. */
public class ExampleTest {
    @ClassRule
    public static final EmulatorProcess emulator = new EmulatorProcess();

    @Test
    public void callResourceRunsFromTheJar() throws Exception {
        Path ca = Files.createTempFile("msiv2-ca", ".pem");
        Path out = Files.createTempFile("msiv2-out", ".txt");
        try {
            Files.write(ca, emulator.caPem().getBytes(StandardCharsets.US_ASCII));
            ProcessBuilder builder = new ProcessBuilder(
                    Paths.get(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("msiv2.test.jar"), System.getProperty("msiv2.test.example"),
                    emulator.endpoint("resource") + "/secrets/a", ca.toString());
            builder.environment().put("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.endpoint("imds"));
            int status = builder.redirectErrorStream(true).redirectOutput(new File(out.toString())).start().waitFor();
            String said = new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
            assertEquals(said, 0, status);
            assertTrue(said, said.startsWith("200 with a token bound to "));
        } finally {
            Files.delete(ca);
            Files.delete(out);
        }
    }
}
