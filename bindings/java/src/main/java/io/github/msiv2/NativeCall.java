package io.github.msiv2;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * A native call that may take long, with its cancellation. Its owner cancels it by {@link #cancelAllOf}. The end of the
 * JVM cancels it too: the native libraries must not be unloaded during a call.
 */
final class NativeCall {
    private static final Set<NativeCall> UNDER_WAY = ConcurrentHashMap.newKeySet();
    private static final long LAST_WAIT_NANOS = 5_000_000_000L;

    static {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(NativeCall::endAll, "msiv2 end"));
        } catch (IllegalStateException | SecurityException e) {
            // The JVM is ending already, or permits no shutdown hooks.
        }
    }

    private enum State { NEW, BEGUN, ENDED }

    private final Object owner;
    private final Handle cancellation;
    private State state = State.NEW;  // guarded by this; after BEGUN the call is under way until run ends it

    /**
     * Creates a call of {@code owner}. From now on the owner's cancellation covers it. It has to be run or abandoned.
     */
    NativeCall(Object owner) {
        this.owner = owner;
        cancellation = new Handle(Bridge.newCancellation());
        UNDER_WAY.add(this);
    }

    /** Passes the cancellation to {@code call}. Throws IllegalStateException if this call was abandoned before. */
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

    /** Cancels the native call, which then fails with the code canceled, or ensures that it never begins. */
    void abandon() {
        synchronized (this) {
            if (state == State.BEGUN) {
                cancellation.use(Bridge::cancel);  // end(), which closes it, comes after this
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

    /** Cancels the calls of {@code owner} that are under way. */
    static void cancelAllOf(Object owner) {
        for (NativeCall call : UNDER_WAY) {
            if (call.owner == owner) {
                call.abandon();
            }
        }
    }

    /** Returns how many calls have not ended. */
    static int underWay() {
        return UNDER_WAY.size();
    }

    /** Cancels all calls, and waits for them and for calls of native threads to end, but not for long. */
    static void endAll() {
        long last = System.nanoTime() + LAST_WAIT_NANOS;
        while (!UNDER_WAY.isEmpty() && System.nanoTime() < last) {
            UNDER_WAY.forEach(NativeCall::abandon);  // also those that have begun meanwhile
            LockSupport.parkNanos(1_000_000);
        }
        Bridge.endCallbacks();
    }
}
