package msiv2;

import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** TokenFuture is the future of a token: however it ends, the native call ends with it. */
final class TokenFuture extends CompletableFuture<TokenResult> implements Runnable {
    private final NativeCall call;
    private final Function<NativeCall, TokenResult> acquire;
    private volatile boolean canceling;

    /**
     * TokenFuture is to be run once.
     *
     * @param among where it stands until it has ended
     * @param acquire makes the call, and blocks
     */
    TokenFuture(Set<TokenFuture> among, NativeCall call, Function<NativeCall, TokenResult> acquire) {
        this.call = call;
        this.acquire = acquire;
        among.add(this);
        whenComplete((token, failure) -> {
            among.remove(this);
            call.abandon();  // orTimeout, or a caller who has lost interest
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
            completeExceptionally(canceling ? new CancellationException() : e);  // cancel may not have come that far yet
            return;
        }
        if (!complete(token)) {
            token.close();  // ended meanwhile: nobody else will
        }
    }

    /** The native call first: what hangs on this future may take its time. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        canceling = true;
        call.abandon();
        return super.cancel(mayInterruptIfRunning);
    }
}
