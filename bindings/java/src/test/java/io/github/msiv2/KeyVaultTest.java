package io.github.msiv2;

import static org.junit.Assert.assertEquals;

import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collections;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/**
 * A resource that behaves like Key Vault: it asks for the certificate in a TLS 1.2 renegotiation, after a request with
 * the header x-ms-tokenboundauth.
 */
public class KeyVaultTest {
    @ClassRule
    public static final EmulatorProcess emulator =
            new EmulatorProcess("--resource-asks", "renegotiation", "--tokenboundauth");

    private static ManagedIdentityApplication application;
    private static TokenResult token;

    @BeforeClass
    public static void start() {
        application = emulator.attested().build();
        token = MsiV2.obtainToken(application, "https://vault.azure.net");
    }

    @AfterClass
    public static void stop() {
        application.close();
    }

    private static String secret() {
        return emulator.endpoint("resource") + "/secrets/a";
    }

    private static int withHttpClient(boolean header) throws Exception {
        SSLContext context = token.bindingCertificate().get().sslContext(emulator.anchors());
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.2"});
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(secret())).header("Authorization", token.authorizationHeader());
        if (header) {
            request.header("x-ms-tokenboundauth", "true");
        }
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(context)
                .sslParameters(parameters)
                .build()
                .send(request.build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    public void httpClientAnswersTheRenegotiation() throws Exception {
        assertEquals(200, withHttpClient(true));
        assertEquals("without the header the server does not ask for the certificate", 401, withHttpClient(false));
    }

    @Test
    public void httpsUrlConnectionAnswersTheRenegotiation() throws Exception {
        HttpsURLConnection connection = (HttpsURLConnection) new URL(secret()).openConnection();
        connection.setSSLSocketFactory(new OneProtocol(
                token.bindingCertificate().get().sslContext(emulator.anchors()).getSocketFactory(), "TLSv1.2"));
        connection.setRequestProperty("Authorization", token.authorizationHeader());
        connection.setRequestProperty("x-ms-tokenboundauth", "true");
        assertEquals(200, connection.getResponseCode());
    }

    @Test
    public void nativeTlsAnswersIt() {
        try (ResourceClient client = new ResourceClient(application)) {
            assertEquals(
                    200,
                    client.send(token, "GET", secret(), Collections.singletonMap("x-ms-tokenboundauth", "true"),
                            new byte[0]).status());
        }
    }
}
