package io.holdfast.activities.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.domain.DomainPower;
import io.holdfast.activities.domain.LibvirtDomainActivities;
import io.holdfast.activities.domain.RunningDomains;
import io.holdfast.activities.image.ImageFiles;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.ownership.Books;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.volume.HostVolumes;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PortSpec;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.StepTime;
import io.holdfast.workflows.model.Steps;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostInstancesTest {
  private static final InstanceSpec INSTANCE = Examples.instance();

  @TempDir Path pool;
  @TempDir Path ownership;

  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private final PoolRefresher refresher = new PoolRefresher(libvirt);
  private final Connections networks = new Connections();
  private LibvirtDomainActivities domains;
  private HostInstances instances;

  @BeforeEach
  void start() {
    OwnershipBook owned = Books.in(ownership);
    TestHost.addPool(libvirt, pool);
    Pools pools = new Pools(libvirt, (any, where) -> {});
    KeyedLocks locks = new KeyedLocks();
    domains =
        new LibvirtDomainActivities(
            libvirt,
            new DomainPower(libvirt, events, owned, instance -> {}),
            owned,
            pools,
            () -> "test",
            locks,
            instance -> {});
    instances =
        new HostInstances(
            new HostVolumes(
                pools, refresher, new StorageBackends(), locks, new RunningDomains(libvirt)),
            networks,
            domains);
  }

  @AfterEach
  void stop() {
    refresher.close();
    libvirt.close();
  }

  @Test
  void goesOnWhereAnEarlierCallEnded() throws Exception {
    QemuImg.createEmpty(ImageFiles.whole(pool, INSTANCE.requireImage().id()), 32L << 20);
    networks.refuse = true;
    assertThatThrownBy(() -> instances.buildInstance(INSTANCE))
        .satisfies(failure -> assertThat(Failures.stepOf(failure)).isEqualTo(Steps.CONNECT_PORTS));
    networks.refuse = false;

    for (int run = 0; run < 2; run++) {
      assertThat(instances.buildInstance(INSTANCE).stream().map(StepTime::step))
          .containsExactly(
              Steps.CREATE_VOLUMES, Steps.CONNECT_PORTS, Steps.DEFINE_DOMAIN, Steps.START_DOMAIN);
      assertThat(domains.readDomain(INSTANCE.id()).state()).isEqualTo(PowerState.RUNNING);
    }
  }

  @Test
  void namesTheStepThatFailedAndKeepsItsFailure() {
    assertThatThrownBy(() -> instances.buildInstance(INSTANCE))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              assertThat(Failures.stepOf(failure)).isEqualTo(Steps.CREATE_VOLUMES);
              assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.IMAGE_NOT_ON_HOST);
              assertThat(failure.isNonRetryable())
                  .isEqualTo(!FailureType.IMAGE_NOT_ON_HOST.retryable());
            });
  }

  /** The test driver's networks have no DHCP server. */
  private static final class Connections implements NetworkActivities {
    boolean refuse;

    @Override
    public void connectPorts(InstanceId instance, JobId job, List<PortSpec> ports) {
      if (refuse) {
        throw Failures.of(FailureType.LIBVIRT_REFUSED, "No");
      }
    }

    @Override
    public void disconnectPorts(InstanceId instance, List<PortSpec> ports) {}
  }
}
