package io.holdfast.activities.network;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.NetworkSpec;
import io.holdfast.workflows.model.PortSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.libvirt.LibvirtException;
import org.libvirt.Network;
import org.w3c.dom.Element;

/**
 * libvirt networks, there while a port needs them. They start with the host, so that guests find
 * them after its reboot. The reservations in libvirt are the record of who uses a network.
 */
@SuppressWarnings("try") // a lock is held, not used
public final class LibvirtNetworkActivities implements NetworkActivities {
  private final LibvirtConnection libvirt;
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
                libvirt.call(
                    "Connecting to network " + network.name(),
                    session -> connect(session, network, job, its));
              }
            });
  }

  @Override
  public void disconnectPorts(InstanceId instance, List<PortSpec> ports) {
    byNetwork(ports)
        .forEach(
            (network, its) -> {
              try (KeyedLocks.Held held = locks.lock(network.id())) {
                libvirt.call(
                    "Disconnecting from network " + network.name(),
                    session -> disconnect(session, network.id().value(), its));
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

  private static boolean connect(
      LibvirtSession session, NetworkSpec network, JobId job, List<PortSpec> ports)
      throws LibvirtException, LibvirtFault {
    UUID id = network.id().value();
    Optional<String> known = session.network(id, LibvirtNetworkActivities::activeXml);
    if (known.isEmpty()) {
      Network made = session.connect().networkDefineXML(NetworkXml.render(network, job, ports));
      try {
        start(made);
      } finally {
        made.free();
      }
      return true;
    }
    List<Reservation> reservations = reservations(known.get());
    for (PortSpec port : ports) {
      reserve(session, id, reservations, port);
    }
    return true;
  }

  /** One reservation a MAC and a MAC an address: what stands in the way was left by a dead job. */
  private static void reserve(
      LibvirtSession session, UUID network, List<Reservation> known, PortSpec port)
      throws LibvirtFault {
    boolean there = false;
    for (Reservation each : known) {
      boolean mac = each.isFor(port.mac());
      boolean address = each.ipv4().equals(port.ipv4());
      if (mac && address) {
        there = true;
      } else if (mac || address) {
        session.networks().removeHost(network, NetworkXml.host(each.mac(), each.ipv4()));
      }
    }
    if (!there) {
      session.networks().addHost(network, NetworkXml.host(port.mac(), port.ipv4()));
    }
  }

  private static boolean disconnect(LibvirtSession session, UUID id, List<PortSpec> ports)
      throws LibvirtException, LibvirtFault {
    Optional<String> xml = session.network(id, network -> network.getXMLDesc(0));
    if (xml.isEmpty() || !Ownership.isOurs(xml.get())) {
      return false;
    }
    List<Reservation> others = new ArrayList<>();
    List<Reservation> ours = new ArrayList<>();
    for (Reservation each : reservations(xml.get())) {
      boolean mine = ports.stream().anyMatch(port -> each.isFor(port.mac()));
      (mine ? ours : others).add(each);
    }
    if (others.isEmpty()) {
      session.network(id, LibvirtNetworkActivities::remove);
      return true;
    }
    session.network(id, LibvirtNetworkActivities::activeXml); // only then it can be changed
    for (Reservation each : ours) {
      session.networks().removeHost(id, NetworkXml.host(each.mac(), each.ipv4()));
    }
    return true;
  }

  private static boolean remove(Network network) throws LibvirtException {
    if (network.isActive() == 1) {
      network.destroy();
    } else {
      removeStale(network);
    }
    network.undefine();
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

  private static String activeXml(Network network) throws LibvirtException {
    String xml = network.getXMLDesc(0);
    if (!Ownership.isOurs(xml)) {
      throw Failures.of(
          FailureType.LIBVIRT_REFUSED,
          "A network on this host that is not Holdfast's has the UUID " + network.getUUIDString());
    }
    if (network.isActive() != 1) {
      start(network);
    }
    return xml;
  }

  private static List<Reservation> reservations(String xml) {
    List<Reservation> found = new ArrayList<>();
    for (Element host : Xml.elements(Xml.parse(xml), "host")) {
      if (host.hasAttribute("mac")) {
        found.add(new Reservation(host.getAttribute("mac"), host.getAttribute("ip")));
      }
    }
    return found;
  }

  private record Reservation(String mac, String ipv4) {
    boolean isFor(String other) {
      return mac.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
    }
  }
}
