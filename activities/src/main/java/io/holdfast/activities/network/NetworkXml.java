package io.holdfast.activities.network;

import static io.holdfast.activities.libvirt.Xml.escape;

import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.NetworkId;
import io.holdfast.workflows.model.NetworkMode;
import io.holdfast.workflows.model.NetworkSpec;
import io.holdfast.workflows.model.PortSpec;
import java.util.List;

/**
 * A network as libvirt's network XML. The DHCP range spans all guest addresses, so that its server
 * runs from the start and takes reservations without a restart; it gives a reserved address to
 * nobody else.
 */
public final class NetworkXml {
  private static final int BRIDGE_HEX = 10;

  private NetworkXml() {}

  /** The libvirt network's name. */
  public static String name(NetworkSpec network) {
    return "hf-" + network.name();
  }

  /** An interface's name has at most 15 characters: 12 here. */
  static String bridge(NetworkId id) {
    return "hf" + id.toString().replace("-", "").substring(0, BRIDGE_HEX);
  }

  static String render(NetworkSpec network, JobId job, List<PortSpec> ports) {
    Cidr cidr = Cidr.parse(network.cidr());
    StringBuilder hosts = new StringBuilder();
    ports.forEach(
        port -> hosts.append("      ").append(host(port.mac(), port.ipv4())).append('\n'));
    return """
        <network>
          <name>%s</name>
          <uuid>%s</uuid>
          <metadata>
            <holdfast:network xmlns:holdfast='%s' owner='holdfast' id='%s' job='%s'/>
          </metadata>
        %s  <bridge name='%s' stp='off' delay='0'/>
          <ip address='%s' prefix='%d'>
            <dhcp>
              <range start='%s' end='%s'/>
        %s    </dhcp>
          </ip>
        </network>
        """
        .formatted(
            escape(name(network)),
            network.id(),
            Ownership.NAMESPACE,
            network.id(),
            job,
            network.mode() == NetworkMode.NAT ? "  <forward mode='nat'/>\n" : "",
            bridge(network.id()),
            cidr.gateway(),
            cidr.prefix(),
            cidr.firstGuest(),
            cidr.lastGuest(),
            hosts);
  }

  /** A DHCP reservation. */
  static String host(String mac, String ipv4) {
    return "<host mac='" + escape(mac) + "' ip='" + escape(ipv4) + "'/>";
  }
}
