package io.github.msiv2;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Calls resources with a token and its certificate by the TLS of native code. To use Java's TLS instead, see {@link
 * BindingCertificate#sslContext}. Safe for use by many threads.
 */
public final class ResourceClient implements AutoCloseable {
    private static final int DEFAULT_MAX_ANSWER = 16 << 20;

    private final Handle client;
    private final long timeoutMs;
    private final int maxAnswer;

    /**
     * Creates a client with the trust anchors and the timeout of an application. The body of an answer has at most
     * 16 MiB.
     *
     * @param application may be closed afterwards
     */
    public ResourceClient(ManagedIdentityApplication application) {
        this(application, DEFAULT_MAX_ANSWER);
    }

    /**
     * Does the same with another limit of answers.
     *
     * @param application may be closed afterwards
     * @param maxAnswer how many bytes the body of an answer may have; a longer answer is an error
     * @throws MsalClientException if it is negative
     */
    public ResourceClient(ManagedIdentityApplication application, int maxAnswer) {
        if (maxAnswer < 0) {
            throw new MsalClientException("maxAnswer is negative", AuthenticationErrorCode.INVALID_REQUEST);
        }
        client = new Handle(application.options().with(Bridge::newResourceClient));
        timeoutMs = application.timeoutMs();
        this.maxAnswer = maxAnswer;
    }

    /**
     * Sends a request with a bound token, over mTLS with its certificate. It blocks, until {@link #close} at the
     * latest. It follows no redirects.
     *
     * @param token becomes the header Authorization; a bearer token is refused
     * @param method for example {@code "GET"}
     * @param url https
     * @param headers without Authorization
     * @param body may be empty
     * @return the answer, whatever its status
     * @throws MsalClientException for a wrong request
     * @throws ManagedIdentityException if there is no answer
     */
    public Response send(TokenResult token, String method, String url, Map<String, String> headers, byte[] body) {
        try (Handle request =
                new Handle(Bridge.newResourceRequest(Bridge.utf8(method), Bridge.utf8(url), body))) {
            request.use(r -> Bridge.setMaxAnswer(r, maxAnswer));
            headers.forEach((name, value) ->
                    request.use(r -> Bridge.addHeader(r, Bridge.utf8(name), Bridge.utf8(value))));
            try (Handle response = new Handle(new NativeCall(this).run(canceledBy -> client.with(
                    c -> token.with(t -> request.with(r -> Bridge.send(c, t, r, timeoutMs, canceledBy))))))) {
                return response.with(Response::new);
            }
        }
    }

    /** Cancels the calls under way. Closing it again has no effect. */
    @Override
    public void close() {
        client.close();
        NativeCall.cancelAllOf(this);
    }

    /** An answer. Immutable. */
    public static final class Response {
        private final int status;
        private final List<Map.Entry<String, String>> headers = new ArrayList<>();
        private final byte[] body;

        private Response(long response) {
            status = (int) Bridge.responseNumber(response, Numbers.RESPONSE_STATUS);
            long count = Bridge.responseNumber(response, Numbers.RESPONSE_HEADER_COUNT);
            for (int i = 0; i < count; ++i) {
                headers.add(Map.entry(
                        Bridge.text(Bridge.responseHeader(response, i, false)),
                        Bridge.text(Bridge.responseHeader(response, i, true))));
            }
            body = Bridge.responseBody(response);
        }

        /** @return the HTTP status */
        public int status() {
            return status;
        }

        /** @return the body */
        public byte[] body() {
            return body.clone();
        }

        /**
         * Returns what a 401 asks for: see {@link ClaimsChallenge}.
         *
         * @return JSON; empty if no claims are asked for
         */
        public Optional<String> claims() {
            return status == 401 ? ClaimsChallenge.claimsOf(headers("WWW-Authenticate")) : Optional.empty();
        }

        /**
         * Returns all headers of one name, in any letter case.
         *
         * @param name for example {@code "WWW-Authenticate"}
         * @return their values, in order
         */
        public List<String> headers(String name) {
            return headers.stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(Objects.requireNonNull(name, "name")))
                    .map(Map.Entry::getValue)
                    .collect(Collectors.toUnmodifiableList());
        }

        /**
         * Returns a header, by its name in any letter case.
         *
         * @param name for example {@code "WWW-Authenticate"}
         * @return the value of the first one, or null
         */
        public String header(String name) {
            return headers(name).stream().findFirst().orElse(null);
        }
    }
}
