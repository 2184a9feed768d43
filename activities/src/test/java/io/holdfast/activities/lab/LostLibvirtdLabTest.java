package io.holdfast.activities.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.activities.HostServices;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.PowerState;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * SIGKILL to libvirtd: guests run on, calls say that libvirt is away, and go on when it is back.
 */
@Tag("lab")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_LIBVIRT_URI", matches = ".+")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_GUEST_IMAGE", matches = ".+")
class LostLibvirtdLabTest {
  private static final Path PID = Path.of("/run/libvirtd.pid");

  @Test
  void outlivesIt() throws Exception {
    Path image = Path.of(System.getenv("HOLDFAST_LAB_GUEST_IMAGE"));
    InstanceSpec instance = Instances.small("fast", image);
    try (HostServices host = LabHost.open();
        ContentServer server = new ContentServer(image)) {
      try {
        LabHost.start(host, instance, server);
        HostObservation before = host.host().observeHost(new HostObservation(Map.of()), 3);
        assertThat(before.domains()).containsEntry(instance.id().value(), PowerState.RUNNING);

        kill();
        assertThat(failure(host, instance)).isEqualTo(FailureType.LIBVIRT_UNAVAILABLE.name());
        assertThat(failure(host, instance)).isEqualTo(FailureType.LIBVIRT_UNAVAILABLE.name());
        restart();

        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> failure(host, instance).equals(PowerState.RUNNING.name()));
        assertThat(host.host().observeHost(before, 1)).isEqualTo(before);
        assertThat(host.domains().startDomain(instance.id()).state()).isEqualTo(PowerState.RUNNING);
        assertThat(host.guests().awaitGuest(instance).agentVersion()).isNotBlank();
      } finally {
        LabHost.clear(host, instance);
      }
    }
  }

  private static String failure(HostServices host, InstanceSpec instance) {
    try {
      return host.domains().readDomain(instance.id()).state().name();
    } catch (ApplicationFailure failed) {
      return failed.getType();
    }
  }

  private static void kill() throws Exception {
    long pid = Long.parseLong(Files.readString(PID).strip());
    ProcessHandle daemon = ProcessHandle.of(pid).orElseThrow();
    daemon.destroyForcibly();
    daemon.onExit().get(5, TimeUnit.SECONDS);
  }

  private static void restart() throws Exception {
    Files.deleteIfExists(PID);
    Process start = new ProcessBuilder("libvirtd", "--listen", "--daemon").inheritIO().start();
    assertThat(start.waitFor()).isZero();
  }
}
