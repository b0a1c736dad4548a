// Calls a resource from Java's own HttpClient with a bound token: the key signs in the TLS handshake and never leaves its keystore.
//
//   java -cp msiv2.jar CallResource.java URL [TRUST_ANCHORS_FILE]

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import msiv2.BindingCertificate;
import msiv2.ManagedIdentityApplication;
import msiv2.ManagedIdentityId;
import msiv2.ManagedIdentityParameters;
import msiv2.MsiV2Exception;
import msiv2.TokenResult;

public class CallResource {
    public static void main(String[] arguments) throws Exception {
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
            HttpClient client =
                    HttpClient.newBuilder().sslContext(certificate.sslContext(trust(anchors))).build();
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(url)).header("Authorization", token.authorizationHeader()).build(),
                    HttpResponse.BodyHandlers.ofString());
            System.out.println(answer.statusCode() + " with a token bound to " + certificate.x5tS256());
        } catch (java.util.concurrent.ExecutionException e) {
            MsiV2Exception cause = (MsiV2Exception) e.getCause();
            System.err.println(cause.errorCode() + ": " + cause.getMessage() + ". " + cause.details().cure());
            System.exit(1);
        }
    }

    /** Whom Java's TLS trusts; null for what the JVM trusts. */
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
