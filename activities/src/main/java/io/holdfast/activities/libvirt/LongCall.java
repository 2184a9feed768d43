package io.holdfast.activities.libvirt;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A call of libvirt's that lasts, on a thread and a connection of its own: libvirt answers a
 * handful of calls of one connection at a time.
 */
public final class LongCall implements BooleanSupplier, AutoCloseable {
  private final LibvirtConnection libvirt;
  private final HostEvents events;
  private volatile boolean ended;
  private volatile @Nullable LibvirtFault fault;
  private volatile @Nullable RuntimeException defect;

  private LongCall(LibvirtConnection libvirt, HostEvents events) {
    this.libvirt = libvirt;
    this.events = events;
  }

  /**
   * Begins it.
   *
   * @param events is told of its end
   * @param name of its thread
   */
  public static LongCall begin(String uri, HostEvents events, String name, LibvirtCall<?> call) {
    LongCall begun = new LongCall(new LibvirtConnection(uri, events), events);
    Thread thread = new Thread(null, () -> begun.run(call), name, 256 << 10);
    thread.setDaemon(true);
    thread.start();
    return begun;
  }

  private void run(LibvirtCall<?> call) {
    try {
      libvirt.attempt(call);
    } catch (LibvirtFault refused) {
      fault = refused;
    } catch (RuntimeException broken) {
      defect = broken;
    } finally {
      ended = true;
      events.signal();
    }
  }

  /** True once libvirt has answered. */
  @Override
  public boolean getAsBoolean() {
    return ended;
  }

  /** What libvirt refused; null when it answered well. */
  public @Nullable LibvirtFault fault() {
    RuntimeException broken = defect;
    if (broken != null) {
      throw broken;
    }
    return fault;
  }

  /** A call that is under way goes on, and so does its connection. */
  @Override
  public void close() {
    libvirt.close();
  }
}
