package io.github.msiv2;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An attestor in Java for the emulator: the key proves that the caller holds it, by a signature through JCA. */
final class JavaAttestor implements Attestor {
    private final HttpClient client;
    volatile AttestationCall last;
    volatile Thread lastThread;
    volatile Exception refusal;

    JavaAttestor(EmulatorProcess emulator) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(emulator.anchors());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        client = HttpClient.newBuilder().sslContext(context).build();
    }

    @Override
    public boolean acceptsEmulatedKeys() {
        return true;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String number(java.math.BigInteger number) {
        byte[] bytes = number.toByteArray();
        return base64(bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    @Override
    public String attest(AttestationCall call) throws Exception {
        last = call;
        lastThread = Thread.currentThread();
        if (refusal != null) {
            throw refusal;
        }
        String n = number(call.key().publicKey().getModulus());
        String e = number(call.key().publicKey().getPublicExponent());
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String nonce = base64(random);
        Signature signature = Signature.getInstance("RSASSA-PSS", new BoundKeyProvider());
        signature.initSign(call.key());
        signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        signature.update(String.join("\n", "msiv2-emulated-attestation", call.clientId(), n, e, nonce)
                .getBytes(StandardCharsets.US_ASCII));
        String body = "{\"clientId\":\"" + call.clientId() + "\",\"jwk\":{\"kty\":\"RSA\",\"n\":\"" + n + "\",\"e\":\"" + e
                + "\"},\"nonce\":\"" + nonce + "\",\"proof\":\"" + base64(signature.sign()) + "\"}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(call.endpoint() + "/attest/keyguard"))
                .timeout(call.timeLeft())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        String answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        Matcher token = Pattern.compile("\"token\":\\s*\"([^\"]+)\"").matcher(answer);
        if (!token.find()) {
            throw new CallbackException("the emulator did not attest: " + answer, 0, false);
        }
        return token.group(1);
    }
}
