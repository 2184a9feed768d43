package io.holdfast.activities.guest;

import io.holdfast.activities.libvirt.Xml;
import io.holdfast.activities.network.NetworkXml;
import io.holdfast.workflows.model.ProbeSpec.ProbeNic;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * Whether a guest's nic is where it shall be, and whether it is that nic that an address belongs
 * to: a test's guest has the address of the live one, so that an answer alone proves nothing.
 */
final class GuestNic {
  private static final int MAC_COLUMN = 3;
  private static final int DEVICE_COLUMN = 5;

  private GuestNic() {}

  /** What is wrong with the first of these nics in a running domain's XML, or nothing. */
  static Optional<String> misplaced(String domainXml, List<ProbeNic> nics) {
    List<Element> there = Xml.elements(Xml.parse(domainXml), "interface");
    return nics.stream().flatMap(nic -> misplaced(there, nic).stream()).findFirst();
  }

  private static Optional<String> misplaced(List<Element> there, ProbeNic nic) {
    String wanted = NetworkXml.bridge(nic.network());
    for (Element found : there) {
      if (Xml.attribute(found, "mac", "address").equalsIgnoreCase(nic.mac())) {
        String bridge = Xml.attribute(found, "source", "bridge");
        return bridge.equals(wanted)
            ? Optional.empty()
            : Optional.of(
                "its nic %s is on bridge %s, not on %s".formatted(nic.mac(), bridge, wanted));
      }
    }
    return Optional.of("the domain has no nic " + nic.mac());
  }

  /**
   * Who has the address, by the host's table of neighbours, when it is not the guest's nic.
   *
   * @param neighbours lines of /proc/net/arp
   */
  static Optional<String> impostor(List<String> neighbours, String address, ProbeNic nic) {
    String wanted = NetworkXml.bridge(nic.network());
    String seen = "nobody on a link of this host";
    for (String line : neighbours) {
      String[] columns = line.strip().split("\\s+", -1);
      if (columns.length > DEVICE_COLUMN && columns[0].equals(address)) {
        if (columns[MAC_COLUMN].equalsIgnoreCase(nic.mac())
            && columns[DEVICE_COLUMN].equals(wanted)) {
          return Optional.empty();
        }
        seen = columns[MAC_COLUMN] + " on " + columns[DEVICE_COLUMN];
      }
    }
    return Optional.of(
        "%s is answered by %s, not by the guest's %s on %s"
            .formatted(address, seen, nic.mac(), wanted));
  }
}
