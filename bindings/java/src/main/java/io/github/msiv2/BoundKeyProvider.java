package io.github.msiv2;

import java.security.Provider;
import java.security.Security;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * The JCA provider "msiv2": Signature RSASSA-PSS, SHA256withRSA, SHA384withRSA and SHA512withRSA for {@link
 * BoundPrivateKey}, and for no other key. It is registered last when the first key manager is created. Code that does
 * not name the provider has to call {@code initSign} before {@code setParameter}: the first of the two calls selects
 * the provider of a Signature.
 */
public final class BoundKeyProvider extends Provider {
    private static final long serialVersionUID = 1L;

    /** The provider's name. If another class loader has registered that name, this provider's name begins with it. */
    public static final String NAME = "msiv2";

    /** Creates the provider; {@link #register} registers one. */
    public BoundKeyProvider() {
        this(NAME);
    }

    private BoundKeyProvider(String name) {
        super(name, "1.0", "Signatures by keys that cannot be exported");
        Map<String, String> attributes = new HashMap<>();
        attributes.put("SupportedKeyClasses", BoundPrivateKey.class.getName());
        add("RSASSA-PSS", BoundSignature.Pss.class, attributes);
        add("SHA256withRSA", BoundSignature.Sha256.class, attributes);
        add("SHA384withRSA", BoundSignature.Sha384.class, attributes);
        add("SHA512withRSA", BoundSignature.Sha512.class, attributes);
    }

    private void add(String algorithm, Class<?> type, Map<String, String> attributes) {
        putService(new Service(
                this, "Signature", algorithm, type.getName(), Collections.emptyList(), attributes));
    }

    /** Registers the provider with this JVM, after all others. Registering it again has no effect. */
    public static void register() {
        // A provider knows only the keys of its own class loader. If the name belongs to another class loader, the next
        // name is used.
        String name = NAME;
        for (int i = 2; Security.addProvider(new BoundKeyProvider(name)) < 0 && !isOurs(name); ++i) {
            name = NAME + "-" + i;
        }
    }

    private static boolean isOurs(String name) {
        Provider known = Security.getProvider(name);
        return known != null && known.getClass() == BoundKeyProvider.class;
    }
}
