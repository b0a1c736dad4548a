package io.github.msiv2;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/**
 * Owns a native object. {@link #close} releases the object, or the garbage collector does some time after its owner has
 * become unreachable. A call that is under way keeps the native object alive until the call ends, even if another
 * thread closes the handle meanwhile.
 */
class Handle implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private static final class State implements Runnable {
        private final long number;

        State(long number) {
            this.number = number;
        }

        @Override
        public void run() {
            Bridge.close(number);
        }
    }

    private final long number;
    private final Cleaner.Cleanable cleanable;
    private volatile boolean closed;

    Handle(long number) {
        this.number = number;
        cleanable = CLEANER.register(this, new State(number));
    }

    /** Passes the number to native code, and keeps this object reachable until that code returns. */
    final <T> T with(LongFunction<T> call) {
        if (closed) {
            throw new IllegalStateException("it is closed");
        }
        try {
            return call.apply(number);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Does the same for a call that returns nothing. */
    final void use(LongConsumer call) {
        with(number -> {
            call.accept(number);
            return null;
        });
    }

    /** Returns true if {@link #close} was called. */
    final boolean isClosed() {
        return closed;
    }

    /** Releases the native object. Closing it again has no effect. */
    @Override
    public final void close() {
        closed = true;
        cleanable.clean();
    }
}
