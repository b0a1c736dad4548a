package msiv2;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * NativeCall is a native call that may take long, with its cancellation. Its owner cancels it by {@link #cancelAllOf}, and
 * so does the end of the JVM: the libraries below must not be taken down under a call.
 */
final class NativeCall {
    private static final Set<NativeCall> UNDER_WAY = ConcurrentHashMap.newKeySet();
    private static final long LAST_WAIT_NANOS = 5_000_000_000L;

    static {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(NativeCall::endAll, "msiv2 end"));
        } catch (IllegalStateException e) {
            // The JVM is ending already.
        }
    }

    private final Object owner;
    private final Handle cancellation;
    private volatile boolean begun;

    /** A call of {@code owner}: from now on it is cancelled with the others. It has to be run, or abandoned. */
    NativeCall(Object owner) {
        this.owner = owner;
        cancellation = new Handle(Bridge.newCancellation());
        UNDER_WAY.add(this);
    }

    /** run gives the cancellation to {@code call}, and ends this. */
    <T> T run(LongFunction<T> call) {
        begun = true;
        try {
            return cancellation.with(call);
        } finally {
            end();
        }
    }

    /** abandon cancels the native call, with the code canceled, or forgets it where it has not begun. */
    void abandon() {
        if (!begun) {
            end();
        }
        cancel();
    }

    private void cancel() {
        if (cancellation.isClosed()) {
            return;
        }
        try {
            cancellation.use(Bridge::cancel);
        } catch (IllegalStateException e) {
            // It has ended by itself meanwhile.
        }
    }

    private void end() {
        UNDER_WAY.remove(this);
        cancellation.close();
    }

    /** cancelAllOf cancels the calls under way of {@code owner}. */
    static void cancelAllOf(Object owner) {
        for (NativeCall call : UNDER_WAY) {
            if (call.owner == owner) {
                call.cancel();
            }
        }
    }

    private static void endAll() {
        long last = System.nanoTime() + LAST_WAIT_NANOS;
        while (!UNDER_WAY.isEmpty() && System.nanoTime() < last) {
            UNDER_WAY.forEach(NativeCall::cancel);  // also those that have begun since
            LockSupport.parkNanos(1_000_000);
        }
    }
}
