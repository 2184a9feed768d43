package io.holdfast.activities.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.network.NetworkXml;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.NetworkId;
import io.holdfast.workflows.model.ProbeKind;
import io.holdfast.workflows.model.ProbeSpec;
import io.holdfast.workflows.model.ProbeSpec.ProbeNic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Probes of a domain that runs on libvirt's test driver, answered over the network by a server of
 * this test: a right answer that is not the guest's, and a guest that gives no right answer.
 */
class HostProbesTest {
  private static final NetworkId BUBBLE = new NetworkId(UUID.randomUUID());
  private static final NetworkId LIVE = new NetworkId(UUID.randomUUID());
  private static final InstanceId GUEST = new InstanceId(UUID.randomUUID());
  private static final String MAC = "52:54:00:aa:bb:cc";
  private static final ProbeNic NIC = new ProbeNic(BUBBLE, MAC);
  private static final NetworkId OTHER = new NetworkId(UUID.randomUUID());
  private static final String OTHER_MAC = "52:54:00:aa:bb:dd";
  private static final String LOOPBACK = "127.0.0.1";
  private static final String PAGE = "the shop is open";

  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private final HostProbes probes = new HostProbes(libvirt, events);
  private final HttpServer server;

  HostProbesTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void serve() {
    server.createContext(
        "/",
        exchange -> {
          byte[] page = PAGE.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
    libvirt.close();
  }

  /** What the other tests refuse is a right answer by itself. */
  @Test
  void theServersAnswerIsRight() {
    run(BUBBLE, OTHER);
    assertThat(probes.runProbe(http(PAGE, null)).seen()).isEqualTo("200: " + PAGE);
    assertThat(probes.runProbe(tcp(server.getAddress().getPort(), null)).seen())
        .isEqualTo("connected");
  }

  @Test
  void aGuestOnTheWrongBridgeIsNotProvenByARightAnswer() {
    run(LIVE, OTHER);
    String wrong =
        "its nic %s is on bridge %s, not on %s"
            .formatted(MAC, NetworkXml.bridge(LIVE), NetworkXml.bridge(BUBBLE));
    assertThat(lastSeen(http(PAGE, NIC))).isEqualTo(wrong);
    assertThat(lastSeen(tcp(server.getAddress().getPort(), NIC))).isEqualTo(wrong);
  }

  /** One by which nobody asks, and which would reach the live ones. */
  @Test
  void anotherNicOnTheWrongBridgeIsSeenByEachProbe() {
    run(BUBBLE, LIVE);
    String wrong =
        "its nic %s is on bridge %s, not on %s"
            .formatted(OTHER_MAC, NetworkXml.bridge(LIVE), NetworkXml.bridge(OTHER));
    assertThat(lastSeen(http(PAGE, NIC))).isEqualTo(wrong);
    assertThat(lastSeen(http(PAGE, null))).isEqualTo(wrong);
  }

  /** The live instance, say, which has the same address. */
  @Test
  void theRightAnswerOfSomebodyElseIsNotTheGuests() {
    run(BUBBLE, OTHER);
    String impostor =
        "%s is answered by nobody on a link of this host, not by the guest's %s on %s"
            .formatted(LOOPBACK, MAC, NetworkXml.bridge(BUBBLE));
    assertThat(lastSeen(http(PAGE, NIC))).isEqualTo(impostor);
    assertThat(lastSeen(tcp(server.getAddress().getPort(), NIC))).isEqualTo(impostor);
  }

  @Test
  void aDomainThatIsGoneIsNotProvenByARightAnswer() {
    assertThat(lastSeen(http(PAGE, NIC))).isEqualTo("the domain is gone");
  }

  @Test
  void aGuestThatRunsAndDoesNotAnswerRightlyIsRed() throws IOException {
    run(BUBBLE, OTHER);
    assertThat(lastSeen(http("the shop is closed", null))).isEqualTo("200: " + PAGE);
    assertThat(lastSeen(probe(ProbeKind.HTTP, server.getAddress().getPort(), 204, null, null)))
        .isEqualTo("200: " + PAGE);
    assertThat(lastSeen(tcp(closedPort(), null))).contains("refused");
    assertThat(lastSeen(probe(ProbeKind.CONSOLE, 0, 0, "login:", null)))
        .isEqualTo("the console is empty");
    assertThat(lastSeen(probe(ProbeKind.AGENT, 0, 0, null, null))).startsWith("guest agent: ");
  }

  private String lastSeen(ProbeSpec probe) {
    String[] seen = new String[1];
    assertThatThrownBy(() -> probes.runProbe(probe))
        .satisfies(
            failure -> {
              assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.PROBE_FAILED);
              seen[0] = Failures.describe(failure).causes().get(0);
            });
    assertThat(seen[0]).startsWith("last seen: ");
    return seen[0].substring("last seen: ".length());
  }

  private ProbeSpec http(String text, @Nullable ProbeNic nic) {
    return probe(ProbeKind.HTTP, server.getAddress().getPort(), 200, text, nic);
  }

  private static ProbeSpec tcp(int port, @Nullable ProbeNic nic) {
    return probe(ProbeKind.TCP, port, 0, null, nic);
  }

  /** One look: with no patience the first sighting is the last. */
  private static ProbeSpec probe(
      ProbeKind kind, int port, int status, @Nullable String text, @Nullable ProbeNic nic) {
    return new ProbeSpec(
        GUEST,
        kind,
        LOOPBACK,
        port,
        "/",
        status,
        text,
        List.of(),
        0,
        nic,
        List.of(new ProbeNic(OTHER, OTHER_MAC)));
  }

  private static int closedPort() throws IOException {
    try (ServerSocket gone = new ServerSocket(0)) {
      return gone.getLocalPort();
    }
  }

  /** Boots the guest, its nics in those networks. */
  private void run(NetworkId network, NetworkId other) {
    String xml =
        """
        <domain type='test'>
          <name>guest</name><uuid>%s</uuid>
          <memory unit='MiB'>128</memory><vcpu>1</vcpu><os><type>hvm</type></os>
          <devices>
            <interface type='bridge'><mac address='%s'/><source bridge='%s'/></interface>
            <interface type='bridge'><mac address='%s'/><source bridge='%s'/></interface>
          </devices>
        </domain>
        """
            .formatted(GUEST, MAC, NetworkXml.bridge(network), OTHER_MAC, NetworkXml.bridge(other));
    libvirt.call(
        "Booting a guest",
        session -> {
          session.connect().domainCreateXML(xml, 0).free();
          return true;
        });
  }
}
