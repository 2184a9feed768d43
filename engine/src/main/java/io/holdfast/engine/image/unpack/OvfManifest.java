package io.holdfast.engine.image.unpack;

import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hashes that an OVA says its files have: lines as {@code SHA256(disk.vmdk)= 0a1b...}. It may
 * come after the files, so these are hashed in all three ways that are in use.
 */
final class OvfManifest {
  private static final Pattern LINE =
      Pattern.compile("(SHA1|SHA256|SHA512)\\s*\\((.+)\\)\\s*=\\s*([0-9a-fA-F]+)\\s*");
  private static final Map<String, String> ALGORITHMS =
      Map.of("SHA1", "SHA-1", "SHA256", "SHA-256", "SHA512", "SHA-512");

  private final Map<String, Map<String, MessageDigest>> found = new HashMap<>();
  private final Map<String, Matcher> said = new HashMap<>();

  /** The file, hashed while it is read; it must be read to its end before {@link #check}. */
  TarFiles.File watched(TarFiles.File file) {
    Map<String, MessageDigest> digests = new HashMap<>();
    java.io.InputStream content = file.content();
    for (Map.Entry<String, String> algorithm : ALGORITHMS.entrySet()) {
      MessageDigest digest = digest(algorithm.getValue());
      digests.put(algorithm.getKey(), digest);
      content = new DigestInputStream(content, digest);
    }
    found.put(file.name(), digests);
    return new TarFiles.File(file.name(), content);
  }

  /** Takes the text of a manifest. */
  void read(byte[] text) throws InvalidImageException {
    for (String line : new String(text, StandardCharsets.UTF_8).split("\\R", -1)) {
      if (line.isBlank()) {
        continue;
      }
      Matcher hash = LINE.matcher(line);
      if (!hash.matches()) {
        throw new InvalidImageException("The OVA's manifest has a line that is no hash: " + line);
      }
      if (said.put(hash.group(2), hash) != null) {
        throw new InvalidImageException("The OVA's manifest names " + hash.group(2) + " twice");
      }
    }
  }

  /** Throws unless every file of the manifest was there with its hash. */
  void check() throws InvalidImageException {
    for (Map.Entry<String, Matcher> line : said.entrySet()) {
      Map<String, MessageDigest> digests = found.get(line.getKey());
      if (digests == null) {
        throw new InvalidImageException(
            "The OVA's manifest names a file that is not in the archive: " + line.getKey());
      }
      String algorithm = line.getValue().group(1);
      String wanted = line.getValue().group(3).toLowerCase(Locale.ROOT);
      MessageDigest digest = digests.get(algorithm);
      String hash = digest == null ? "" : HexFormat.of().formatHex(digest.digest());
      if (!hash.equals(wanted)) {
        throw new InvalidImageException(
            "The OVA's manifest says that the %s of %s is %s; it is %s"
                .formatted(algorithm, line.getKey(), wanted, hash));
      }
    }
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has these
    }
  }
}
