package io.github.msiv2;

import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** The future of what a native call returns. However the future completes, the native call ends too. */
final class NativeFuture<T> extends CompletableFuture<T> implements Runnable {
    private final NativeCall call;
    private final Function<NativeCall, T> body;
    private final Consumer<T> discard;
    private volatile boolean canceling;

    /**
     * Creates a future that is to be run once.
     *
     * @param among the set that holds the future until it completes
     * @param body makes the call, and blocks
     * @param discard receives a result that comes too late for the future
     */
    NativeFuture(Set<NativeFuture<?>> among, NativeCall call, Function<NativeCall, T> body, Consumer<T> discard) {
        this.call = call;
        this.body = body;
        this.discard = discard;
        among.add(this);
        whenComplete((result, failure) -> {
            among.remove(this);
            call.abandon();  // orTimeout, or the caller completed it
        });
    }

    @Override
    public void run() {
        if (isDone()) {
            return;
        }
        T result;
        try {
            result = body.apply(call);
        } catch (Throwable e) {
            completeExceptionally(canceling ? new CancellationException() : e);  // cancel may not have completed it yet
            return;
        }
        if (!complete(result)) {
            discard.accept(result);  // completed meanwhile: nothing else has the result
        }
    }

    /** Cancels the native call first: what depends on this future may take its time. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        canceling = true;
        call.abandon();
        return super.cancel(mayInterruptIfRunning);
    }
}
