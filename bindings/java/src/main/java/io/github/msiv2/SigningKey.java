package io.github.msiv2;

import java.security.interfaces.RSAPublicKey;

/**
 * A key of the application: RSA, 2048 bits, from a {@link KeyProvider}. Native code calls it on any thread, and several
 * calls may run at once. An exception of {@link #sign} ends the step that needs the signature; see {@link
 * CallbackException}.
 */
public interface SigningKey {
    /**
     * Returns how well the key is protected. A key that claims {@link KeyStrength#KEYGUARD} is emulated.
     *
     * @return the same each time, and not {@link KeyStrength#NONE}
     */
    KeyStrength strength();

    /** @return whether that protection is real; an emulated key serves an emulator on loopback only */
    KeyOrigin origin();

    /** @return the public half, the same each time */
    RSAPublicKey publicKey();

    /**
     * Signs a digest.
     *
     * @param padding the form of the signature
     * @param algorithm what computed the digest
     * @param digest as many bytes as the algorithm gives
     * @return the signature, 256 bytes
     * @throws Exception if the key does not sign
     */
    byte[] sign(SignaturePadding padding, DigestAlgorithm algorithm, byte[] digest) throws Exception;
}
