// Calls a resource from Java's own HttpClient with a bound token: the key signs in the TLS handshake and never leaves its keystore.
//
//   java -cp msiv2.jar CallResource.java URL [TRUST_ANCHORS_FILE]

import io.github.msiv2.BindingCertificate;
import io.github.msiv2.ManagedIdentityApplication;
import io.github.msiv2.ManagedIdentityException;
import io.github.msiv2.ManagedIdentityId;
import io.github.msiv2.ManagedIdentityParameters;
import io.github.msiv2.TokenResult;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLParameters;

public class CallResource {
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            System.err.println("usage: CallResource.java URL [TRUST_ANCHORS_FILE]");
            System.exit(2);
        }
        String url = arguments[0];
        String anchors = arguments.length > 1 ? Files.readString(Path.of(arguments[1])) : "";
        try (ManagedIdentityApplication application =
                        ManagedIdentityApplication.builder(ManagedIdentityId.systemAssigned())
                                .trustAnchorsPem(anchors)
                                .build();
                TokenResult token = application
                        .acquireTokenForManagedIdentity(ManagedIdentityParameters.builder("https://vault.azure.net")
                                .mtlsProofOfPossession(true)
                                .allowUnattested(true)  // on a KeyGuard host: withAttestationSupport(true) instead
                                .build())
                        .get()) {
            BindingCertificate certificate = token.bindingCertificate().get();
            // Key Vault asks for the certificate in a renegotiation, after it has read the header x-ms-tokenboundauth.
            // That requires TLS 1.2 and HTTP/1.1. A resource that asks in the handshake needs none of the three.
            SSLParameters tls12 = new SSLParameters();
            tls12.setProtocols(new String[] {"TLSv1.2"});
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslParameters(tls12)
                    .sslContext(certificate.sslContext(trust(anchors)))
                    .build();
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .header("Authorization", token.authorizationHeader())
                            .header("x-ms-tokenboundauth", "true")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            System.out.println(answer.statusCode() + " with a token bound to " + certificate.x5tS256());
        } catch (ExecutionException e) {
            fail(e.getCause());
        } catch (ManagedIdentityException e) {
            fail(e);
        }
    }

    private static void fail(Throwable cause) {
        if (cause instanceof ManagedIdentityException) {
            ManagedIdentityException known = (ManagedIdentityException) cause;
            System.err.println(known.errorCode() + ": " + known.getMessage() + ". " + known.details().cure());
        } else {
            System.err.println(cause);
        }
        System.exit(1);
    }

    /** Returns the trust anchors of Java's TLS; null for those of the JVM. */
    private static KeyStore trust(String pem) throws Exception {
        if (pem.isEmpty()) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("anchor", CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes())));
        return store;
    }
}
