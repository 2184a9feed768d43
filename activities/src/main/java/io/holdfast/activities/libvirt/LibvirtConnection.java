package io.holdfast.activities.libvirt;

import org.jspecify.annotations.Nullable;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the host's libvirt, shared by all threads. A connection whose daemon died is dropped,
 * and the next call opens another: a worker outlives every restart of libvirtd.
 *
 * <p>The daemon works on a handful of requests of one connection at once (max_client_requests, 5),
 * so what may block for long (guest agents) has a connection of its own.
 */
public final class LibvirtConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LibvirtConnection.class);

  private final String uri;
  private final HostEvents events;
  private @Nullable LibvirtSession session;
  private boolean lost;

  public LibvirtConnection(String uri, HostEvents events) {
    this.uri = uri;
    this.events = events;
  }

  /**
   * Runs the call; a refusal becomes a typed failure: LIBVIRT_UNAVAILABLE, LIBVIRT_REFUSED or
   * STORAGE_FULL.
   *
   * @param doing the beginning of its message: "Starting the domain"
   */
  public <T> T call(String doing, LibvirtCall<T> call) {
    try {
      return attempt(call);
    } catch (LibvirtFault refused) {
      throw refused.toFailure(doing);
    }
  }

  /** Runs the call for a caller who makes something of a refusal. */
  public <T> T attempt(LibvirtCall<T> call) throws LibvirtFault {
    LibvirtSession open = acquire();
    try {
      return call.on(open);
    } catch (LibvirtException refused) {
      throw LibvirtFault.of(refused, dropIfDead(open));
    } catch (LibvirtFault refused) {
      throw new LibvirtFault(
          refused.code(), String.valueOf(refused.getMessage()), dropIfDead(open));
    } catch (NullPointerException trap) {
      throw ofTrap(trap, open);
    } finally {
      open.leave();
    }
  }

  @Override
  public synchronized void close() {
    LibvirtSession open = session;
    session = null;
    if (open != null) {
      open.retire();
    }
  }

  /** The open connection, opened now if need be; whoever gets it leaves it. */
  private synchronized LibvirtSession acquire() throws LibvirtFault {
    LibvirtSession open = session;
    if (open != null && open.alive() && open.enter()) {
      return open;
    }
    close();
    try {
      open = new LibvirtSession(uri, events);
    } catch (LibvirtException | RuntimeException refused) {
      if (!lost) {
        LOG.warn("libvirt at {} does not answer: {}", uri, refused.getMessage());
      }
      lost = true;
      throw new LibvirtFault(
          ErrorNumber.VIR_ERR_NO_CONNECT, uri + ": " + refused.getMessage(), true);
    }
    open.enter();
    session = open;
    LOG.info("Connected to libvirt at {}", uri);
    lost = false;
    events.signal();
    return open;
  }

  private synchronized boolean dropIfDead(LibvirtSession used) {
    if (used.alive()) {
      return false;
    }
    if (used.equals(session)) {
      LOG.warn("Lost libvirt at {}", uri);
      close();
      events.signal();
    }
    return true;
  }

  /** libvirt-java follows a null answer when libvirt's error is a mere warning. */
  private LibvirtFault ofTrap(NullPointerException trap, LibvirtSession used) {
    StackTraceElement[] stack = trap.getStackTrace();
    String thrower = stack.length == 0 ? "" : stack[0].getClassName();
    if (thrower.startsWith("org.libvirt.") || thrower.startsWith("com.sun.jna.")) {
      dropIfDead(used);
      return new LibvirtFault(
          ErrorNumber.VIR_ERR_INTERNAL_ERROR, "libvirt answered with nothing", true);
    }
    throw trap;
  }
}
