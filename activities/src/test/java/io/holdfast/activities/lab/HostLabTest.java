package io.holdfast.activities.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.HostServices;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.HostObservation;
import io.holdfast.workflows.model.ImageSource;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.PlacedImage;
import io.holdfast.workflows.model.PowerState;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Every activity on a real host, each of them twice. Runs inside a host of the lab ({@code
 * lab/hosts.sh exec H mvn ...}) with HOLDFAST_LAB_LIBVIRT_URI and HOLDFAST_LAB_GUEST_IMAGE set.
 */
@Tag("lab")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_LIBVIRT_URI", matches = ".+")
@EnabledIfEnvironmentVariable(named = "HOLDFAST_LAB_GUEST_IMAGE", matches = ".+")
class HostLabTest {
  private static final Path IMAGE = Path.of(env("HOLDFAST_LAB_GUEST_IMAGE"));

  private static HostServices host;

  @BeforeAll
  static void start() {
    host = LabHost.open();
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  @Test
  void describesItself() {
    HostFacts facts = timed("discover", () -> host.host().discoverHost());

    assertThat(facts.domainType()).isIn("kvm", "qemu");
    assertThat(facts.cpus()).isPositive();
    assertThat(facts.pools()).extracting(pool -> pool.name()).contains("fast", "plain");
    assertThat(facts.pools())
        .filteredOn(pool -> pool.name().equals("fast"))
        .allMatch(pool -> pool.reflink() && pool.availableBytes() > 0);
  }

  @Test
  void carriesAnInstanceFromImageToNothing() throws Exception {
    carry("plain");
  }

  /** As all of the engine's tests do. */
  @Test
  @Tag("long")
  void carriesAnInstanceWhereFilesAreCloned() throws Exception {
    carry("fast");
  }

  private void carry(String pool) throws Exception {
    try (ContentServer server = new ContentServer(IMAGE)) {
      InstanceSpec instance = Instances.small(pool, IMAGE);
      ImageSource source = new ImageSource(instance.requireImage(), server.url());
      HostObservation before = host.host().observeHost(new HostObservation(Map.of()), 1);

      PlacedImage placed = twice("placeImage", () -> host.images().placeImage(source, pool));
      assertThat(placed.virtualSizeBytes()).isEqualTo(128L << 20);
      try {
        live(instance);
      } finally {
        clear(instance);
        host.images().removeImage(instance.requireImage().id(), pool);
        host.images().removeImage(instance.requireImage().id(), pool);
      }
      assertThat(host.host().observeHost(before, 1)).isEqualTo(before);
    }
  }

  private static void live(InstanceSpec instance) {
    twice("createVolumes", done(() -> host.volumes().createVolumes(instance)));
    twice(
        "connectPorts",
        done(() -> host.networks().connectPorts(instance.id(), instance.job(), instance.ports())));
    twice("defineDomain", done(() -> host.domains().defineDomain(instance)));
    assertThat(twice("startDomain", () -> host.domains().startDomain(instance.id())).state())
        .isEqualTo(PowerState.RUNNING);

    GuestReport report = twice("awaitGuest", () -> host.guests().awaitGuest(instance));
    assertThat(report.agentVersion()).isNotBlank();
    assertThat(report.hostname()).isEqualTo(instance.name());
    assertThat(report.addresses()).containsExactly(instance.ports().get(0).ipv4());

    InstanceSpec other = Instances.sameNetwork(instance, "52:54:00:0a:0b:0d", "10.90.7.11");
    twice(
        "connectPorts, second instance",
        done(() -> host.networks().connectPorts(other.id(), other.job(), other.ports())));
    twice(
        "disconnectPorts, second instance",
        done(() -> host.networks().disconnectPorts(other.id(), other.ports())));

    assertThat(timed("reboot", () -> host.domains().rebootDomain(instance.id(), 20)).state())
        .isEqualTo(PowerState.RUNNING);
    timed("awaitGuest after reboot", () -> host.guests().awaitGuest(instance));
    assertThat(twice("stop", () -> host.domains().stopDomain(instance.id(), 20)).state())
        .isEqualTo(PowerState.SHUTOFF);
    assertThatThrownBy(() -> host.guests().awaitGuest(instance))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> assertThat(failure.getType()).isEqualTo(FailureType.GUEST_NOT_READY.name()));
  }

  private static void clear(InstanceSpec instance) {
    twice("undefineDomain", done(() -> host.domains().undefineDomain(instance.id())));
    twice(
        "disconnectPorts",
        done(() -> host.networks().disconnectPorts(instance.id(), instance.ports())));
    twice(
        "deleteVolumes", done(() -> host.volumes().deleteVolumes(instance.id(), instance.pool())));
    assertThat(host.domains().readDomain(instance.id()).state()).isEqualTo(PowerState.MISSING);
    assertThat(Instances.filesOf(instance)).isEqualTo(List.of());
  }

  private static <T> T twice(String what, Supplier<T> action) {
    T first = timed(what, action);
    T second = timed(what + " again", action);
    assertThat(second).isEqualTo(first);
    return second;
  }

  @SuppressWarnings("SystemOut") // the figures are for whoever runs it
  private static <T> T timed(String what, Supplier<T> action) {
    long start = System.nanoTime();
    T result = action.get();
    System.out.printf("%-34s %8.1f ms%n", what, (System.nanoTime() - start) / 1e6);
    return result;
  }

  private static Supplier<Boolean> done(Runnable action) {
    return () -> {
      action.run();
      return true;
    };
  }

  private static String env(String name) {
    return String.valueOf(System.getenv(name));
  }
}
