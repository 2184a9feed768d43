package io.holdfast.activities.replication.nbd;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an NBD server on a unix socket; for one thread at a time. Reads and writes are
 * begun here and awaited by {@link NbdReads} and {@link NbdWrites}.
 */
public final class NbdConnection implements AutoCloseable {
  /** Which parts of the disk hold something; see {@link #ZERO}. */
  public static final String ALLOCATION = "base:allocation";

  /** Flag of {@link #ALLOCATION}: reads as zeros. */
  public static final int ZERO = 2;

  /** Flag of a dirty bitmap: was written since. */
  public static final int DIRTY = 1;

  private static final LibNbd NBD = LibNbd.INSTANCE;
  private static final long MOST_STATUS = 1L << 30;
  private static final int POLL_MILLIS = 1_000;
  private static final LibNbd.Completion.ByValue NO_CALL = new LibNbd.Completion.ByValue();

  private final Pointer handle;
  private final long size;
  private boolean closed;

  private NbdConnection(Pointer handle, long size) {
    this.handle = handle;
    this.size = size;
  }

  /** The context of a dirty bitmap that QEMU exports. */
  public static String bitmap(String name) {
    return "qemu:dirty-bitmap:" + name;
  }

  /**
   * Connects to an export.
   *
   * @throws NbdException also when the server does not know one of the contexts
   */
  public static NbdConnection open(Path socket, String export, List<String> contexts)
      throws NbdException {
    Pointer handle = NBD.nbd_create();
    if (handle == null) {
      throw new NbdException(String.valueOf(NBD.nbd_get_error()), true);
    }
    try {
      require(handle, NBD.nbd_set_export_name(handle, export));
      for (String context : contexts) {
        require(handle, NBD.nbd_add_meta_context(handle, context));
      }
      require(handle, NBD.nbd_set_pread_initialize(handle, false));
      require(handle, NBD.nbd_connect_unix(handle, socket.toString()));
      for (String context : contexts) {
        if (require(handle, NBD.nbd_can_meta_context(handle, context)) == 0) {
          throw new NbdException(export + " at " + socket + " has no " + context, false);
        }
      }
      return new NbdConnection(handle, require(handle, NBD.nbd_get_size(handle)));
    } catch (NbdException refused) {
      NBD.nbd_close(handle);
      throw refused;
    }
  }

  /** Bytes of the disk. */
  public long size() {
    return size;
  }

  /**
   * The units of the disk that an extent touches whose flags match, for each context: {@code (flags
   * & mask) == value}.
   */
  public Map<String, BitSet> units(int unit, Map<String, Match> contexts) throws IOException {
    Map<String, BitSet> found = new HashMap<>();
    contexts.keySet().forEach(context -> found.put(context, new BitSet()));
    long offset = 0;
    while (offset < size) {
      Status status = new Status(unit, contexts, found);
      LibNbd.ExtentCall.ByValue call = new LibNbd.ExtentCall.ByValue();
      call.callback = status;
      long count = Math.min(MOST_STATUS, size - offset);
      require(handle, NBD.nbd_block_status(handle, count, offset, call, 0));
      long end = status.end(offset + count);
      if (end <= offset) {
        throw new NbdException("The server tells no extents at " + offset, false);
      }
      offset = end;
    }
    return found;
  }

  /** True when a flush on one connection covers what was written on another. */
  public boolean flushesForAll() throws NbdException {
    return require(handle, NBD.nbd_can_multi_conn(handle)) == 1;
  }

  /** Makes everything that was written durable. */
  public void flush() throws NbdException {
    require(handle, NBD.nbd_flush(handle, 0));
  }

  long read(Memory buffer, int count, long offset) throws NbdException {
    return require(handle, NBD.nbd_aio_pread(handle, buffer, count, offset, NO_CALL, 0));
  }

  long write(Memory buffer, int count, long offset) throws NbdException {
    return require(handle, NBD.nbd_aio_pwrite(handle, buffer, count, offset, NO_CALL, 0));
  }

  long zero(long count, long offset) throws NbdException {
    return require(handle, NBD.nbd_aio_zero(handle, count, offset, NO_CALL, 0));
  }

  /** Returns when the request has ended well. */
  void await(long request) throws NbdException {
    while (!completed(request)) {
      require(handle, NBD.nbd_poll(handle, POLL_MILLIS));
    }
  }

  private boolean completed(long request) throws NbdException {
    return require(handle, NBD.nbd_aio_command_completed(handle, request)) == 1;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (NBD.nbd_aio_is_ready(handle) == 1) {
      NBD.nbd_shutdown(handle, 0); // a server that is gone needs no goodbye
    }
    NBD.nbd_close(handle);
  }

  private static int require(Pointer handle, int answer) throws NbdException {
    require(handle, (long) answer);
    return answer;
  }

  private static long require(Pointer handle, long answer) throws NbdException {
    if (answer == -1) {
      String words = String.valueOf(NBD.nbd_get_error());
      throw new NbdException(words, !alive(handle));
    }
    return answer;
  }

  /** Ready, or busy with a request or an answer. */
  private static boolean alive(Pointer handle) {
    return NBD.nbd_aio_is_dead(handle) == 0 && NBD.nbd_aio_is_closed(handle) == 0;
  }

  /** {@code (flags & mask) == value}. */
  public record Match(int mask, int value) {}

  /** Takes the extents of one request down; libnbd calls it on the calling thread. */
  private static final class Status implements LibNbd.Extents {
    private final int unit;
    private final Map<String, Match> contexts;
    private final Map<String, BitSet> found;
    private final Map<String, Long> ends = new HashMap<>();

    Status(int unit, Map<String, Match> contexts, Map<String, BitSet> found) {
      this.unit = unit;
      this.contexts = contexts;
      this.found = found;
    }

    @Override
    public int invoke(
        @Nullable Pointer userData,
        String context,
        long offset,
        Pointer entries,
        long count,
        Pointer error) {
      Match match = contexts.get(context);
      BitSet units = found.get(context);
      if (match == null || units == null) {
        return 0;
      }
      long start = offset;
      for (long i = 0; i + 1 < count; i += 2) {
        long length = Integer.toUnsignedLong(entries.getInt(i * Integer.BYTES));
        int flags = entries.getInt((i + 1) * Integer.BYTES);
        if ((flags & match.mask()) == match.value() && length > 0) {
          units.set((int) (start / unit), (int) ((start + length - 1) / unit) + 1);
        }
        start += length;
      }
      ends.put(context, start);
      return 0;
    }

    /** Up to where every context was told. */
    long end(long most) {
      long end = most;
      for (String context : contexts.keySet()) {
        end = Math.min(end, ends.getOrDefault(context, 0L));
      }
      return end;
    }
  }
}
