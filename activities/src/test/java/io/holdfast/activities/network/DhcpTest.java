package io.holdfast.activities.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Examples;
import io.holdfast.activities.network.DhcpHosts.Reservation;
import io.holdfast.workflows.model.NetworkId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DhcpTest {
  private static final NetworkId NETWORK = Examples.NAT.id();
  private static final Reservation ONE = new Reservation("52:54:00:00:00:0A", "10.90.0.10");
  private static final Reservation TWO = new Reservation("52:54:00:00:00:0b", "10.90.0.11");

  @TempDir Path parent;

  @Test
  void keepsReservationsAsDnsmasqReadsThem() throws Exception {
    DhcpHosts hosts = new DhcpHosts(parent);
    assertThat(hosts.all(NETWORK)).isEmpty();
    hosts.add(NETWORK, ONE);
    hosts.add(NETWORK, ONE);
    hosts.add(NETWORK, TWO);

    assertThat(hosts.all(NETWORK)).containsExactlyInAnyOrder(ONE, TWO);
    assertThat(hosts.path(NETWORK).resolve("52-54-00-00-00-0a"))
        .hasContent("52:54:00:00:00:0a,10.90.0.10");

    hosts.remove(NETWORK, ONE);
    hosts.remove(NETWORK, ONE);
    assertThat(hosts.all(NETWORK)).containsExactly(TWO);
    hosts.clear(NETWORK);
    hosts.clear(NETWORK);
    assertThat(Files.exists(hosts.path(NETWORK))).isFalse();
  }

  @Test
  void speaksForAGuestThatIsGone() throws Exception {
    byte[] message = DhcpServer.releaseMessage(ONE, new byte[] {10, 90, 0, 1}, 0x01020304);

    String hex = HexFormat.of().formatHex(message);
    assertThat(hex)
        .startsWith("01010600" + "01020304" + "00000000" + "0a5a000a")
        .contains("52540000000a" + "00".repeat(202) + "63825363" + "350107" + "36040a5a0001ff");
    assertThat(message).hasSize(300);
  }
}
