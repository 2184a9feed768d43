package io.holdfast.activities.pool;

import io.holdfast.workflows.model.JobId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a pool: made under a temporary name, given the final one when they are whole and on
 * disk, tagged with their owner. A final name is a promise, also after a power cut.
 */
public final class PoolFiles {
  private static final Logger LOG = LoggerFactory.getLogger(PoolFiles.class);
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final AtomicBoolean UNTAGGED = new AtomicBoolean();

  private PoolFiles() {}

  /** {@code .<name>.<random>.part}: half made, and swept with the files of its final name. */
  public static String temporaryName(String name) {
    return "." + name + "." + UUID.randomUUID().toString().substring(0, 8) + ".part";
  }

  /** Makes an empty file that its owner alone may read; programs that write into it leave it so. */
  public static void createPrivate(Path file) throws IOException {
    Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
  }

  /** Gives a whole file its final name; returns when both would survive a power cut. */
  public static void publish(Path whole, Path name) throws IOException {
    sync(whole, StandardOpenOption.WRITE);
    Files.move(whole, name, StandardCopyOption.ATOMIC_MOVE);
    syncFolder(name);
  }

  /**
   * As {@link #publish}, unless another file has the name, of whatever host: that one stays, and
   * the answer is false. {@code whole} keeps its own name.
   */
  public static boolean publishFirst(Path whole, Path name) throws IOException {
    sync(whole, StandardOpenOption.WRITE);
    try {
      Files.createLink(name, whole);
    } catch (FileAlreadyExistsException another) {
      return false;
    }
    syncFolder(name);
    return true;
  }

  /** Makes the folder's entries durable. */
  public static void syncFolder(Path file) throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      sync(folder, StandardOpenOption.READ);
    }
  }

  private static void sync(Path file, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(file, how)) {
      channel.force(true);
    }
  }

  /** The folder's files whose name begins so, or begins so after a dot. */
  public static List<Path> startingWith(Path folder, String prefix) throws IOException {
    return named(folder, name -> name.startsWith(prefix) || name.startsWith("." + prefix));
  }

  /** Files in whose name the part stands, temporary ones included. */
  public static List<Path> containing(Path folder, String part) throws IOException {
    return named(folder, name -> name.contains(part));
  }

  private static List<Path> named(Path folder, Predicate<String> wanted) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, file -> wanted.test(String.valueOf(file.getFileName())))) {
      files.forEach(found::add);
    }
    return found;
  }

  /** Whether the file is there. One that cannot be looked at now is not taken for gone. */
  public static boolean exists(Path file) throws IOException {
    return look(file).isPresent();
  }

  /** Whether it is there, and no folder; as {@link #exists}. */
  public static boolean isFile(Path file) throws IOException {
    return look(file).filter(BasicFileAttributes::isRegularFile).isPresent();
  }

  private static Optional<BasicFileAttributes> look(Path file) throws IOException {
    try {
      return Optional.of(Files.readAttributes(file, BasicFileAttributes.class));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  public static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException stays) {
      LOG.warn("{} could not be removed: {}", file, stays.getMessage());
    }
  }

  /** Writes who owns a file and which job made it: user.holdfast.owner, user.holdfast.job. */
  public static void tag(Path file, JobId job) {
    tag(file, "holdfast.owner", "holdfast");
    tag(file, "holdfast.job", job.toString());
  }

  /** Writes an extended attribute user.{@code name}; a file system without them is logged once. */
  public static void tag(Path file, String name, String value) {
    try {
      UserDefinedFileAttributeView view = view(file);
      if (view != null) {
        view.write(name, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
        return;
      }
    } catch (IOException refused) {
      LOG.debug("{}: {}", file, refused.getMessage());
    }
    if (UNTAGGED.compareAndSet(false, true)) {
      LOG.warn("The file system of {} keeps no extended attributes; files go untagged", file);
    }
  }

  /** Reads an extended attribute; empty when it is not there. */
  public static Optional<String> readTag(Path file, String name) {
    try {
      UserDefinedFileAttributeView view = view(file);
      if (view == null || !view.list().contains(name)) {
        return Optional.empty();
      }
      ByteBuffer value = ByteBuffer.allocate(view.size(name));
      view.read(name, value);
      return Optional.of(StandardCharsets.UTF_8.decode(value.flip()).toString());
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static @org.jspecify.annotations.Nullable UserDefinedFileAttributeView view(Path file) {
    return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
  }
}
