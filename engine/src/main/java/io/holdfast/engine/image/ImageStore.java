package io.holdfast.engine.image;

import io.holdfast.engine.image.unpack.ContentTooLargeException;
import io.holdfast.engine.image.unpack.InvalidImageException;
import io.holdfast.engine.image.unpack.Said;
import io.holdfast.engine.image.unpack.Unpacker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * Disks of images as files of one directory, named by image id: unpacked, and with holes where they
 * are empty. A content appears whole or not at all: it is staged beside its place, forced to disk,
 * and moved there by a rename. Thread-safe, and safe with several engines on one directory.
 */
public final class ImageStore {
  /** Content that nobody has marked for so long belongs to an engine that died: LiveStream. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final Path directory;
  private final long maxBytes;
  private final Clock clock;

  /**
   * Makes the directory when it is not there, and clears what dead engines left in it.
   *
   * @param clock real time, as files have it
   */
  public ImageStore(Path directory, long maxBytes, Clock clock) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.maxBytes = maxBytes;
    this.clock = clock;
    removeAbandoned();
  }

  /** Where the content of an image lies once it is there; a file, complete. */
  public Path contentPath(UUID image) {
    return directory.resolve(image.toString());
  }

  /**
   * Unpacks a stream beside the image's place; {@link #commit} or {@link #discard} must follow.
   * Nothing stays when it throws: {@link InvalidImageException}, {@link ContentTooLargeException},
   * {@link ChecksumMismatchException}, {@link StoreFullException}, or what the stream throws.
   *
   * @param progress gets a count of bytes, often; what it throws ends the writing
   */
  public StagedContent stage(UUID image, Said said, InputStream content, LongConsumer progress)
      throws IOException {
    removeAbandoned();
    Path file = directory.resolve(stagedPrefix(image) + UUID.randomUUID());
    try {
      return write(file, said, content, progress);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  private void removeAbandoned() throws IOException {
    FileTime oldest = FileTime.from(clock.instant().minus(ABANDONED));
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

  private StagedContent write(Path file, Said said, InputStream content, LongConsumer progress)
      throws IOException {
    try (SparseFile disk = new SparseFile(file, sha256())) {
      DigestInputStream sent =
          new DigestInputStream(new LiveStream(content, file, clock), sha256());
      new Unpacker(said, maxBytes, progress).unpack(sent, disk);
      String sha256 = disk.finish();
      String sentSha256 = HexFormat.of().formatHex(sent.getMessageDigest().digest());
      if (said.sha256() != null && !said.sha256().equals(sentSha256)) {
        throw new ChecksumMismatchException(sentSha256, said.sha256());
      }
      ImageHeader header = ImageHeader.read(file, said.format(), maxBytes);
      return new StagedContent(file, disk.size(), sentSha256, sha256, header);
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
