package io.holdfast.activities.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.network.NetworkXml;
import io.holdfast.workflows.model.NetworkId;
import io.holdfast.workflows.model.ProbeSpec.ProbeNic;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An answer counts only when it is the answer of the guest that was made, in its network. */
class GuestNicTest {
  private static final NetworkId BUBBLE = new NetworkId(UUID.randomUUID());
  private static final NetworkId LIVE = new NetworkId(UUID.randomUUID());
  private static final String MAC = "52:54:00:aa:bb:cc";
  private static final String PRODUCTION = "52:54:00:00:00:01";
  private static final String ADDRESS = "10.90.0.2";
  private static final ProbeNic NIC = new ProbeNic(BUBBLE, MAC);

  @Test
  void aNicOnItsOwnBridgeIsRight() {
    assertThat(GuestNic.misplaced(domain(MAC, BUBBLE), List.of(NIC))).isEmpty();
  }

  @Test
  void aNicOnTheWrongBridgeIsNamed() {
    assertThat(GuestNic.misplaced(domain(MAC, LIVE), List.of(NIC)))
        .contains(
            "its nic %s is on bridge %s, not on %s"
                .formatted(MAC, NetworkXml.bridge(LIVE), NetworkXml.bridge(BUBBLE)));
    assertThat(GuestNic.misplaced(domain(PRODUCTION, BUBBLE), List.of(NIC)))
        .contains("the domain has no nic " + MAC);
  }

  @Test
  void theGuestItselfIsNoImpostor() {
    assertThat(GuestNic.impostor(neighbours(MAC, BUBBLE), ADDRESS, NIC)).isEmpty();
  }

  @Test
  void theProductionInstanceIsOne() {
    assertThat(GuestNic.impostor(neighbours(PRODUCTION, LIVE), ADDRESS, NIC).orElseThrow())
        .contains("is answered by " + PRODUCTION);
    assertThat(GuestNic.impostor(neighbours(PRODUCTION, BUBBLE), ADDRESS, NIC)).isPresent();
    assertThat(GuestNic.impostor(neighbours(MAC, LIVE), ADDRESS, NIC)).isPresent();
  }

  /** Over a router, say: it is not the guest of this host. */
  @Test
  void soIsSomebodyBehindARouter() {
    assertThat(GuestNic.impostor(neighbours(MAC, BUBBLE), "10.90.0.3", NIC).orElseThrow())
        .contains("nobody on a link of this host");
  }

  private static List<String> neighbours(String mac, NetworkId network) {
    return List.of(
        "IP address       HW type     Flags       HW address            Mask     Device",
        "10.0.0.1         0x1         0x2         02:00:00:00:00:01     *        eth0",
        "%s        0x1         0x2         %s     *        %s"
            .formatted(ADDRESS, mac, NetworkXml.bridge(network)));
  }

  private static String domain(String mac, NetworkId network) {
    return """
        <domain type='kvm' id='3'>
          <devices>
            <interface type='network'>
              <mac address='%s'/>
              <source network='hf-x' portid='1' bridge='%s'/>
              <target dev='vnet0'/>
            </interface>
          </devices>
        </domain>
        """
        .formatted(mac, NetworkXml.bridge(network));
  }
}
