package io.github.msiv2;

import static io.github.msiv2.EmulatorProcess.bound;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** Closing, cancelling, garbage collection: none of them crashes native code or leaves anything behind. */
public class LifeTest {
    @ClassRule
    @Rule
    public static final EmulatorProcess emulator = new EmulatorProcess();

    /** Returns when the emulator is holding up a request. */
    private static void awaitRequest() throws Exception {
        long begun = System.nanoTime();
        while (emulator.hanging() == 0) {
            assertTrue("no request came", System.nanoTime() - begun < 120_000_000_000L);
            Thread.yield();
        }
    }

    /** Returns when the native call has hung up, long before the 30 seconds after which it would do so by itself. */
    private static void awaitEnd(long begun) throws Exception {
        while (emulator.hanging() > 0) {
            Thread.yield();
        }
        long seconds = (System.nanoTime() - begun) / 1_000_000_000;
        assertTrue("the call ended by itself, after " + seconds + " s", seconds < 25);
    }

    @Test
    public void cancellingTheFutureCancelsTheNativeCall() throws Exception {
        emulator.fault("imds.getplatformmetadata hang");
        try (ManagedIdentityApplication application = emulator.plain().build()) {
            CompletableFuture<TokenResult> call = application.acquireTokenForManagedIdentity(bound());
            awaitRequest();
            long begun = System.nanoTime();
            assertTrue(call.cancel(true));
            assertThrows(CancellationException.class, call::get);
            awaitEnd(begun);
        }
    }

    /** The native call fails as soon as it notices, at times before the future itself completes. */
    @Test
    public void aFutureThatIsCancelledNeverEndsAsAFailure() throws Exception {
        emulator.fault("imds.getplatformmetadata hang");
        try (ManagedIdentityApplication application = emulator.plain().build()) {
            for (int round = 0; round < 100; ++round) {
                CompletableFuture<TokenResult> call = application.acquireTokenForManagedIdentity(bound());
                awaitRequest();
                long begun = System.nanoTime();
                call.cancel(true);
                assertTrue("round " + round, call.isCancelled());
                awaitEnd(begun);
            }
        }
    }

    /** As orTimeout does, or a caller that completes the future itself. */
    @Test
    public void endingTheFutureOtherwiseCancelsTheNativeCallToo() throws Exception {
        emulator.fault("imds.getplatformmetadata hang");
        try (ManagedIdentityApplication application = emulator.plain().build()) {
            CompletableFuture<TokenResult> call = application.acquireTokenForManagedIdentity(bound());
            awaitRequest();
            long begun = System.nanoTime();
            assertTrue(call.completeExceptionally(new TimeoutException()));
            awaitEnd(begun);
        }
    }

    @Test
    public void closingTheApplicationCancelsItsCalls() throws Exception {
        emulator.fault("imds.getplatformmetadata hang");
        ManagedIdentityApplication application = emulator.plain().build();
        CompletableFuture<TokenResult> call = application.acquireTokenForManagedIdentity(bound());
        awaitRequest();
        long begun = System.nanoTime();
        application.close();
        assertTrue(call.isCancelled());
        awaitEnd(begun);
        application.close();
        CompletableFuture<TokenResult> late = application.acquireTokenForManagedIdentity(bound());
        ExecutionException closed = assertThrows(ExecutionException.class, late::get);
        assertTrue(closed.getCause() instanceof IllegalStateException);
    }

    @Test
    public void closingCancelsTheCallsThatBlock() throws Exception {
        emulator.fault("imds.getplatformmetadata hang");
        ManagedIdentityApplication application = emulator.plain().build();
        assertEquals("canceled", failureOf(() -> application.acquire(bound()), application).errorCode());
        emulator.clear();

        try (ManagedIdentityApplication other = emulator.plain().build();
                TokenResult token = other.acquire(bound())) {
            ResourceClient resource = new ResourceClient(other);
            emulator.fault("resource.call hang");
            String url = emulator.endpoint("resource") + "/secrets/a";
            assertEquals(
                    "canceled",
                    failureOf(() -> resource.send(token, "GET", url, Collections.emptyMap(), new byte[0]), resource)
                            .errorCode());
        }
    }

