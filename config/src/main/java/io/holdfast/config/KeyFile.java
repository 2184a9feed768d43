package io.holdfast.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A file of AES-256 keys, a line each: an id, a blank, 32 bytes in base64. The first seals, all
 * open. Lines that begin with # say something to people. Nobody but its owner may read it.
 */
public final class KeyFile {
  private static final int KEY_BYTES = 32;
  private static final Pattern LINE = Pattern.compile("([A-Za-z0-9._-]{1,64})\\s+(\\S+)");
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private KeyFile() {}

  /**
   * The keys by id, in the order of the file.
   *
   * @throws InvalidSettingsException with one line that names the file, the line and the cause
   */
  public static Map<String, SecretKey> read(String path) {
    Path file = Path.of(path);
    try {
      if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
        throw wrong(file, "must be readable by its owner alone: chmod 600");
      }
      Map<String, SecretKey> keys = new LinkedHashMap<>();
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        if (!line.isEmpty() && !line.startsWith("#")) {
          add(keys, file, i + 1, line);
        }
      }
      if (keys.isEmpty()) {
        throw wrong(file, "has no key; add one: java -jar holdfast-engine.jar key " + file);
      }
      return Collections.unmodifiableMap(keys);
    } catch (NoSuchFileException absent) {
      throw InvalidSettingsException.ofFile(
          file,
          "there is no such key file (encryption.keyFile, HOLDFAST_KEY_FILE); make one: "
              + "java -jar holdfast-engine.jar key "
              + file,
          absent);
    } catch (IOException unreadable) {
      throw InvalidSettingsException.ofFile(
          file, "cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  /** Never shows what stands in the line: it may be most of a key. */
  private static void add(Map<String, SecretKey> keys, Path file, int number, String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw wrong(file, "line " + number + " is not an id and a key in base64");
    }
    String id = parts.group(1);
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(parts.group(2));
    } catch (IllegalArgumentException notBase64) {
      throw wrong(file, "line " + number + ": the key of " + id + " is not base64");
    }
    if (bytes.length != KEY_BYTES) {
      throw wrong(
          file,
          "line %d: the key of %s has %d bytes, and must have %d"
              .formatted(number, id, bytes.length, KEY_BYTES));
    }
    if (keys.put(id, new SecretKeySpec(bytes, "AES")) != null) {
      throw wrong(file, "line " + number + ": there are two keys of the id " + id);
    }
  }

  private static InvalidSettingsException wrong(Path file, String wrong) {
    return InvalidSettingsException.ofFile(file, wrong, null);
  }

  /**
   * Adds a new key as the last line, so that it opens and does not seal yet; in a new file it is
   * the only one. Answers with its id. A crash leaves a line or none.
   */
  public static String addKey(Path file, LocalDate today) throws IOException {
    byte[] random = new byte[KEY_BYTES];
    byte[] suffix = new byte[2];
    SecureRandom chance = new SecureRandom();
    chance.nextBytes(random);
    chance.nextBytes(suffix);
    String id = today + "-" + HexFormat.of().formatHex(suffix);
    String line = id + " " + Base64.getEncoder().encodeToString(random) + "\n";
    if (Files.exists(file)) {
      read(file.toString()); // nothing is added to what is not a key file
      byte last = lastByte(file);
      line = last == '\n' ? line : "\n" + line;
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(OWNER))) {
      channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    return id;
  }

  private static byte lastByte(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    return all[all.length - 1];
  }
}
