package io.holdfast.activities.migration;

import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.workflows.model.InstanceId;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.libvirt.TypedParameter;

/**
 * libvirt's migration of a guest, called on a thread and a connection of its own: the call lasts as
 * long as the migration does, and libvirt answers a handful of calls of one connection at a time.
 */
final class Departure implements BooleanSupplier, AutoCloseable {
  private final InstanceId instance;
  private final LibvirtConnection libvirt;
  private final HostEvents events;
  private volatile boolean ended;
  private volatile @Nullable LibvirtFault fault;
  private volatile @Nullable RuntimeException defect;

  private Departure(InstanceId instance, LibvirtConnection libvirt, HostEvents events) {
    this.instance = instance;
    this.libvirt = libvirt;
    this.events = events;
  }

  /** Begins it. {@code events}: is told of its end. */
  static Departure begin(
      String uri, HostEvents events, InstanceId instance, String target, SwitchParameters how) {
    Departure departure = new Departure(instance, new LibvirtConnection(uri, events), events);
    Thread thread =
        new Thread(null, () -> departure.run(target, how), "departure-" + instance, 256 << 10);
    thread.setDaemon(true);
    thread.start();
    return departure;
  }

  private void run(String target, SwitchParameters how) {
    try {
      libvirt.attempt(
          session ->
              session.domain(
                  instance.value(),
                  domain ->
                      domain.migrateToURI(
                          target, how.parameters().toArray(TypedParameter[]::new), how.flags())));
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
  @Nullable LibvirtFault fault() {
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
