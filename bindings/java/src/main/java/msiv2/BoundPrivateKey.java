package msiv2;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.interfaces.RSAKey;

/**
 * A key in KeyGuard, a TPM or guarded memory. It has no encoding. The provider {@link BoundKeyProvider} signs with it;
 * keys of other classes still use the JVM's own providers.
 */
public final class BoundPrivateKey implements PrivateKey, RSAKey {
    private static final long serialVersionUID = 1L;

    private final transient Handle handle;
    private final transient BigInteger modulus;

    BoundPrivateKey(Handle handle) {
        this.handle = handle;
        byte[] bytes = handle.with(key -> Bridge.keyBytes(key, Numbers.KEY_MODULUS));
        modulus = new BigInteger(1, bytes);
    }

    /** Signs a digest: RSASSA-PSS with a salt as long as the digest, or PKCS#1 v1.5. */
    byte[] sign(boolean pss, int digestAlgorithm, byte[] digest) {
        int padding = pss ? Numbers.PADDING_PSS : Numbers.PADDING_PKCS1;
        return handle.with(key -> Bridge.sign(key, padding, digestAlgorithm, digest));
    }

    Handle handle() {
        return handle;
    }

    @Override
    public BigInteger getModulus() {
        return modulus;
    }

    @Override
    public String getAlgorithm() {
        return "RSA";
    }

    /** @return null: the key cannot be exported */
    @Override
    public String getFormat() {
        return null;
    }

    /** @return null: the key cannot be exported */
    @Override
    public byte[] getEncoded() {
        return null;
    }

    private void writeObject(ObjectOutputStream stream) throws NotSerializableException {
        throw new NotSerializableException("a bound key stays where it is");
    }
}
