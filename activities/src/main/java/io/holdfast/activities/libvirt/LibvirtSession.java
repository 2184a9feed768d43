package io.holdfast.activities.libvirt;

import com.sun.jna.Pointer;
import io.holdfast.workflows.model.PowerState;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.Network;
import org.libvirt.StoragePool;
import org.libvirt.event.AgentLifecycleListener;
import org.libvirt.event.LifecycleListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One open connection. It is closed when it was retired and nobody uses it any more. */
public final class LibvirtSession {
  private static final Logger LOG = LoggerFactory.getLogger(LibvirtSession.class);
  private static final int KEEPALIVE_SECONDS = 10;
  private static final int KEEPALIVE_MISSES = 6;

  private final OpenConnect connect;
  private final LifecycleListener lifecycle;
  private final AgentLifecycleListener agents;
  private int users;
  private boolean retired;

  /** Opens the connection. One listener for all domains: a second one would be dropped silently. */
  LibvirtSession(String uri, HostEvents events) throws LibvirtException {
    EventLoop.start();
    connect = new OpenConnect(uri);
    lifecycle =
        (domain, event) -> {
          free(domain);
          events.signal();
          return 0;
        };
    agents =
        (domain, state, reason) -> {
          free(domain);
          events.signal();
        };
    connect.addLifecycleListener(lifecycle);
    optional("guest agent events", () -> connect.addAgentLifecycleListener(agents));
    optional("keepalive", () -> connect.setKeepAlive(KEEPALIVE_SECONDS, KEEPALIVE_MISSES));
  }

  /** libvirt-java's connection. */
  public Connect connect() {
    return connect;
  }

  /** Works on the domain with this UUID; empty when there is none. */
  public <T> Optional<T> domain(UUID id, HandleCall<Domain, T> call)
      throws LibvirtException, LibvirtFault {
    Domain domain;
    try {
      domain = connect.domainLookupByUUID(id);
    } catch (LibvirtException absent) {
      return unlessAbsent(absent, ErrorNumber.VIR_ERR_NO_DOMAIN);
    }
    try {
      return Optional.of(call.on(domain));
    } finally {
      free(domain);
    }
  }

  /** Works on the network with this UUID; empty when there is none. */
  public <T> Optional<T> network(UUID id, HandleCall<Network, T> call)
      throws LibvirtException, LibvirtFault {
    Network network;
    try {
      network = connect.networkLookupByUUID(id);
    } catch (LibvirtException absent) {
      return unlessAbsent(absent, ErrorNumber.VIR_ERR_NO_NETWORK);
    }
    try {
      return Optional.of(call.on(network));
    } finally {
      network.free();
    }
  }

  /** Works on the storage pool of this name; empty when there is none. */
  public <T> Optional<T> pool(String name, HandleCall<StoragePool, T> call)
      throws LibvirtException, LibvirtFault {
    StoragePool pool;
    try {
      pool = connect.storagePoolLookupByName(name);
    } catch (LibvirtException absent) {
      return unlessAbsent(absent, ErrorNumber.VIR_ERR_NO_STORAGE_POOL);
    }
    try {
      return Optional.of(call.on(pool));
    } finally {
      pool.free();
    }
  }

  /** Every domain of the host with its state, in four calls however many there are. */
  public Map<UUID, PowerState> domains() throws LibvirtFault {
    return DomainCalls.all(pointer());
  }

  /** MISSING when there is no such domain. */
  public PowerState state(UUID domain) throws LibvirtFault {
    return DomainCalls.state(pointer(), domain);
  }

  /** Asks the guest to shut down: by its agent, or by the power button. */
  public void shutdown(UUID domain, boolean byAgent) throws LibvirtFault {
    DomainCalls.shutdown(pointer(), domain, byAgent);
  }

  /** Migrations' calls that libvirt-java lacks. */
  public MigrationCalls migrations() {
    return new MigrationCalls(pointer());
  }

  /** Words with guests' QEMUs themselves. */
  public QemuMonitor monitor() {
    return new QemuMonitor(pointer());
  }

  /** Calls on files of guests' memory. */
  public MemoryImages memoryImages() {
    return new MemoryImages(pointer());
  }

  /** Networks' calls that libvirt-java lacks. */
  public NetworkCalls networks() {
    return new NetworkCalls(pointer());
  }

  boolean alive() {
    try {
      return connect.isAlive();
    } catch (LibvirtException | RuntimeException dead) {
      return false;
    }
  }

  synchronized boolean enter() {
    if (retired) {
      return false;
    }
    users++;
    return true;
  }

  synchronized void leave() {
    users--;
    closeWhenUnused();
  }

  synchronized void retire() {
    retired = true;
    closeWhenUnused();
  }

  /** A native call on a closed connection would crash the process: so the last user closes it. */
  private void closeWhenUnused() {
    if (!retired || users > 0) {
      return;
    }
    optional("removing a listener", () -> connect.removeLifecycleListener(lifecycle));
    optional("removing a listener", () -> connect.removeAgentLifecycleListener(agents));
    optional("closing", connect::close);
  }

  private Pointer pointer() {
    return connect.pointer();
  }

  private static <T> Optional<T> unlessAbsent(LibvirtException refused, ErrorNumber absent)
      throws LibvirtException {
    if (LibvirtFault.codeOf(refused) == absent) {
      return Optional.empty();
    }
    throw refused;
  }

  private static void free(Domain domain) {
    optional("freeing a domain", domain::free);
  }

  /** For what not every driver can do (libvirt's test driver) or a dead daemon cannot answer. */
  private static void optional(String what, Optionally call) {
    try {
      call.run();
    } catch (LibvirtException | RuntimeException refused) {
      LOG.debug("{}: {}", what, refused.getMessage());
    }
  }

  @FunctionalInterface
  private interface Optionally {
    void run() throws LibvirtException;
  }

  /** libvirt-java keeps the native handle to itself and to its subclasses. */
  private static final class OpenConnect extends Connect {
    OpenConnect(String uri) throws LibvirtException {
      super(uri);
    }

    Pointer pointer() {
      return vcp.getPointer();
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
