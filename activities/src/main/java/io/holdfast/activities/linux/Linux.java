package io.holdfast.activities.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/** System calls that Java lacks; each fails with an IOException that carries the system's words. */
public final class Linux {
  /** ioctl_ficlone(2): _IOW(0x94, 9, int). */
  private static final NativeLong FICLONE = new NativeLong(0x40049409L);

  /** How a file system says that it does not share extents; anything else may pass. */
  private static final Set<Integer> CANNOT_CLONE =
      Set.of(Libc.EOPNOTSUPP, Libc.EINVAL, Libc.EXDEV, Libc.ENOTTY);

  private static final long BLOCK = 512;
  private static final int OWNER_ONLY = 0600;
  private static final int SOCKET_ADDRESS_LENGTH = 16;

  private Linux() {}

  /**
   * Clones a whole file as a new one by sharing its extents; on failure the new one is gone.
   *
   * @throws CannotCloneException when this can never be done there
   */
  public static void cloneFile(Path source, Path target) throws IOException {
    int in = -1;
    int out = -1;
    try {
      in = Libc.INSTANCE.open(source.toString(), Libc.O_RDONLY | Libc.O_CLOEXEC);
      out =
          Libc.INSTANCE.open(
              target.toString(),
              Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC,
              OWNER_ONLY);
      Libc.INSTANCE.ioctl(out, FICLONE, in);
    } catch (LastErrorException refused) {
      if (out >= 0) {
        Files.deleteIfExists(target);
      }
      String words = "Cloning " + source + ": " + refused.getMessage();
      throw CANNOT_CLONE.contains(refused.getErrorCode())
          ? new CannotCloneException(words, refused)
          : new IOException(words, refused);
    } finally {
      close(in);
      close(out);
    }
  }

  /** Bytes that the file takes, those that it shares with other files counted. */
  public static long allocatedBytes(Path file) throws IOException {
    byte[] found = new byte[Libc.STATX_LENGTH];
    try {
      Libc.INSTANCE.statx(Libc.AT_FDCWD, file.toString(), 0, Libc.STATX_BLOCKS, found);
    } catch (LastErrorException refused) {
      throw new IOException("Reading " + file + ": " + refused.getMessage(), refused);
    }
    ByteBuffer fields = ByteBuffer.wrap(found).order(ByteOrder.nativeOrder());
    return BLOCK * fields.getLong(Libc.STATX_BLOCKS_AT);
  }

  /** Sends SIGHUP. */
  public static void hangUp(int process) throws IOException {
    try {
      Libc.INSTANCE.kill(process, Libc.SIGHUP);
    } catch (LastErrorException refused) {
      throw new IOException("Signalling " + process + ": " + refused.getMessage(), refused);
    }
  }

  /** Sends a UDP datagram to an IPv4 address as if it had come in by the device. */
  public static void sendBy(String device, byte[] address, int port, byte[] data)
      throws IOException {
    int socket = -1;
    try {
      socket = Libc.INSTANCE.socket(Libc.AF_INET, Libc.SOCK_DGRAM_CLOEXEC, 0);
      byte[] name = device.getBytes(StandardCharsets.US_ASCII);
      byte[] terminated = Arrays.copyOf(name, name.length + 1);
      Libc.INSTANCE.setsockopt(
          socket, Libc.SOL_SOCKET, Libc.SO_BINDTODEVICE, terminated, terminated.length);
      ByteBuffer target = ByteBuffer.allocate(SOCKET_ADDRESS_LENGTH);
      target.order(ByteOrder.nativeOrder()).putShort((short) Libc.AF_INET);
      target.order(ByteOrder.BIG_ENDIAN).putShort((short) port).put(address);
      Libc.INSTANCE.sendto(
          socket, data, new NativeLong(data.length), 0, target.array(), SOCKET_ADDRESS_LENGTH);
    } catch (LastErrorException refused) {
      throw new IOException("Sending by " + device + ": " + refused.getMessage(), refused);
    } finally {
      close(socket);
    }
  }

  private static void close(int descriptor) {
    if (descriptor >= 0) {
      Libc.INSTANCE.close(descriptor);
    }
  }

  /** The file system shares no extents, or none between these two files. */
  public static final class CannotCloneException extends IOException {
    private static final long serialVersionUID = 1L;

    CannotCloneException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
