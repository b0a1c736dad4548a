import io.github.msiv2.ManagedIdentityApplication;
import io.github.msiv2.ManagedIdentityClient;
import io.github.msiv2.ManagedIdentityId;
import io.github.msiv2.ManagedIdentityParameters;
import io.github.msiv2.TokenResult;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures hits from Java, against an emulator that it starts. Each hit reads the expiry and closes its token. It prints
 * medians of five rounds, after a warm-up. They are the processor time of the whole process, the elapsed time, and the bytes
 * that the calling thread allocates. bench/java_hits.sh runs it.
 */
public final class JavaHits {
    private static final String RESOURCE = "https://vault.azure.net";
    private static final int WARM_UP = 100_000;
    private static final int ROUND = 200_000;
    private static final int ROUNDS = 5;

    private interface Call {
        TokenResult acquire() throws Exception;
    }

    private static String endpoint(String line, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\\s*\"([^\"]*)\"").matcher(line);
        if (!matcher.find()) {
            throw new IllegalStateException("the emulator has no " + name);
        }
        return matcher.group(1);
    }

    private static long hits(Call call, int count) throws Exception {
        long seen = 0;
        for (int i = 0; i < count; ++i) {
            try (TokenResult token = call.acquire()) {
                seen += token.expiresOn().getEpochSecond();
            }
        }
        return seen;
    }

    private static void measure(String name, Call call) throws Exception {
        com.sun.management.OperatingSystemMXBean process =
                (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long seen = hits(call, WARM_UP);
        long[] cpu = new long[ROUNDS];
        long[] elapsed = new long[ROUNDS];
        long[] bytes = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; ++round) {
            long cpuBefore = process.getProcessCpuTime();
            long bytesBefore = threads.getThreadAllocatedBytes(thread);
            long before = System.nanoTime();
            seen += hits(call, ROUND);
            elapsed[round] = (System.nanoTime() - before) / ROUND;
            bytes[round] = (threads.getThreadAllocatedBytes(thread) - bytesBefore) / ROUND;
            cpu[round] = (process.getProcessCpuTime() - cpuBefore) / ROUND;
        }
        Arrays.sort(cpu);
        Arrays.sort(elapsed);
        Arrays.sort(bytes);
        System.out.printf("%-28s cpu %6d ns  elapsed %6d ns  allocated %5d bytes%s%n", name, cpu[ROUNDS / 2],
                elapsed[ROUNDS / 2], bytes[ROUNDS / 2], seen == 0 ? " (no expiry)" : "");
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 1) {
            System.err.println("Usage: java -cp MSIV2_JAR JavaHits.java MSIV2_COMMAND");
            System.exit(2);
        }
        Path ca = Files.createTempFile("msiv2-ca", ".pem");
        Process emulator = new ProcessBuilder(
                        arguments[0], "emulator", "--until-stdin-closes", "--ca-out", ca.toString())
                .redirectError(new File("/dev/null"))
                .start();
        try (ManagedIdentityApplication application = start(emulator, ca);
                ManagedIdentityClient client = new ManagedIdentityClient(application)) {
            ManagedIdentityParameters bound = ManagedIdentityParameters.builder(RESOURCE)
                    .mtlsProofOfPossession(true)
                    .allowUnattested(true)
                    .build();
            measure("bound, future", () -> application.acquireTokenForManagedIdentity(bound).get());
            measure("bearer, future, new request", () -> application
                    .acquireTokenForManagedIdentity(ManagedIdentityParameters.builder(RESOURCE).build())
                    .get());
            measure("bearer, blocking", () -> client.acquireTokenForClient(RESOURCE, false, false));
        } finally {
            emulator.destroy();
            Files.delete(ca);
        }
    }

    private static ManagedIdentityApplication start(Process emulator, Path ca) throws Exception {
        String line = new BufferedReader(new InputStreamReader(emulator.getInputStream(), StandardCharsets.UTF_8)).readLine();
        return ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned())
                .imdsBaseUrl(endpoint(line, "imds"))
                .trustAnchorsFile(ca)
                .privateCache(true)
                .build();
    }
}
