package io.holdfast.activities.network;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.network.DhcpHosts.Reservation;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.NetworkSpec;
import io.holdfast.workflows.model.PortSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.libvirt.LibvirtException;
import org.libvirt.Network;

/**
 * libvirt networks, there while a port needs them. They start with the host, so that guests find
 * them after its reboot.
 */
@SuppressWarnings("try") // a lock is held, not used
public final class LibvirtNetworkActivities implements NetworkActivities {
  private final LibvirtConnection libvirt;
  private final DhcpHosts hosts = DhcpHosts.ofThisHost();
  private final KeyedLocks locks = new KeyedLocks();

  public LibvirtNetworkActivities(LibvirtConnection libvirt) {
    this.libvirt = libvirt;
  }

  @Override
  public void connectPorts(InstanceId instance, JobId job, List<PortSpec> ports) {
    byNetwork(ports)
        .forEach(
            (network, its) -> {
              try (KeyedLocks.Held held = locks.lock(network.id())) {
                Path folder = hosts.folder(network.id());
                libvirt.call(
                    "Making network " + network.name(),
                    session -> ensure(session, network, job, folder));
                for (PortSpec port : its) {
                  reserve(network, new Reservation(port.mac(), port.ipv4()));
                }
              } catch (IOException failed) {
                throw FailureMapping.typed(failed);
              }
            });
  }

  @Override
  public void disconnectPorts(InstanceId instance, List<PortSpec> ports) {
    byNetwork(ports)
        .forEach(
            (network, its) -> {
              try (KeyedLocks.Held held = locks.lock(network.id())) {
                disconnect(network, its);
              } catch (IOException failed) {
                throw FailureMapping.typed(failed);
              }
            });
  }

  private static Map<NetworkSpec, List<PortSpec>> byNetwork(List<PortSpec> ports) {
    Map<NetworkSpec, List<PortSpec>> byNetwork = new LinkedHashMap<>();
    for (PortSpec port : ports) {
      byNetwork.computeIfAbsent(port.network(), n -> new ArrayList<>()).add(port);
    }
    return byNetwork;
  }

  private static boolean ensure(LibvirtSession session, NetworkSpec network, JobId job, Path folder)
      throws LibvirtException, LibvirtFault {
    UUID id = network.id().value();
    Optional<Boolean> known = session.network(id, LibvirtNetworkActivities::activate);
    if (known.isPresent()) {
      return false;
    }
    Network made = session.connect().networkDefineXML(NetworkXml.render(network, job, folder));
    try {
      start(made);
    } finally {
      made.free();
    }
    return true;
  }

  private static void start(Network network) throws LibvirtException {
    network.setAutostart(true);
    try {
      network.create();
    } catch (LibvirtException refused) {
      if (network.isActive() == 1) {
        return; // somebody was faster
      }
      if (!removeStale(network)) {
        throw refused;
      }
      network.create();
    }
  }

  private static boolean removeStale(Network network) throws LibvirtException {
    try {
      return StaleNetwork.remove(network.getName(), network.getBridgeName());
    } catch (IOException failed) {
      throw Failures.of(
          FailureType.LIBVIRT_REFUSED,
          "What is left of network " + network.getName() + " cannot be removed",
          failed);
    }
  }

  private static boolean activate(Network network) throws LibvirtException {
    if (!Ownership.isOurs(network.getXMLDesc(0))) {
      throw Failures.of(
          FailureType.LIBVIRT_REFUSED,
          "A network on this host that is not Holdfast's has the UUID " + network.getUUIDString());
    }
    if (network.isActive() != 1) {
      start(network);
    }
    return true;
  }

  /** A MAC has one address and an address one MAC: what stands in the way, a dead job left. */
  private void reserve(NetworkSpec network, Reservation wanted) throws IOException {
    boolean there = false;
    boolean cleared = false;
    for (Reservation each : hosts.all(network.id())) {
      if (each.equals(wanted)) {
        there = true;
      } else if (each.mac().equals(wanted.mac()) || each.ipv4().equals(wanted.ipv4())) {
        hosts.remove(network.id(), each);
        DhcpServer.release(network, each);
        cleared = true;
      }
    }
    if (!there) {
      hosts.add(network.id(), wanted);
    }
    if (cleared) {
      DhcpServer.reload(network);
    }
  }

  private void disconnect(NetworkSpec network, List<PortSpec> ports) throws IOException {
    List<Reservation> removed = new ArrayList<>();
    for (PortSpec port : ports) {
      Reservation its = new Reservation(port.mac(), port.ipv4());
      if (hosts.all(network.id()).contains(its)) {
        hosts.remove(network.id(), its);
        removed.add(its);
      }
    }
    if (hosts.all(network.id()).isEmpty()) {
      libvirt.call(
          "Removing network " + network.name(),
          session -> session.network(network.id().value(), LibvirtNetworkActivities::remove));
      hosts.clear(network.id());
    } else if (!removed.isEmpty()) {
      removed.forEach(each -> DhcpServer.release(network, each));
      DhcpServer.reload(network);
    }
  }

  private static boolean remove(Network network) throws LibvirtException {
    if (!Ownership.isOurs(network.getXMLDesc(0))) {
      return false;
    }
    if (network.isActive() == 1) {
      network.destroy();
    } else {
      removeStale(network);
    }
    network.undefine();
    return true;
  }
}
