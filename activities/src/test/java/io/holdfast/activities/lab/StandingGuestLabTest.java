package io.holdfast.activities.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.HostServices;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.Ownership;
import io.holdfast.workflows.model.Ownership.Holder;
import io.holdfast.workflows.model.OwnershipOrder;
import io.holdfast.workflows.model.PowerState;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** A guest that stands still for its move goes on only where it is owned. */
@Tag("lab")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_LIBVIRT_URI", matches = ".+")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_GUEST_IMAGE", matches = ".+")
class StandingGuestLabTest {
  @Test
  void goesOnOnceItIsThisHostsAgain() throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec instance = Instances.small("fast", image);
    try (HostServices host = LabHost.open();
        ContentServer server = new ContentServer(image)) {
      try {
        LabHost.start(host, instance, server);
        LabHost.virsh("suspend", instance.id().toString());

        tell(host, instance, 2, Holder.NOBODY);
        assertThatThrownBy(() -> host.migrations().resumeGuest(instance.id()))
            .matches(refused -> Failures.typeOf(refused) == FailureType.OWNERSHIP_LOST);
        assertThat(host.domains().readDomain(instance.id()).state()).isEqualTo(PowerState.PAUSED);

        tell(host, instance, 3, Holder.HERE);
        host.migrations().resumeGuest(instance.id());
        assertThat(host.domains().readDomain(instance.id()).state()).isEqualTo(PowerState.RUNNING);
      } finally {
        LabHost.clear(host, instance);
      }
    }
  }

  private static void tell(HostServices host, InstanceSpec instance, long epoch, Holder holder) {
    Ownership said = new Ownership(instance.id(), epoch, holder);
    host.ownership()
        .confirmOwnership(
            host.ownership().readBoot(), List.of(new OwnershipOrder(said, instance.pool())));
  }
}
