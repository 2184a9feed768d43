package io.holdfast.activities.replication.nbd;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import org.jspecify.annotations.Nullable;

/**
 * libnbd's C interface, as far as it is used; names and meanings are its own (libnbd(3)). Calls
 * answer -1 or null on failure, with the reason in nbd_get_error of the calling thread.
 */
interface LibNbd extends Library {
  LibNbd INSTANCE = Native.load("libnbd.so.0", LibNbd.class);

  @Nullable Pointer nbd_create();

  void nbd_close(Pointer handle);

  int nbd_set_export_name(Pointer handle, String name);

  int nbd_add_meta_context(Pointer handle, String name);

  int nbd_set_pread_initialize(Pointer handle, boolean request);

  int nbd_connect_unix(Pointer handle, String socket);

  int nbd_can_meta_context(Pointer handle, String name);

  int nbd_can_multi_conn(Pointer handle);

  long nbd_get_size(Pointer handle);

  int nbd_aio_is_ready(Pointer handle);

  int nbd_aio_is_dead(Pointer handle);

  int nbd_aio_is_closed(Pointer handle);

  int nbd_block_status(Pointer handle, long count, long offset, ExtentCall.ByValue call, int flags);

  long nbd_aio_pread(
      Pointer handle, Pointer buffer, long count, long offset, Completion.ByValue done, int flags);

  long nbd_aio_pwrite(
      Pointer handle, Pointer buffer, long count, long offset, Completion.ByValue done, int flags);

  long nbd_aio_zero(Pointer handle, long count, long offset, Completion.ByValue done, int flags);

  int nbd_flush(Pointer handle, int flags);

  int nbd_aio_command_completed(Pointer handle, long cookie);

  int nbd_poll(Pointer handle, int timeoutMillis);

  int nbd_shutdown(Pointer handle, int flags);

  @Nullable String nbd_get_error();

  int nbd_get_errno();

  /** nbd_extent_callback: a function with what belongs to it, passed by value. */
  @Structure.FieldOrder({"callback", "userData", "free"})
  class ExtentCall extends Structure {
    public @Nullable Extents callback;
    public @Nullable Pointer userData;
    public @Nullable Pointer free;

    /** As libnbd takes it. */
    static final class ByValue extends ExtentCall implements Structure.ByValue {}
  }

  /** nbd_completion_callback; empty, for completions are asked for. */
  @Structure.FieldOrder({"callback", "userData", "free"})
  class Completion extends Structure {
    public @Nullable Pointer callback;
    public @Nullable Pointer userData;
    public @Nullable Pointer free;

    /** As libnbd takes it. */
    static final class ByValue extends Completion implements Structure.ByValue {}
  }

  /** Pairs of length and flags, from {@code offset} on. */
  interface Extents extends Callback {
    int invoke(
        @Nullable Pointer userData,
        String context,
        long offset,
        Pointer entries,
        long count,
        Pointer error);
  }
}
