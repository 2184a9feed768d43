package io.holdfast.activities.census;

import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.LibvirtFault;
import io.holdfast.activities.libvirt.LibvirtSession;
import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.network.DhcpHosts;
import io.holdfast.activities.network.DhcpHosts.Reservation;
import io.holdfast.workflows.model.CensusItem;
import io.holdfast.workflows.model.CensusKind;
import io.holdfast.workflows.model.NetworkId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.Network;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Networks with our tag, and the reservations of each. */
final class NetworkCensus {
  private final LibvirtConnection libvirt;
  private final DhcpHosts hosts = DhcpHosts.ofThisHost();

  NetworkCensus(LibvirtConnection libvirt) {
    this.libvirt = libvirt;
  }

  List<CensusItem> all() throws IOException {
    List<CensusItem> items = new ArrayList<>(networks());
    for (CensusItem network : List.copyOf(items)) {
      for (Reservation each : hosts.all(new NetworkId(network.owner()))) {
        items.add(
            new CensusItem(
                CensusKind.RESERVATION,
                each.mac(),
                network.place(),
                network.owner(),
                null,
                0,
                each.ipv4(),
                network.cidr()));
      }
    }
    return items;
  }

  List<CensusItem> networks() {
    return libvirt.call(
        "Listing the networks",
        session -> {
          List<CensusItem> found = new ArrayList<>();
          String[] names =
              Stream.of(session.connect().listNetworks(), session.connect().listDefinedNetworks())
                  .flatMap(Stream::of)
                  .distinct()
                  .toArray(String[]::new);
          for (String name : names) {
            String xml = xml(session, name);
            if (Ownership.isOurs(xml)) {
              found.add(item(name, xml));
            }
          }
          return found;
        });
  }

  /** Empty for one that went meanwhile. */
  private static String xml(LibvirtSession session, String name)
      throws LibvirtException, LibvirtFault {
    Network network;
    try {
      network = session.connect().networkLookupByName(name);
    } catch (LibvirtException refused) {
      if (LibvirtFault.codeOf(refused) == ErrorNumber.VIR_ERR_NO_NETWORK) {
        return "";
      }
      throw refused;
    }
    try {
      return network.getXMLDesc(0);
    } finally {
      network.free();
    }
  }

  private static CensusItem item(String name, String text) {
    Document xml = Xml.parse(text);
    Element ip = Xml.elements(xml, "ip").get(0);
    return new CensusItem(
        CensusKind.NETWORK,
        name,
        name,
        UUID.fromString(Xml.text(xml, "uuid")),
        Ownership.job(text).orElse(null),
        0,
        Xml.elements(xml, "bridge").get(0).getAttribute("name"),
        ip.getAttribute("address") + "/" + ip.getAttribute("prefix"));
  }
}
