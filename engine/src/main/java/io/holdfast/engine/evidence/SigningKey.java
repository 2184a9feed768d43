package io.holdfast.engine.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key that signs reports: Ed25519. The file has the private key (PKCS #8) and the public one
 * (X.509), both PEM, so that a copy of its second half is all that an auditor needs.
 */
public final class SigningKey {
  private static final String ALGORITHM = "Ed25519";
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final PrivateKey secret;
  private final PublicKey known;

  private SigningKey(PrivateKey secret, PublicKey known) {
    this.secret = secret;
    this.known = known;
  }

  /** Makes a new file that only its owner may read; fails when there is one. */
  public static SigningKey make(Path file) throws IOException {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      SigningKey key = new SigningKey(pair.getPrivate(), pair.getPublic());
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER));
      Files.writeString(
          file,
          pem("PRIVATE KEY", pair.getPrivate().getEncoded()) + key.publicPem(),
          StandardOpenOption.WRITE);
      return key;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
    }
  }

  /** Throws IOException, saying what is wrong and never what is in the file. */
  public static SigningKey read(Path file) throws IOException {
    if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
      throw new IOException(file + ": must be readable by its owner alone: chmod 600");
    }
    String text = Files.readString(file);
    try {
      PrivateKey secret =
          KeyFactory.getInstance(ALGORITHM)
              .generatePrivate(new PKCS8EncodedKeySpec(block(text, "PRIVATE KEY")));
      return new SigningKey(secret, parsePublic(text));
    } catch (GeneralSecurityException | IllegalArgumentException wrong) {
      throw new IOException(
          file + ": is no signing key; make one: holdfast signing-key FILE", wrong);
    }
  }

  /** A public key, PEM; what stands around it does not matter. Throws IllegalArgumentException. */
  public static PublicKey parsePublic(String text) {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePublic(new X509EncodedKeySpec(block(text, "PUBLIC KEY")));
    } catch (GeneralSecurityException wrong) {
      throw new IllegalArgumentException("There is no Ed25519 public key in it", wrong);
    }
  }

  public PublicKey publicKey() {
    return known;
  }

  public String publicPem() {
    return pem("PUBLIC KEY", known.getEncoded());
  }

  byte[] sign(byte[] text) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(secret);
      signature.update(text);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The signing key signs nothing", e);
    }
  }

  static boolean verify(PublicKey key, byte[] text, byte[] signed) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  /** SHA-256 of the public key, in lower-case hex: what two people compare. */
  public static String fingerprint(PublicKey key) {
    return sha256(key.getEncoded());
  }

  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(label, LINES.encodeToString(der), label);
  }

  private static byte[] block(String text, String label) {
    Matcher found =
        Pattern.compile("-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]+)-----END").matcher(text);
    if (!found.find()) {
      throw new IllegalArgumentException("There is no " + label + " in it");
    }
    return Base64.getMimeDecoder().decode(found.group(1));
  }
}
