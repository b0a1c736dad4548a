package io.github.msiv2;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;

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

    /**
     * Gets or creates this host's key of exactly one strength. A key in memory is a new one each time, never that of a
     * token. It blocks. Applications do not need it to get a token.
     *
     * @param application whose keystores are asked
     * @param strength not {@link KeyStrength#NONE}
     * @return the key, which {@link #destroy} releases
     * @throws ManagedIdentityException if this host has no such keystore, or the keystore fails
     * @throws IllegalStateException if the application is closed
     */
    public static BoundPrivateKey create(ManagedIdentityApplication application, KeyStrength strength) {
        return new BoundPrivateKey(
                new Handle(application.options().with(options -> Bridge.createKey(options, strength.number()))));
    }

    /**
     * Signs a digest, for a TLS stack that does not use JCA.
     *
     * @param padding the form of the signature
     * @param algorithm what computed the digest
     * @param digest as many bytes as the algorithm gives
     * @return the signature
     * @throws MsiV2Exception if the keystore refuses
     * @throws MsalClientException for a digest of another size
     * @throws IllegalStateException if the key was released
     */
    public byte[] sign(SignaturePadding padding, DigestAlgorithm algorithm, byte[] digest) {
        return handle.with(key -> Bridge.sign(key, padding.number(), algorithm.number(), digest));
    }

    /** @return how well the key is protected */
    public KeyStrength strength() {
        return KeyStrength.of(number(Numbers.KEY_STRENGTH));
    }

    /** @return whether that protection is real */
    public KeyOrigin origin() {
        return KeyOrigin.of(number(Numbers.KEY_ORIGIN));
    }

    /** @return the NCRYPT_KEY_HANDLE on Windows, which lives as long as this object is open; else 0 */
    public long nativeHandle() {
        return number(Numbers.KEY_NATIVE_HANDLE);
    }

    private long number(int field) {
        return handle.with(key -> Bridge.keyNumber(key, field));
    }

    /** @return the public half */
    public RSAPublicKey publicKey() {
        byte[] spki = handle.with(key -> Bridge.keyBytes(key, Numbers.KEY_SPKI_DER));
        try {
            return (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(spki));
        } catch (NoSuchAlgorithmException | InvalidKeySpecException e) {
            throw new IllegalStateException("this JVM has no RSA", e);
        }
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

    /** Releases the key, as {@link BindingCertificate#close} does: it signs no more. The key stays in its keystore. */
    @Override
    public void destroy() {
        handle.close();
    }

    @Override
    public boolean isDestroyed() {
        return handle.isClosed();
    }

    private void writeObject(ObjectOutputStream stream) throws NotSerializableException {
        throw new NotSerializableException("a bound key stays where it is");
    }
}
