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
        } catch (IllegalStateException | SecurityException e) {
            // The JVM is ending already, or lets nobody hear of it.
        }
    }

    private enum State { NEW, BEGUN, ENDED }

    private final Object owner;
    private final Handle cancellation;
    private State state = State.NEW;  // guarded by this; one that has begun is under way until run ends it

    /** A call of {@code owner}: from now on it is cancelled with the others. It has to be run, or abandoned. */
    NativeCall(Object owner) {
        this.owner = owner;
        cancellation = new Handle(Bridge.newCancellation());
        UNDER_WAY.add(this);
    }

    /** run gives the cancellation to {@code call}; IllegalStateException where this was abandoned before. */
    <T> T run(LongFunction<T> call) {
        synchronized (this) {
            if (state != State.NEW) {
                throw new IllegalStateException("the call was abandoned before it began");
            }
            state = State.BEGUN;
        }
        try {
            return cancellation.with(call);
        } finally {
            end();
        }
    }

    /** abandon cancels the native call, which then fails with the code canceled, or sees to it that it never begins. */
    void abandon() {
        synchronized (this) {
            if (state == State.BEGUN) {
                cancellation.use(Bridge::cancel);  // end, which closes it, comes after this
                return;
            }
        }
        end();
    }

    private void end() {
        synchronized (this) {
            state = State.ENDED;
        }
        UNDER_WAY.remove(this);
        cancellation.close();
    }

    /** cancelAllOf cancels the calls under way of {@code owner}. */
    static void cancelAllOf(Object owner) {
        for (NativeCall call : UNDER_WAY) {
            if (call.owner == owner) {
                call.abandon();
            }
        }
    }

    /** underWay returns how many calls have not ended. */
    static int underWay() {
        return UNDER_WAY.size();
    }

    /** endAll cancels all calls and waits for their ends, but not for long. */
    static void endAll() {
        long last = System.nanoTime() + LAST_WAIT_NANOS;
        while (!UNDER_WAY.isEmpty() && System.nanoTime() < last) {
            UNDER_WAY.forEach(NativeCall::abandon);  // also those that have begun since
            LockSupport.parkNanos(1_000_000);
        }
    }
}
