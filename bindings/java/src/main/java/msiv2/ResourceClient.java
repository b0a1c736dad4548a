package msiv2;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * ResourceClient calls resources with a token and its certificate by the TLS of native code, for those who do not want
 * Java's: see {@link BindingCertificate#sslContext}. Safe for use by many threads.
 */
public final class ResourceClient implements AutoCloseable {
    private final Handle client;

    /**
     * ResourceClient takes trust anchors and times of an application.
     *
     * @param application may be closed afterwards
     */
    public ResourceClient(ManagedIdentityApplication application) {
        client = new Handle(application.options().with(Bridge::newResourceClient));
    }

    /**
     * send sends a request with the token and, if it is bound, over mTLS with its certificate. It blocks. No redirect is
     * followed.
     *
     * @param token makes the header Authorization
     * @param method for example {@code "GET"}
     * @param url https
     * @param headers without Authorization
     * @param body may be empty
     * @return the answer, whatever its status
     * @throws ManagedIdentityException where there is none
     */
    public Response send(TokenResult token, String method, String url, Map<String, String> headers, byte[] body) {
        long number = Bridge.newResourceRequest(Bridge.utf8(method), Bridge.utf8(url), body);
        try (Handle request = new Handle(number)) {
            headers.forEach((name, value) -> Bridge.addHeader(number, Bridge.utf8(name), Bridge.utf8(value)));
            try (Handle response = new Handle(client.with(
                    c -> token.with(t -> request.with(r -> Bridge.send(c, t, r, 0)))))) {
                return response.with(Response::new);
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** Response is an answer. Immutable. */
    public static final class Response {
        private final int status;
        private final List<Map.Entry<String, String>> headers = new ArrayList<>();
        private final byte[] body;

        private Response(long response) {
            status = (int) Bridge.responseNumber(response, Bridge.RESPONSE_STATUS);
            long count = Bridge.responseNumber(response, Bridge.RESPONSE_HEADER_COUNT);
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
         * header returns a header, by its name in any case.
         *
         * @param name for example {@code "WWW-Authenticate"}
         * @return the first one's value, or null
         */
        public String header(String name) {
            return headers.stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(Objects.requireNonNull(name, "name")))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
        }
    }
}
