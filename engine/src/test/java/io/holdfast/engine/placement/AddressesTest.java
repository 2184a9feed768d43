package io.holdfast.engine.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AddressesTest {
  @Test
  void theFirstHostAddressIsTheGatewaysAndTheLastTheBroadcast() {
    assertThat(AddressPlanner.firstFree("10.90.0.0/24", List.of())).contains("10.90.0.2");
    assertThat(AddressPlanner.firstFree("10.90.0.0/30", List.of())).contains("10.90.0.2");
    assertThat(AddressPlanner.firstFree("10.90.0.0/30", List.of("10.90.0.2"))).isEmpty();
    assertThat(AddressPlanner.firstFree("10.90.0.0/31", List.of())).isEmpty();
    assertThat(AddressPlanner.firstFree("10.90.0.0/32", List.of())).isEmpty();
  }

  @Test
  void aGapIsFilledFirst() {
    assertThat(AddressPlanner.firstFree("192.168.0.0/16", List.of("192.168.0.2", "192.168.0.4")))
        .contains("192.168.0.3");
    assertThat(AddressPlanner.firstFree("255.255.255.0/24", List.of("255.255.255.2")))
        .contains("255.255.255.3");
  }

  @Test
  void macsDeriveFromTheJob() {
    UUID job = UUID.fromString("00000000-0000-0000-0000-000000000001");
    assertThat(MacAddresses.of(job, 0))
        .matches("52:54:00:[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}")
        .isEqualTo(MacAddresses.of(job, 0))
        .isNotEqualTo(MacAddresses.of(job, 1));
  }
}
