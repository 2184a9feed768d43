package io.holdfast.activities.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.HostServices;
import io.holdfast.workflows.model.InstanceSpec;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Reservations on a network that is in use: later ones hold, and an address can be used again. */
@Tag("lab")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_LIBVIRT_URI", matches = ".+")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_GUEST_IMAGE", matches = ".+")
class AddressesLabTest {
  @Test
  void givesAnAddressToItsNextOwner() throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec first = Instances.small("fast", image);
    InstanceSpec second = Instances.sameNetwork(first, "52:54:00:0a:0b:0d", "10.90.7.11");
    InstanceSpec heir = Instances.sameNetwork(first, "52:54:00:0a:0b:0e", "10.90.7.10");
    try (HostServices host = LabHost.open();
        ContentServer server = new ContentServer(image)) {
      try {
        boot(host, first, server);
        boot(host, second, server);
        LabHost.remove(host, first);
        boot(host, heir, server);
      } finally {
        LabHost.remove(host, first);
        LabHost.remove(host, second);
        LabHost.clear(host, heir);
      }
    }
  }

  private static void boot(HostServices host, InstanceSpec instance, ContentServer images) {
    LabHost.start(host, instance, images);
    assertThat(host.guests().awaitGuest(instance).addresses())
        .containsExactly(instance.ports().get(0).ipv4());
  }
}
