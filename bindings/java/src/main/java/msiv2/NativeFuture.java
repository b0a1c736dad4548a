package msiv2;

import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The future of a token. However the future completes, the native call ends too. */
final class TokenFuture extends CompletableFuture<TokenResult> implements Runnable {
    private final NativeCall call;
    private final Function<NativeCall, TokenResult> acquire;
    private volatile boolean canceling;

    /**
     * Creates a future that is to be run once.
     *
     * @param among the set that holds the future until it completes
     * @param acquire makes the call, and blocks
     */
    TokenFuture(Set<TokenFuture> among, NativeCall call, Function<NativeCall, TokenResult> acquire) {
        this.call = call;
        this.acquire = acquire;
        among.add(this);
        whenComplete((token, failure) -> {
            among.remove(this);
            call.abandon();  // orTimeout, or the caller completed it
        });
    }

    @Override
    public void run() {
        if (isDone()) {
            return;
        }
        TokenResult token;
        try {
            token = acquire.apply(call);
        } catch (Throwable e) {
            completeExceptionally(canceling ? new CancellationException() : e);  // cancel may not have completed it yet
            return;
        }
        if (!complete(token)) {
            token.close();  // completed meanwhile: nothing else will close the token
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
