package msiv2;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** Closing, cancelling, garbage: no native crash comes from any of it, and nothing is left behind. */
public class LifeTest {
    private static final String RESOURCE = "https://vault.azure.net";
    @ClassRule
    @Rule
    public static final EmulatorProcess emulator = new EmulatorProcess();

    private static ManagedIdentityParameters bound() {
        return ManagedIdentityParameters.builder(RESOURCE)
                .mtlsProofOfPossession(true)
                .allowUnattested(true)
                .build();
    }

    /** Returns when the emulator holds up a request. */
    private static void awaitRequest(CompletableFuture<?> call) throws Exception {
        while (!call.isDone() && !hangs()) {
            Thread.yield();
        }
        assertFalse(call.isDone());
    }

    private static boolean hangs() throws Exception {
        return emulator.hanging() > 0;
    }

    @Test
    public void cancellingTheFutureCancelsTheNativeCall() throws Exception {
        emulator.fault("imds.getplatformmetadata hang");
        try (ManagedIdentityApplication application = emulator.plain().build()) {
            CompletableFuture<TokenResult> call = application.acquireTokenForManagedIdentity(bound());
            awaitRequest(call);
            assertTrue(call.cancel(true));
            assertThrows(CancellationException.class, call::get);
            while (emulator.hanging() > 0) {
                Thread.yield();  // the native call hangs up
            }
        }
    }

    /** As orTimeout does, or a caller who has lost interest. */
    @Test
    public void endingTheFutureOtherwiseCancelsTheNativeCallToo() throws Exception {
        emulator.fault("imds.getplatformmetadata hang");
        try (ManagedIdentityApplication application = emulator.plain().build()) {
            CompletableFuture<TokenResult> call = application.acquireTokenForManagedIdentity(bound());
            awaitRequest(call);
            assertTrue(call.completeExceptionally(new TimeoutException()));
            while (emulator.hanging() > 0) {
                Thread.yield();  // the native call hangs up
            }
        }
    }

    @Test
    public void closingTheApplicationCancelsItsCalls() throws Exception {
        emulator.fault("imds.getplatformmetadata hang");
        ManagedIdentityApplication application = emulator.plain().build();
        CompletableFuture<TokenResult> call = application.acquireTokenForManagedIdentity(bound());
        awaitRequest(call);
        application.close();
        assertTrue(call.isCancelled());
        application.close();
        CompletableFuture<TokenResult> late = application.acquireTokenForManagedIdentity(bound());
        assertThrows(java.util.concurrent.ExecutionException.class, late::get);
    }

    @Test
    public void whatIsClosedSaysSo() throws Exception {
        ManagedIdentityApplication application = emulator.plain().build();
        TokenResult token = application.acquireTokenForManagedIdentity(bound()).get();
        application.close();
        assertNotNull("a token outlives its application", token.accessToken());
        token.close();
        token.close();
        assertThrows(IllegalStateException.class, token::accessToken);
        assertThrows(IllegalStateException.class, token::bindingCertificate);
        assertEquals("mtls_pop", token.tokenType());
        assertThrows(IllegalStateException.class, () -> new ResourceClient(application));
    }

    @Test
    public void nativeCodeTakesNoHandleThatItDidNotGive() {
        long[] forged = {0, -1, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE};
        for (long handle : forged) {
            assertThrows(IllegalStateException.class, () -> Bridge.tokenText(handle, Bridge.TOKEN_SECRET));
            assertThrows(IllegalStateException.class, () -> Bridge.certificateKey(handle));
            assertThrows(IllegalStateException.class, () -> Bridge.sign(handle, 0, 0, new byte[32]));
            assertThrows(IllegalStateException.class, () -> Bridge.responseBody(handle));
            Bridge.close(handle);
            Bridge.cancel(handle);
        }
        long options = Bridge.newOptions();
        assertThrows(
                "of another type", IllegalStateException.class, () -> Bridge.tokenText(options, Bridge.TOKEN_SECRET));
        assertThrows(NullPointerException.class, () -> Bridge.setOptionText(options, 1, null));
        assertThrows(ManagedIdentityException.class, () -> Bridge.setOptionText(options, 4711, new byte[0]));
        Bridge.close(options);
        assertThrows(IllegalStateException.class, () -> Bridge.newClient(options));
    }

    @Test
    public void aTokenMayBeClosedWhileOthersReadIt() throws Exception {
        try (ManagedIdentityApplication application = emulator.plain().build()) {
            AtomicReference<Throwable> unexpected = new AtomicReference<>();
            for (int round = 0; round < 50; ++round) {
                TokenResult token = application.acquireTokenForManagedIdentity(bound()).get();
                CountDownLatch go = new CountDownLatch(1);
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < 4; ++i) {
                    Thread reader = new Thread(() -> {
                        try {
                            go.await();
                            for (int k = 0; k < 100; ++k) {
                                assertFalse(token.accessToken().isEmpty());
                            }
                        } catch (IllegalStateException e) {
                            // closed: what is promised
                        } catch (Throwable e) {
                            unexpected.set(e);
                        }
                    });
                    threads.add(reader);
                    reader.start();
                }
                go.countDown();
                token.close();
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            assertEquals(null, unexpected.get());
        }
    }

    @Test
    public void tenThousandTokensLeaveNothingBehind() throws Exception {
        try (ManagedIdentityApplication application = emulator.plain().build()) {
            cycle(application, 1000);
            long handles = Bridge.openHandles();
            long files = openFiles();
            long memory = residentKib();
            cycle(application, 9000);
            assertEquals("native handles", handles, Bridge.openHandles());
            assertTrue("file descriptors", openFiles() <= files + 2);
            long grown = residentKib() - memory;
            assertTrue("resident memory grew by " + grown + " KiB", grown < 64 * 1024);
        }
    }

    private static void cycle(ManagedIdentityApplication application, int times) throws Exception {
        for (int i = 0; i < times; ++i) {
            try (TokenResult token = application.acquireTokenForManagedIdentity(bound()).get()) {
                token.bindingCertificate().get().close();
            }
        }
    }

    private static long openFiles() {
        return new java.io.File("/proc/self/fd").list().length;
    }

    private static long residentKib() throws Exception {
        System.gc();
        for (String line : new String(Files.readAllBytes(Paths.get("/proc/self/status")), StandardCharsets.US_ASCII)
                .split("\n")) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new AssertionError("no VmRSS");
    }

    @Test
    public void whatNobodyClosesTheGarbageCollectorDoes() throws Exception {
        try (ManagedIdentityApplication application = emulator.plain().build()) {
            application.acquireTokenForManagedIdentity(bound()).get().close();
            System.gc();
            Thread.sleep(1);
            long before = Bridge.openHandles();
            for (int i = 0; i < 200; ++i) {
                application.acquireTokenForManagedIdentity(bound()).get();
            }
            while (Bridge.openHandles() > before + 4) {
                System.gc();
                Thread.yield();
            }
        }
    }
}
