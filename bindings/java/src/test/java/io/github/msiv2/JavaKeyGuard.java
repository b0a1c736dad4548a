package io.github.msiv2;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.crypto.Cipher;

/** A keystore in Java that plays KeyGuard: its keys are in memory, and say that they are emulated. */
class JavaKeyGuard implements KeyProvider {
    final List<SigningKey> discarded = Collections.synchronizedList(new ArrayList<>());
    volatile Exception refusal;  // of the keystore
    volatile Exception refusalToSign;  // of the keys that it has created so far
    private Key key;

    @Override
    public String name() {
        return "java-keyguard";
    }

    @Override
    public KeyStrength strength() {
        return KeyStrength.KEYGUARD;
    }

    @Override
    public synchronized SigningKey getOrCreate() throws Exception {
        if (refusal != null) {
            throw refusal;
        }
        if (key == null) {
            key = new Key();
            refusalToSign = null;
        }
        return key;
    }

    @Override
    public synchronized void discard(SigningKey dead) {
        discarded.add(dead);
        key = null;
    }

    private final class Key implements SigningKey {
        private final KeyPair pair;

        Key() throws GeneralSecurityException {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            pair = generator.generateKeyPair();
        }

        @Override
        public KeyStrength strength() {
            return KeyStrength.KEYGUARD;
        }

        @Override
        public KeyOrigin origin() {
            return KeyOrigin.EMULATED;
        }

        @Override
        public RSAPublicKey publicKey() {
            return (RSAPublicKey) pair.getPublic();
        }

        @Override
        public byte[] sign(SignaturePadding padding, DigestAlgorithm algorithm, byte[] digest) throws Exception {
            if (refusalToSign != null) {
                throw refusalToSign;
            }
            if (padding == SignaturePadding.PSS) {
                return raw(pssEncoded(algorithm, digest));
            }
            Cipher pkcs1 = Cipher.getInstance("RSA/ECB/PKCS1Padding");
            pkcs1.init(Cipher.ENCRYPT_MODE, pair.getPrivate());
            return pkcs1.doFinal(digestInfo(algorithm, digest));
        }

        private byte[] raw(byte[] encoded) throws GeneralSecurityException {
            Cipher rsa = Cipher.getInstance("RSA/ECB/NoPadding");
            rsa.init(Cipher.ENCRYPT_MODE, (RSAPrivateKey) pair.getPrivate());
            return rsa.doFinal(encoded);
        }
    }

    /** RFC 8017 section 9.2: the DER of DigestInfo. */
    private static byte[] digestInfo(DigestAlgorithm algorithm, byte[] digest) {
        byte oid = (byte) (1 + algorithm.ordinal());
        byte size = (byte) digest.length;
        byte[] head = {0x30, (byte) (17 + size), 0x30, 13, 6, 9, 0x60, (byte) 0x86, 0x48, 1, 0x65, 3, 4, 2, oid, 5, 0, 4, size};
        return ByteBuffer.allocate(head.length + size).put(head).put(digest).array();
    }

    /** RFC 8017 section 9.1.1, for 2048 bits and a salt as long as the digest. */
    private static byte[] pssEncoded(DigestAlgorithm algorithm, byte[] digest) throws GeneralSecurityException {
        int size = digest.length;
        byte[] salt = new byte[size];
        new SecureRandom().nextBytes(salt);
        MessageDigest hash = MessageDigest.getInstance(algorithm.standardName());
        hash.update(new byte[8]);
        hash.update(digest);
        byte[] h = hash.digest(salt);
        byte[] block = new byte[256 - size - 1];
        block[block.length - size - 1] = 1;
        System.arraycopy(salt, 0, block, block.length - size, size);
        byte[] masked = new BigInteger(1, block).xor(new BigInteger(1, mask(hash, h, block.length))).toByteArray();
        byte[] encoded = new byte[256];
        for (int i = 1; i <= Math.min(masked.length, block.length); ++i) {
            encoded[block.length - i] = masked[masked.length - i];
        }
        encoded[0] &= 0x7f;
        System.arraycopy(h, 0, encoded, block.length, size);
        encoded[255] = (byte) 0xbc;
        return encoded;
    }

    /** RFC 8017 appendix B.2.1. */
    private static byte[] mask(MessageDigest hash, byte[] seed, int length) {
        ByteBuffer mask = ByteBuffer.allocate(length + hash.getDigestLength());
        for (int counter = 0; mask.position() < length; ++counter) {
            hash.update(seed);
            mask.put(hash.digest(ByteBuffer.allocate(4).putInt(counter).array()));
        }
        return java.util.Arrays.copyOf(mask.array(), length);
    }
}
