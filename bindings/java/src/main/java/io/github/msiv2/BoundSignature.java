package io.github.msiv2;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** Signs with a {@link BoundPrivateKey}. It does not verify: other providers handle public keys. */
abstract class BoundSignature extends SignatureSpi {
    private final boolean pss;
    private DigestAlgorithm algorithm;
    private MessageDigest digest;
    private BoundPrivateKey key;
    private boolean underWay;

    BoundSignature(boolean pss, DigestAlgorithm algorithm) {
        this.pss = pss;
        this.algorithm = algorithm;
    }

    /**
     * RSASSA-PSS as TLS uses it: MGF1 with the same digest, and a salt as long as the digest (RFC 8446 section 4.2.3).
     */
    public static final class Pss extends BoundSignature {
        public Pss() {
            super(true, DigestAlgorithm.SHA256);
        }
    }

    public static final class Sha256 extends BoundSignature {
        public Sha256() {
            super(false, DigestAlgorithm.SHA256);
        }
    }

    public static final class Sha384 extends BoundSignature {
        public Sha384() {
            super(false, DigestAlgorithm.SHA384);
        }
    }

    public static final class Sha512 extends BoundSignature {
        public Sha512() {
            super(false, DigestAlgorithm.SHA512);
        }
    }

    @Override
    protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
        throw new InvalidKeyException("this provider signs, and verifies nothing");
    }

    @Override
    protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
        if (!(privateKey instanceof BoundPrivateKey)) {
            throw new InvalidKeyException("this provider signs with keys of msiv2 only");
        }
        key = (BoundPrivateKey) privateKey;
        digest = null;
        underWay = false;
    }

    private MessageDigest digest() throws SignatureException {
        if (key == null) {
            throw new SignatureException("there is no key");
        }
        if (digest == null) {
            try {
                digest = MessageDigest.getInstance(algorithm.standardName());
            } catch (NoSuchAlgorithmException e) {
                throw new SignatureException(e);
            }
        }
        return digest;
    }

    @Override
    protected void engineUpdate(byte b) throws SignatureException {
        digest().update(b);
        underWay = true;
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
        digest().update(bytes, offset, length);
        underWay = true;
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
        byte[] value = digest().digest();
        underWay = false;
        try {
            return key.sign(pss ? SignaturePadding.PSS : SignaturePadding.PKCS1, algorithm, value);
        } catch (ManagedIdentityException | IllegalStateException e) {
            throw new SignatureException("the key did not sign", e);
        }
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
        throw new SignatureException("this provider verifies nothing");
    }

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec parameters) throws InvalidAlgorithmParameterException {
        if (parameters == null && !pss) {
            return;
        }
        if (!pss || !(parameters instanceof PSSParameterSpec)) {
            throw new InvalidAlgorithmParameterException("this signature takes no such parameters");
        }
        PSSParameterSpec wanted = (PSSParameterSpec) parameters;
        if (!isOurs(wanted)) {
            throw new InvalidAlgorithmParameterException(
                    "PSS with MGF1 of the same SHA-256, SHA-384 or SHA-512 and a salt as long as it, and no other");
        }
        if (underWay) {
            throw new InvalidAlgorithmParameterException("a signature is under way: its digest stays what it is");
        }
        algorithm = DigestAlgorithm.named(wanted.getDigestAlgorithm());
        digest = null;
    }

    private static boolean isOurs(PSSParameterSpec wanted) {
        DigestAlgorithm digest = DigestAlgorithm.named(wanted.getDigestAlgorithm());
        boolean mgf1 = wanted.getMGFParameters() instanceof MGF1ParameterSpec
                && ((MGF1ParameterSpec) wanted.getMGFParameters())
                        .getDigestAlgorithm()
                        .equals(wanted.getDigestAlgorithm());
        return digest != null && mgf1 && wanted.getSaltLength() == digest.size() && wanted.getTrailerField() == 1;
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
        if (!pss) {
            return null;
        }
        try {
            String name = algorithm.standardName();
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            parameters.init(new PSSParameterSpec(
                    name, "MGF1", new MGF1ParameterSpec(name), algorithm.size(), 1));
            return parameters;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
        throw new InvalidParameterException("there are no parameters by name");
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
        throw new InvalidParameterException("there are no parameters by name");
    }
}
