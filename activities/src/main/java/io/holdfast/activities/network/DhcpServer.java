package io.holdfast.activities.network;

import io.holdfast.activities.linux.Linux;
import io.holdfast.activities.network.DhcpHosts.Reservation;
import io.holdfast.workflows.model.NetworkSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dnsmasq that libvirt runs for a network. What it does not hear is only logged. */
final class DhcpServer {
  private static final Logger LOG = LoggerFactory.getLogger(DhcpServer.class);
  private static final Path PIDS = Path.of("/run/libvirt/network");
  private static final int SERVER_PORT = 67;

  /** RFC 2131: a BOOTP message with DHCP's options, 300 bytes at least. */
  private static final int MESSAGE_LENGTH = 300;

  private DhcpServer() {}

  /** Has it read the reservations again; one that was removed is then forgotten. */
  static void reload(NetworkSpec network) {
    Path file = PIDS.resolve(NetworkXml.name(network) + ".pid");
    try {
      int pid = Integer.parseInt(Files.readString(file).strip());
      if (Files.readString(Path.of("/proc/" + pid + "/comm")).strip().equals("dnsmasq")) {
        Linux.hangUp(pid);
      }
    } catch (IOException | NumberFormatException absent) {
      LOG.info("The DHCP server of {} was not told: {}", network.name(), absent.getMessage());
    }
  }

  /**
   * Gives a lease back in its guest's name, who can no longer do it. Else the address would stay
   * taken for an hour, and the next instance that reserves it would get another one.
   */
  static void release(NetworkSpec network, Reservation gone) {
    String server = Cidr.parse(network.cidr()).gateway();
    try {
      byte[] address = InetAddress.getByName(server).getAddress();
      byte[] message = releaseMessage(gone, address, ThreadLocalRandom.current().nextInt());
      Linux.sendBy(NetworkXml.bridge(network.id()), address, SERVER_PORT, message);
    } catch (IOException absent) {
      LOG.info("The lease of {} was not given back: {}", gone, absent.getMessage());
    }
  }

  /** DHCPRELEASE, RFC 2131 section 4.4.6. */
  static byte[] releaseMessage(Reservation gone, byte[] server, int transaction)
      throws IOException {
    ByteBuffer message = ByteBuffer.allocate(MESSAGE_LENGTH);
    message.put(new byte[] {1, 1, 6, 0}); // BOOTREQUEST, Ethernet, six bytes of MAC, no hops
    message.putInt(transaction);
    message.putInt(0); // seconds, flags
    message.put(InetAddress.getByName(gone.ipv4()).getAddress()); // ciaddr
    message.position(28).put(HexFormat.ofDelimiter(":").parseHex(gone.mac())); // chaddr
    message.position(236).putInt(0x63825363); // DHCP's magic
    message.put(new byte[] {53, 1, 7}); // message type: release
    message.put(new byte[] {54, 4}).put(server); // server identifier
    message.put((byte) 255);
    return message.array();
  }
}
