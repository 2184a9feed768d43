package io.holdfast.engine.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** Whether a bundle is what an engine signed: needs the file and a public key, nothing else. */
public final class BundleCheck {
  private static final long MOST_BYTES = 1L << 30;
  private static final Set<String> UNSIGNED =
      Set.of(BundleManifest.NAME, BundleManifest.SIGNATURE, BundleManifest.KEY);

  private BundleCheck() {}

  /**
   * What was found.
   *
   * @param wrong each thing that is not as it was signed; none when the bundle holds
   * @param fingerprint of the key that it was held against
   */
  public record Finding(
      UUID run, String plan, String verdict, String fingerprint, List<String> wrong) {}

  /**
   * Reads all of it.
   *
   * @param trusted the key that it must be signed with; null: the one that lies in it, which says
   *     that nothing was changed since, and not who signed it
   * @throws IOException when it is no bundle at all
   */
  public static Finding of(InputStream file, @Nullable PublicKey trusted) throws IOException {
    Map<String, byte[]> files = unpacked(file);
    byte[] text = required(files, BundleManifest.NAME);
    BundleManifest manifest = BundleManifest.parse(text);
    PublicKey key;
    byte[] signature;
    try {
      key =
          trusted == null
              ? SigningKey.parsePublic(
                  new String(required(files, BundleManifest.KEY), StandardCharsets.UTF_8))
              : trusted;
      signature = Base64.getMimeDecoder().decode(required(files, BundleManifest.SIGNATURE));
    } catch (IllegalArgumentException malformed) {
      throw new IOException("its signature or key cannot be read", malformed);
    }
    List<String> wrong = new ArrayList<>();
    if (!SigningKey.verify(key, text, signature)) {
      wrong.add("the manifest is not signed by this key");
    }
    compare(files, manifest, wrong);
    return new Finding(
        manifest.run(), manifest.plan(), manifest.verdict(), SigningKey.fingerprint(key), wrong);
  }

  private static void compare(
      Map<String, byte[]> files, BundleManifest manifest, List<String> wrong) {
    manifest
        .files()
        .forEach(
            (name, hash) -> {
              byte[] there = files.get(name);
              if (there == null) {
                wrong.add(name + " is missing");
              } else if (!SigningKey.sha256(there).equals(hash)) {
                wrong.add(name + " was changed");
              }
            });
    Set<String> more = new HashSet<>(files.keySet());
    more.removeAll(manifest.files().keySet());
    more.removeAll(UNSIGNED);
    more.stream().sorted().forEach(name -> wrong.add(name + " was added"));
  }

  private static Map<String, byte[]> unpacked(InputStream file) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    long left = MOST_BYTES;
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ZstdCompressorInputStream(file))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        byte[] bytes = tar.readNBytes(Math.toIntExact(Math.min(left + 1, Integer.MAX_VALUE - 8)));
        left -= bytes.length;
        if (left < 0) {
          throw new IOException("it unpacks to more than 1 GiB");
        }
        if (!entry.isFile() || files.put(entry.getName(), bytes) != null) {
          throw new IOException("it has %s twice, or as no plain file".formatted(entry.getName()));
        }
      }
    }
    return files;
  }

  private static byte[] required(Map<String, byte[]> files, String name) throws IOException {
    byte[] bytes = files.get(name);
    if (bytes == null) {
      throw new IOException("it has no " + name);
    }
    return bytes;
  }
}
