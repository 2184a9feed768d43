package io.holdfast.activities.network;

import static io.holdfast.activities.libvirt.Xml.escape;

import io.holdfast.activities.libvirt.Ownership;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.NetworkId;
import io.holdfast.workflows.model.NetworkMode;
import io.holdfast.workflows.model.NetworkSpec;
import java.nio.file.Path;

/**
 * A network as libvirt's network XML. The DHCP range spans all guest addresses, so that its server
 * runs from the start; it gives a reserved address to nobody else.
 */
public final class NetworkXml {
  private static final int BRIDGE_HEX = 10;

  private NetworkXml() {}

  /** The libvirt network's name. */
  public static String name(NetworkSpec network) {
    return "hf-" + network.name();
  }

  /** An interface's name has at most 15 characters: 12 here. */
  public static String bridge(NetworkId id) {
    return "hf" + id.toString().replace("-", "").substring(0, BRIDGE_HEX);
  }

  /** {@code hosts}: the folder of its reservations. */
  static String render(NetworkSpec network, JobId job, Path hosts) {
    Cidr cidr = Cidr.parse(network.cidr());
    return """
        <network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
          <name>%s</name>
          <uuid>%s</uuid>
          <metadata>
            <holdfast:network xmlns:holdfast='%s' owner='holdfast' id='%s' job='%s'/>
          </metadata>
        %s  <bridge name='%s' stp='off' delay='0'/>
          <ip address='%s' prefix='%d'>
            <dhcp>
              <range start='%s' end='%s'/>
            </dhcp>
          </ip>
          <dnsmasq:options>
            <dnsmasq:option value='dhcp-hostsdir=%s'/>
          </dnsmasq:options>
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
            escape(hosts.toString()));
  }
}
