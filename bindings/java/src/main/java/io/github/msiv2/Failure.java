package io.github.msiv2;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** Creates exceptions from native errors. Called by native code. */
final class Failure {
    private Failure() {}

    /**
     * Returns the exception for one error: each kind of the C interface is a class here.
     *
     * @param texts name, message, cure, step, kind, service error, correlation id, source, line
     * @param numbers retryable, HTTP status, native code, TLS alert, attempts, out of time, retry after, option
     * @param aadsts Entra's codes
     */
    static ManagedIdentityException of(byte[][] texts, long[] numbers, long[] aadsts) {
        String name = Bridge.text(texts[0]);
        String message = Bridge.text(texts[1]);
        String kind = Bridge.text(texts[4]);
        List<Long> codes =
                Collections.unmodifiableList(Arrays.stream(aadsts).boxed().collect(Collectors.toList()));
        ErrorDetails details = new ErrorDetails(
                Bridge.text(texts[2]), Bridge.text(texts[3]), numbers[0] == 1, numbers[5] == 1, (int) numbers[1], numbers[2],
                (int) numbers[3], (int) numbers[4], Bridge.text(texts[5]), Bridge.text(texts[6]),
                Bridge.text(texts[7]), codes, numbers[6], Bridge.text(texts[8]), Option.of(numbers[7]));
        String cause = message.isEmpty() ? name : message;
        switch (kind) {
            case "ClientException":
                return new MsalClientException(cause, name, details);
            case "MsiV2Exception":
                return new MsiV2Exception(cause, name, details);
            default:
                return new ManagedIdentityException(cause, name, details);
        }
    }
}
