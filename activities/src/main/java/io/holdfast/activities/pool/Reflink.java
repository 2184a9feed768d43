package io.holdfast.activities.pool;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Clones a whole file inside a file system that shares extents (XFS, btrfs): milliseconds and no
 * space, whatever its size. The kernel's FICLONE, called without a process.
 */
public final class Reflink {
  /** ioctl_ficlone(2): _IOW(0x94, 9, int). */
  private static final NativeLong FICLONE = new NativeLong(0x40049409L);

  private static final int O_RDONLY = 0;
  private static final int O_WRONLY_CREAT_EXCL_CLOEXEC = 1 | 0100 | 0200 | 02000000;
  private static final int O_CLOEXEC = 02000000;
  private static final int OWNER_ONLY = 0600;
  private static final int BLOCK = 4096;

  private final ConcurrentHashMap<Path, Boolean> tried = new ConcurrentHashMap<>();

  /** True when files in this folder can be cloned; found by cloning one, once a process. */
  public boolean works(Path folder) {
    return tried.computeIfAbsent(folder, Reflink::attempt);
  }

  /**
   * Clones {@code source} as the new file {@code target}.
   *
   * @throws IOException also when the file system cannot clone; the target is then gone again
   */
  public static void clone(Path source, Path target) throws IOException {
    int in = -1;
    int out = -1;
    try {
      in = Libc.INSTANCE.open(source.toString(), O_RDONLY | O_CLOEXEC);
      out = Libc.INSTANCE.open(target.toString(), O_WRONLY_CREAT_EXCL_CLOEXEC, OWNER_ONLY);
      Libc.INSTANCE.ioctl(out, FICLONE, in);
    } catch (LastErrorException refused) {
      if (out >= 0) {
        Files.deleteIfExists(target);
      }
      throw new IOException("Cloning " + source + ": " + refused.getMessage(), refused);
    } finally {
      close(in);
      close(out);
    }
  }

  private static boolean attempt(Path folder) {
    Path source = folder.resolve(PoolFiles.temporaryName("reflink-probe"));
    Path target = folder.resolve(PoolFiles.temporaryName("reflink-probe"));
    try {
      Files.write(source, new byte[BLOCK]);
      clone(source, target);
      return true;
    } catch (IOException refused) {
      return false;
    } finally {
      PoolFiles.deleteQuietly(source);
      PoolFiles.deleteQuietly(target);
    }
  }

  private static void close(int descriptor) {
    if (descriptor >= 0) {
      Libc.INSTANCE.close(descriptor);
    }
  }

  /** The C library. */
  interface Libc extends Library {
    Libc INSTANCE = Native.load("c", Libc.class);

    int open(String path, int flags, Object... mode) throws LastErrorException;

    int ioctl(int descriptor, NativeLong request, Object... argument) throws LastErrorException;

    int close(int descriptor);
  }
}
