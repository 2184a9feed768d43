package io.holdfast.engine.image.unpack;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * The plain files of a tar, one after the other. Nothing is written by its name; a name or an entry
 * that would reach outside on extraction is refused all the same, since it says what the tar is.
 */
final class TarFiles {
  private static final int MOST_ENTRIES = 1000;

  /** For one entry's headers: long names and PAX records are read into memory. */
  private static final long MOST_HEADER_BYTES = 1 << 20;

  private static final Pattern OUTSIDE =
      Pattern.compile("[/\\\\].*|[A-Za-z]:.*|(.*[/\\\\])?\\.\\.([/\\\\].*)?", Pattern.DOTALL);
  private static final Pattern STRANGE = Pattern.compile("[\\p{Cntrl}]");

  private final Passage passage;
  private final Headers headers;
  private final TarArchiveInputStream tar;
  private final Set<String> names = new HashSet<>();
  private @Nullable InputStream current;
  private int entries;

  /** A file; its content ends with the next call of {@link TarFiles#next}. */
  record File(String name, InputStream content) {}

  TarFiles(InputStream content, Passage passage) {
    this.passage = passage;
    this.headers = new Headers(content);
    this.tar = new TarArchiveInputStream(headers);
  }

  /** Null at the end of the tar. Reads what is left of the file before. */
  @Nullable File next() throws IOException {
    if (current != null) {
      Passage.drain(current);
    }
    for (TarArchiveEntry entry = header(); entry != null; entry = header()) {
      String name = checked(entry);
      if (!entry.isDirectory()) {
        current = passage.file(name, tar);
        return new File(name, current);
      }
    }
    return null;
  }

  private @Nullable TarArchiveEntry header() throws IOException {
    headers.left = MOST_HEADER_BYTES;
    TarArchiveEntry entry;
    try {
      entry = tar.getNextEntry();
    } catch (IOException | RuntimeException e) {
      throw passage.refusal("The tar", e);
    }
    if (entry == null && headers.left == MOST_HEADER_BYTES) {
      throw new InvalidImageException("The tar is broken or cut off: it has no end");
    }
    headers.left = Long.MAX_VALUE;
    if (++entries > MOST_ENTRIES) {
      throw new InvalidImageException("The tar holds more than " + MOST_ENTRIES + " entries");
    }
    return entry;
  }

  private String checked(TarArchiveEntry entry) throws InvalidImageException {
    String name = entry.getName();
    String shown = STRANGE.matcher(name).replaceAll("?");
    refuseIf(OUTSIDE.matcher(name).matches(), shown, "which lies outside of it");
    refuseIf(name.isEmpty() || !shown.equals(name), shown, "which is no name");
    switch (entry.getLinkFlag()) {
      case TarConstants.LF_NORMAL,
          TarConstants.LF_OLDNORM,
          TarConstants.LF_CONTIG,
          TarConstants.LF_DIR,
          TarConstants.LF_GNUTYPE_SPARSE -> {}
      case TarConstants.LF_SYMLINK, TarConstants.LF_LINK ->
          throw refusal(shown, "a link to another file");
      case TarConstants.LF_CHR, TarConstants.LF_BLK -> throw refusal(shown, "a device");
      case TarConstants.LF_FIFO -> throw refusal(shown, "a pipe");
      default -> throw refusal(shown, "neither a file nor a directory");
    }
    refuseIf(!names.add(name) && !entry.isDirectory(), shown, "twice");
    return name;
  }

  private static void refuseIf(boolean wrong, String name, String why)
      throws InvalidImageException {
    if (wrong) {
      throw refusal(name, why);
    }
  }

  private static InvalidImageException refusal(String name, String why) {
    return new InvalidImageException("The tar holds " + name + ", " + why);
  }

  /** Bounds what is read between two files. */
  private static final class Headers extends FilterInputStream {
    private long left = Long.MAX_VALUE;

    Headers(InputStream content) {
      super(content);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      take(read);
      return read;
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      take(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(count);
      take(skipped);
      return skipped;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    private void take(long count) throws InvalidImageException {
      left -= Math.max(0, count);
      if (left < 0) {
        throw new InvalidImageException("The tar has headers of more than a MiB");
      }
    }
  }
}
