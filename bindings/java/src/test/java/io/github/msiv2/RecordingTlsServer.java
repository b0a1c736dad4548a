package io.github.msiv2;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A server that speaks TLS 1.2 and 1.3, records which of them each client speaks, and hangs up. */
final class RecordingTlsServer implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final BlockingQueue<String> protocols = new LinkedBlockingQueue<>();
    private final KeyStore store = KeyStore.getInstance("PKCS12");
    private final SSLServerSocket socket;
    private HttpServer imds;

    RecordingTlsServer() throws Exception {
        Path folder = Files.createTempDirectory("msiv2-server");
        Path file = folder.resolve("server.p12");
        int made = new ProcessBuilder(Paths.get(System.getProperty("java.home"), "bin", "keytool").toString(),
                        "-genkeypair", "-alias", "server", "-keyalg", "RSA", "-dname", "CN=127.0.0.1", "-ext",
                        "san=ip:127.0.0.1", "-keystore", file.toString(), "-storepass", new String(PASSWORD))
                .inheritIO().start().waitFor();
        if (made != 0) {
            throw new IOException("keytool ended with " + made);
        }
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        Files.delete(file);
        Files.delete(folder);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        socket = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        socket.setEnabledProtocols(new String[] {"TLSv1.2", "TLSv1.3"});
        Thread thread = new Thread(this::serve, "recording server");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (SSLSocket client = (SSLSocket) socket.accept()) {
                client.startHandshake();
                protocols.add(client.getSession().getProtocol());
            } catch (IOException e) {
                protocols.add(e.toString());  // the client or the test hung up
            }
        }
    }

    /** Returns the protocol of the next client that has come, or why it spoke none. */
    String next() throws InterruptedException {
        return protocols.poll(60, TimeUnit.SECONDS);
    }

    String url() {
        return "https://127.0.0.1:" + socket.getLocalPort();
    }

    /** Returns its certificate, which signs itself. */
    String pem() throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(store.getCertificate("server").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    /** Returns an IMDS that answers as the emulator's, but names this server as the token endpoint. */
    String imdsBefore(EmulatorProcess emulator) throws IOException {
        imds = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        imds.createContext("/", exchange -> forward(exchange, emulator));
        imds.start();
        return "http://127.0.0.1:" + imds.getAddress().getPort();
    }

    private void forward(HttpExchange exchange, EmulatorProcess emulator) throws IOException {
        HttpURLConnection to =
                (HttpURLConnection) new URL(emulator.endpoint("imds") + exchange.getRequestURI()).openConnection();
        to.setRequestMethod(exchange.getRequestMethod());
        for (String name : new String[] {"Metadata", "Content-Type", "x-ms-client-request-id"}) {
            to.setRequestProperty(name, exchange.getRequestHeaders().getFirst(name));
        }
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (body.length > 0) {
            to.setDoOutput(true);
            to.getOutputStream().write(body);
        }
        InputStream from = to.getResponseCode() < 400 ? to.getInputStream() : to.getErrorStream();
        byte[] answer = new String(from.readAllBytes(), StandardCharsets.UTF_8)
                .replace(emulator.endpoint("entra"), url())
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Server", to.getHeaderField("Server"));
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(to.getResponseCode(), answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        if (imds != null) {
            imds.stop(0);
        }
    }
}
