package io.holdfast.engine.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * Image contents as files of one directory, named by image id. A content appears whole or not at
 * all: it is staged beside its place, forced to disk, and moved there by a rename. Thread-safe, and
 * safe with several engines on one directory.
 */
public final class ImageStore {
  private static final int CHUNK = 1 << 20;
  private static final long FORCE_EVERY = 256L << 20; // so that no single force takes minutes

  /** Content that nobody has written to for so long belongs to an engine that died. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final Path directory;
  private final long maxBytes;

  /** Makes the directory when it is not there, and clears what dead engines left in it. */
  public ImageStore(Path directory, long maxBytes) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.maxBytes = maxBytes;
    removeAbandoned();
  }

  /** Where the content of an image lies once it is there; a file, complete. */
  public Path contentPath(UUID image) {
    return directory.resolve(image.toString());
  }

  /**
   * Writes a stream beside the image's place; {@link #commit} or {@link #discard} must follow.
   * Nothing stays when it throws: {@link ContentTooLargeException}, {@link StoreFullException}, or
   * what the stream throws.
   *
   * @param progress gets the bytes so far, at least once a MiB; what it throws ends the writing
   */
  public StagedContent stage(UUID image, InputStream content, LongConsumer progress)
      throws IOException {
    removeAbandoned();
    Path file = directory.resolve(stagedPrefix(image) + UUID.randomUUID());
    try {
      return write(file, content, progress);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  private void removeAbandoned() throws IOException {
    FileTime oldest = FileTime.from(Instant.now().minus(ABANDONED)); // as files have it: real time
    try (DirectoryStream<Path> staged = Files.newDirectoryStream(directory, ".*.*")) {
      for (Path file : staged) {
        if (Files.getLastModifiedTime(file).compareTo(oldest) < 0) {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException gone) {
      return; // its writer or another engine was quicker; the rest is for the next time
    }
  }

  private StagedContent write(Path file, InputStream content, LongConsumer progress)
      throws IOException {
    MessageDigest digest = sha256();
    byte[] chunk = new byte[CHUNK];
    long size = 0;
    long forced = 0;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
        size += read;
        if (size > maxBytes) {
          throw new ContentTooLargeException(maxBytes);
        }
        digest.update(chunk, 0, read);
        writeFully(channel, ByteBuffer.wrap(chunk, 0, read));
        if (size - forced >= FORCE_EVERY) {
          channel.force(false);
          forced = size;
        }
        progress.accept(size);
      }
      channel.force(true);
    }
    return new StagedContent(file, size, HexFormat.of().formatHex(digest.digest()));
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      throw said.contains("no space left") || said.contains("quota exceeded")
          ? new StoreFullException(e)
          : e;
    }
  }

  /** Makes staged content the image's. Throws NoSuchFileException when it was deleted meanwhile. */
  public void commit(UUID image, StagedContent staged) throws IOException {
    Files.move(
        staged.file(),
        contentPath(image),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  /** Removes staged content that was not committed; none is no error. */
  public void discard(StagedContent staged) throws IOException {
    Files.deleteIfExists(staged.file());
  }

  /** Removes an image's content and all that is staged for it; none is no error. */
  public void delete(UUID image) throws IOException {
    try (DirectoryStream<Path> staged =
        Files.newDirectoryStream(directory, stagedPrefix(image) + "*")) {
      for (Path file : staged) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(contentPath(image));
  }

  /** Reads a content that is there once more, for its hash. */
  StagedContent read(UUID image, LongConsumer progress) throws IOException {
    Path file = contentPath(image);
    MessageDigest digest = sha256();
    byte[] chunk = new byte[CHUNK];
    long size = 0;
    try (InputStream content = Files.newInputStream(file)) {
      for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
        size += read;
        digest.update(chunk, 0, read);
        progress.accept(size);
      }
    }
    return new StagedContent(file, size, HexFormat.of().formatHex(digest.digest()));
  }

  private static String stagedPrefix(UUID image) {
    return "." + image + ".";
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
