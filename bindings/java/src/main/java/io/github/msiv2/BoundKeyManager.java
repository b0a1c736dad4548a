package io.github.msiv2;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Presents one certificate to every server that asks for one, whatever issuers the server names. Services accept
 * certificates by other rules than the list of issuers. (MSAL's key managers do the same.) It is for TLS stacks that
 * take a key manager and no SSLContext, for example Netty's. Safe for use by many threads.
 */
public final class BoundKeyManager extends X509ExtendedKeyManager {
    private static final String ALIAS = "msiv2";

    private final BoundPrivateKey key;
    private final X509Certificate[] chain;

    /**
     * Creates a key manager, and registers {@link BoundKeyProvider}, which signs.
     *
     * @param certificate stays open as long as connections are made
     */
    public BoundKeyManager(BindingCertificate certificate) {
        BoundKeyProvider.register();
        key = certificate.privateKey();
        chain = certificate.chain();
    }

    private static String choose(String... keyTypes) {
        for (String type : keyTypes) {
            if (type.equals("RSA") || type.equals("RSASSA-PSS")) {
                return ALIAS;
            }
        }
        return null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return choose(keyType) == null ? null : new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
        return choose(keyType);
    }

    @Override
    public String chooseEngineClientAlias(String[] keyType, Principal[] issuers, SSLEngine engine) {
        return choose(keyType);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return ALIAS.equals(alias) ? chain.clone() : null;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return ALIAS.equals(alias) ? key : null;
    }
}
