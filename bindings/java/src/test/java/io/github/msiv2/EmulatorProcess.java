package io.github.msiv2;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.rules.TestRule;
import org.junit.runner.Description;
import org.junit.runners.model.Statement;

/**
 * Runs {@code msiv2 emulator} for a class of tests ({@code @ClassRule}), and clears faults and log after each test
 * ({@code @Rule}, on the same field). It ends with this process at the latest.
 */
final class EmulatorProcess implements TestRule {
    private final List<String> arguments;
    private Process process;
    private String line;
    private String caPem;

    EmulatorProcess(String... arguments) {
        this.arguments = Arrays.asList(arguments);
    }

    @Override
    public Statement apply(Statement base, Description description) {
        return new Statement() {
            @Override
            public void evaluate() throws Throwable {
                if (description.isSuite()) {
                    start();
                }
                try {
                    base.evaluate();
                } finally {
                    if (description.isSuite()) {
                        process.destroy();
                    } else {
                        clear();
                    }
                }
            }
        };
    }

    private void start() throws IOException {
        Path ca = Files.createTempFile("msiv2-ca", ".pem");
        List<String> command = new ArrayList<>(Arrays.asList(
                System.getProperty("msiv2.test.command"), "emulator", "--until-stdin-closes", "--ca-out",
                ca.toString()));
        command.addAll(arguments);
        process = new ProcessBuilder(command).redirectError(new File("/dev/null")).start();
        line = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new IOException("the emulator did not start");
        }
        caPem = new String(Files.readAllBytes(ca), StandardCharsets.UTF_8);
        Files.delete(ca);
    }

    String endpoint(String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\\s*\"([^\"]*)\"").matcher(line);
        if (!matcher.find()) {
            throw new AssertionError("no " + name + " in " + line);
        }
        return matcher.group(1);
    }

    String caPem() {
        return caPem;
    }

    /** Returns the emulator's authority, for Java's TLS. */
    KeyStore anchors() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("emulator", CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(caPem.getBytes(StandardCharsets.US_ASCII))));
        return store;
    }

    void fault(String rule) throws IOException {
        control("POST", "/faults", rule);
    }

    void clear() throws IOException {
        control("DELETE", "/faults", null);
        control("DELETE", "/log", null);
    }

    /** Returns how many requests of this path were answered since the log was cleared. */
    int requests(String path) throws IOException {
        String log = control("GET", "/log", null);
        int count = 0;
        for (int at = log.indexOf(path + "\""); at >= 0; at = log.indexOf(path + "\"", at + 1)) {
            ++count;
        }
        return count;
    }

    /** Returns how many requests a fault is holding up. */
    int hanging() throws IOException {
        Matcher matcher = Pattern.compile("\"hanging\":\\s*([0-9]+)").matcher(control("GET", "/health", null));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private String control(String method, String path, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(endpoint("control") + path).openConnection();
        connection.setRequestMethod(method);
        if (body != null) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        if (connection.getResponseCode() >= 300) {
            throw new IOException(method + " " + path + ": " + connection.getResponseCode());
        }
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Returns a builder for this emulator, with an emulated KeyGuard, its attestor and its own cache. */
    ManagedIdentityApplication.Builder attested() {
        return attested(ManagedIdentityId.systemAssigned());
    }

    /** Returns the same for another identity. */
    ManagedIdentityApplication.Builder attested(ManagedIdentityId identity) {
        return plain(identity).nativeOptions(EmulatedOptions.at(this));
    }

    /** Returns the same with this host's own keys, and without an attestor. */
    ManagedIdentityApplication.Builder plain() {
        return plain(ManagedIdentityId.systemAssigned());
    }

    private ManagedIdentityApplication.Builder plain(ManagedIdentityId identity) {
        return ManagedIdentityApplication.builder(identity)
                .imdsBaseUrl(endpoint("imds"))
                .trustAnchorsPem(caPem)
                .privateCache(true);
    }

    /** Returns a request for a bound token whose key is not attested. */
    static ManagedIdentityParameters bound() {
        return ManagedIdentityParameters.builder("https://vault.azure.net")
                .mtlsProofOfPossession(true)
                .allowUnattested(true)
                .build();
    }
}