    /** Has a thread make a call that hangs, closes {@code owner}, and returns how the call ended. */
    private static ManagedIdentityException failureOf(Callable<?> call, AutoCloseable owner) throws Exception {
        FutureTask<Object> task = new FutureTask<>(call::call);
        Thread thread = new Thread(task);
        thread.start();
        awaitRequest();
        long begun = System.nanoTime();
        owner.close();
        ExecutionException failed = assertThrows(ExecutionException.class, task::get);
        awaitEnd(begun);
        return (ManagedIdentityException) failed.getCause();
    }

    @Test
    public void aJvmThatEndsEndsItsCallsFirst() throws Exception {
        emulator.fault("imds.getplatformmetadata hang");
        Process child = start(EndsInACall.class);
        awaitRequest();
        long begun = System.nanoTime();
        child.getOutputStream().close();
        assertEquals(0, child.waitFor());
        awaitEnd(begun);
    }

    /** Starts a JVM with a program that takes the address of IMDS. */
    private static Process start(Class<?> program) throws Exception {
        return ChildJvm.running(program, emulator.endpoint("imds")).start();
    }

    @Test
    public void aJvmEndsWhileAThreadOfTheLibraryIsInJava() throws Exception {
        Process child = start(EndsInAnAttestation.class);
        try {
            assertTrue("it hangs", child.waitFor(120, TimeUnit.SECONDS));
            assertEquals(0, child.exitValue());
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    public void theEndOfTheJvmWaitsForTheCallsThatItCancels() throws Exception {
        emulator.fault("imds.getplatformmetadata hang");
        try (ManagedIdentityApplication application = emulator.plain().build();
                ManagedIdentityApplication idle = emulator.plain().executor(task -> {}).build()) {
            CompletableFuture<TokenResult> neverBegun = idle.acquireTokenForManagedIdentity(bound());
            CompletableFuture<TokenResult> call = application.acquireTokenForManagedIdentity(bound());
            awaitRequest();
            long begun = System.nanoTime();
            NativeCall.endAll();
            assertEquals("the call was over when endAll returned", 0, NativeCall.underWay());
            ExecutionException ended = assertThrows(ExecutionException.class, call::get);
            assertEquals("canceled", ((ManagedIdentityException) ended.getCause()).errorCode());
            assertFalse(neverBegun.isDone());
            awaitEnd(begun);
        }
    }

    @Test
    public void anExecutorThatRefusesFailsTheFutureAndLeavesNothing() throws Exception {
        try (ManagedIdentityApplication application = emulator.plain()
                .executor(task -> {
                    throw new OutOfMemoryError("no thread");
                })
                .build()) {
            long handles = Bridge.openHandles();
            CompletableFuture<TokenResult> call = application.acquireTokenForManagedIdentity(bound());
            ExecutionException refused = assertThrows(ExecutionException.class, call::get);
            assertTrue(refused.getCause() instanceof OutOfMemoryError);
            assertTrue(Bridge.openHandles() <= handles);
        }
    }

    @Test
    public void nativeOptionsAreUsedUpByOneApplication() throws Exception {
        ManagedIdentityApplication.Builder builder = emulator.attested();
        try (ManagedIdentityApplication application = builder.build();
                TokenResult token = application.acquire(bound())) {
            assertThrows("twice", IllegalStateException.class, builder::build);
            new ResourceClient(application).close();
            for (long number = 1; number < 2000; ++number) {
                ManagedIdentityApplication.Builder forged = emulator.plain().nativeOptions(number);
                assertThrows("number " + number, IllegalStateException.class, forged::build);
            }
            new ResourceClient(application).close();
            assertFalse("what has another owner is left alone", token.accessToken().isEmpty());
        }
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
            assertThrows(IllegalStateException.class, () -> Bridge.tokenSecret(handle));
            assertThrows(IllegalStateException.class, () -> Bridge.certificateKey(handle));
            assertThrows(IllegalStateException.class, () -> Bridge.tokenAuthorization(handle));
            assertThrows(
                    IllegalStateException.class,
                    () -> Bridge.sign(handle, Numbers.PADDING_PSS, Numbers.DIGEST_SHA256, new byte[32]));
            assertThrows(IllegalStateException.class, () -> Bridge.responseBody(handle));
            Bridge.close(handle);
            Bridge.cancel(handle);
        }
        long options = Bridge.newOptions();
        assertThrows("of another type", IllegalStateException.class, () -> Bridge.tokenSecret(options));
        assertThrows(NullPointerException.class, () -> Bridge.setOptionText(options, Numbers.OPTION_CLIENT_ID, null));
        assertThrows(ManagedIdentityException.class, () -> Bridge.setOptionText(options, 4711, new byte[0]));
        assertThrows("of another kind", ManagedIdentityException.class,
                () -> Bridge.setOptionText(options, Numbers.OPTION_RETRIES, new byte[0]));
        Bridge.close(options);
        assertThrows(IllegalStateException.class, () -> Bridge.newClient(options));
    }

    @Test
    public void nativeCodeReadsNothingBehindARequest() {
        long client = Bridge.newClient(0);
        for (String wrong : new String[] {"", "a", "a\0", "a\0b\0c", "a\0\0\0", "a\0\0\0\1", "a\0\0\0\1e", "a\0\0\0\2e\1"}) {
            byte[] bytes = wrong.getBytes(StandardCharsets.ISO_8859_1);
            assertThrows(wrong, IllegalArgumentException.class, () -> Bridge.findToken(client, bytes));
            assertThrows(wrong, IllegalArgumentException.class, () -> Bridge.acquire(client, bytes, 0, 0));
        }
        byte[] unknown = "a\0\0\0\1\1\1".getBytes(StandardCharsets.ISO_8859_1);
        assertThrows(ManagedIdentityException.class, () -> Bridge.findToken(client, unknown));
        assertThrows(NullPointerException.class, () -> Bridge.findToken(client, null));
        byte[] right = "a\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
        assertNull("nothing is cached", Bridge.findToken(client, right));
        Bridge.close(client);
        assertThrows(IllegalStateException.class, () -> Bridge.findToken(client, right));
    }

    @Test
    public void aTokenMayBeClosedWhileOthersReadIt() throws Exception {
        try (ManagedIdentityApplication application = emulator.plain().build()) {
            AtomicReference<Throwable> unexpected = new AtomicReference<>();
            for (int round = 0; round < 50; ++round) {
                TokenResult token = application.acquireTokenForManagedIdentity(bound()).get();
                CountDownLatch read = new CountDownLatch(4);
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < 4; ++i) {
                    Thread reader = new Thread(() -> {
                        try {
                            while (true) {
                                assertFalse(token.accessToken().isEmpty());
                                read.countDown();
                            }
                        } catch (IllegalStateException e) {
                            // closed: the documented outcome
                        } catch (Throwable e) {
                            unexpected.set(e);
                        } finally {
                            read.countDown();
                        }
                    });
                    threads.add(reader);
                    reader.start();
                }
                read.await();
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
            cycle(application, 5000);
            long handles = Bridge.openHandles();
            long files = openFiles();
            long memory = residentKib();
            cycle(application, 5000);
            assertTrue("native handles", Bridge.openHandles() <= handles);
            assertTrue("file descriptors", openFiles() <= files + 2);
            long grown = residentKib() - memory;
            assertTrue("resident memory grew by " + grown + " KiB", grown < 32 * 1024);
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
            long before = Bridge.openHandles();
            for (int i = 0; i < 200; ++i) {
                application.acquireTokenForManagedIdentity(bound()).get().bindingCertificate();
            }
            while (Bridge.openHandles() > before + 4) {  // what a stack frame may still hold
                System.gc();
                Thread.yield();
            }
        }
    }
}
