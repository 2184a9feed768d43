package io.holdfast.activities.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which file system a folder lies on, as the kernel numbers it: the same for all of its mounts, and
 * for all subvolumes of one btrfs, of which each file's own device number is another. It is new
 * with each mount.
 */
final class Mounts {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  /** Where a line has the number, and the folder that is mounted; see proc(5). */
  private static final int NUMBER = 2;

  private static final int POINT = 4;

  /** How a space in a folder's name is written, and the like. */
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  private Mounts() {}

  /** "259:1". */
  static String fileSystem(Path folder) throws IOException {
    return fileSystem(folder.toRealPath(), Files.readAllLines(MOUNTS));
  }

  /** {@code mounts}: of those at one point the last one is seen. */
  static String fileSystem(Path folder, List<String> mounts) throws IOException {
    String number = "";
    int depth = -1;
    for (String mount : mounts) {
      String[] fields = mount.split(" ", -1);
      Path point = Path.of(unescaped(fields[POINT]));
      if (folder.startsWith(point) && point.getNameCount() >= depth) {
        number = fields[NUMBER];
        depth = point.getNameCount();
      }
    }
    if (number.isEmpty()) {
      throw new IOException(folder + " is below no mount");
    }
    return number;
  }

  private static String unescaped(String written) {
    return OCTAL
        .matcher(written)
        .replaceAll(
            code ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(code.group(1), 8))));
  }
}
