package msiv2;

import java.security.Provider;
import java.security.Security;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * BoundKeyProvider is the JCA provider "msiv2": Signature RSASSA-PSS, SHA256withRSA, SHA384withRSA and SHA512withRSA for
 * {@link BoundPrivateKey}, and for nothing else. It is registered last when the first key manager is made.
 */
public final class BoundKeyProvider extends Provider {
    private static final long serialVersionUID = 1L;

    /** The provider's name. */
    public static final String NAME = "msiv2";

    /** BoundKeyProvider makes the provider; {@link #register} registers one. */
    public BoundKeyProvider() {
        super(NAME, "1.0", "Signatures by keys that cannot be exported");
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

    /** register makes the provider known to this JVM, behind all others. Twice is once. */
    public static void register() {
        Security.addProvider(new BoundKeyProvider());
    }
}
