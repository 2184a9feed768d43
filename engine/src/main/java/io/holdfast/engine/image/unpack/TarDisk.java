package io.holdfast.engine.image.unpack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The disk in a plain tar: its one file that is not a text about it. Which of two it would be is
 * not guessed.
 */
final class TarDisk {
  private static final Pattern COMPANION =
      Pattern.compile(
          "(?i)(.*/)?(\\..*|README|LICENSE|COPYING|(.*[_-])?(MD5|SHA\\d+)SUMS?"
              + "|.*\\.(txt|md|asc|sig|md5|sha\\d+(sum)?|json|ya?ml|xml|cert|mf))");

  private final TarFiles files;
  private final Passage passage;
  private final OutputStream disk;

  TarDisk(TarFiles files, Passage passage, OutputStream disk) {
    this.files = files;
    this.passage = passage;
    this.disk = disk;
  }

  void unpack(TarFiles.File first) throws IOException {
    String found = null;
    for (TarFiles.@Nullable File file = first; file != null; file = files.next()) {
      if (OvaDisk.isDescriptor(file.name())) {
        throw new InvalidImageException(
            "An OVA begins with its OVF descriptor; here " + file.name() + " comes later");
      }
      if (COMPANION.matcher(file.name()).matches()) {
        continue;
      }
      if (found != null) {
        throw new InvalidImageException(
            "The tar holds more than one disk: " + found + " and " + file.name());
      }
      found = file.name();
      write(file, passage, disk);
    }
    if (found == null) {
      throw new InvalidImageException("The tar holds no disk");
    }
  }

  /** Writes a file's disk, which may be compressed once more. */
  static void write(TarFiles.File file, Passage passage, OutputStream disk) throws IOException {
    PushbackInputStream content = Passage.peekable(file.content());
    Codec codec = Codec.of(Passage.head(content));
    Passage.copy(codec == null ? content : passage.decompressed(codec, content), disk);
    if (content.read() >= 0) {
      throw new InvalidImageException("Something follows the end of the disk in " + file.name());
    }
  }
}
