package msiv2;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/**
 * Handle owns a native object: it is released by {@link #close}, or some time after nobody can reach the owner any more.
 * A call that is under way keeps the native object until it ends, whoever closes the handle meanwhile.
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

    /** with gives the number to native code, and keeps this reachable until that returns. */
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

    /** use does the same for a call that answers nothing. */
    final void use(LongConsumer call) {
        with(number -> {
            call.accept(number);
            return null;
        });
    }

    /** isClosed tells whether {@link #close} was called. */
    final boolean isClosed() {
        return closed;
    }

    /** close releases the native object. Twice is once. */
    @Override
    public final void close() {
        closed = true;
        cleanable.clean();
    }
}
