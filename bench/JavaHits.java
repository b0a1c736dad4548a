import io.github.msiv2.ManagedIdentityApplication;
import io.github.msiv2.ManagedIdentityClient;
import io.github.msiv2.ManagedIdentityId;
import io.github.msiv2.ManagedIdentityParameters;
import io.github.msiv2.TokenResult;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Measures hits from Java, for bench/report. Each hit reads the expiry and closes its token. It prints one line of JSON with
 * medians of five rounds, after a warm-up. They are the processor time of the whole process, the elapsed time, and the bytes
 * that the calling thread allocates.
 */
public final class JavaHits {
    private static final String RESOURCE = "https://vault.azure.net";
    private static final int ROUNDS = 5;

    private interface Call {
        TokenResult acquire() throws Exception;
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

    private static String measure(String name, int count, Call call) throws Exception {
        com.sun.management.OperatingSystemMXBean process =
                (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long seen = hits(call, count);
        long[] cpu = new long[ROUNDS];
        long[] elapsed = new long[ROUNDS];
        long[] bytes = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; ++round) {
            long cpuBefore = process.getProcessCpuTime();
            long bytesBefore = threads.getThreadAllocatedBytes(thread);
            long before = System.nanoTime();
            seen += hits(call, count);
            elapsed[round] = (System.nanoTime() - before) / count;
            bytes[round] = (threads.getThreadAllocatedBytes(thread) - bytesBefore) / count;
            cpu[round] = (process.getProcessCpuTime() - cpuBefore) / count;
        }
        if (seen == 0) {
            throw new IllegalStateException("a token has no expiry");
        }
        Arrays.sort(cpu);
        Arrays.sort(elapsed);
        Arrays.sort(bytes);
        return String.format("\"%1$s_cpu_ns\": %2$d, \"%1$s_elapsed_ns\": %3$d, \"%1$s_bytes\": %4$d", name, cpu[ROUNDS / 2],
                elapsed[ROUNDS / 2], bytes[ROUNDS / 2]);
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("Usage: java -cp MSIV2_JAR JavaHits.java IMDS CA_FILE COUNT");
            System.exit(2);
        }
        int count = Integer.parseInt(arguments[2]);
        try (ManagedIdentityApplication application = ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned())
                        .imdsBaseUrl(arguments[0])
                        .trustAnchorsFile(Path.of(arguments[1]))
                        .privateCache(true)
                        .build();
                ManagedIdentityClient client = new ManagedIdentityClient(application)) {
            ManagedIdentityParameters bound = ManagedIdentityParameters.builder(RESOURCE)
                    .mtlsProofOfPossession(true)
                    .allowUnattested(true)
                    .build();
            System.out.println("{" + measure("bound", count, () -> application.acquireTokenForManagedIdentity(bound).get()) + ", "
                    + measure("bearer", count, () -> application
                            .acquireTokenForManagedIdentity(ManagedIdentityParameters.builder(RESOURCE).build())
                            .get()) + ", "
                    + measure("blocking", count, () -> client.acquireTokenForClient(RESOURCE, false, false)) + "}");
        }
    }
}
