package io.holdfast.activities.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.domain.DomainPower;
import io.holdfast.activities.domain.LibvirtDomainActivities;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.ownership.Books;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.lease.Lease;
import io.holdfast.workflows.model.Findings;
import io.holdfast.workflows.model.HeldPlace;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.PowerState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostLeasesTest {
  private static final UUID VOLUME = UUID.randomUUID();
  private static final HostRef HERE = new HostRef(new HostId(UUID.randomUUID()), "here");

  @TempDir Path pool;
  @TempDir Path state;
  @TempDir Path ownership;

  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private final Pools pools = new Pools(libvirt, (any, where) -> {});
  private LibvirtDomainActivities domains;

  @BeforeEach
  void start() {
    TestHost.addPool(libvirt, pool);
    OwnershipBook owned = Books.in(ownership);
    DomainPower power = new DomainPower(libvirt, events, owned, instance -> {});
    domains =
        new LibvirtDomainActivities(
            libvirt, power, owned, pools, () -> "test", new KeyedLocks(), instance -> {});
  }

  @AfterEach
  void close() {
    libvirt.close();
  }

  @Test
  void saysWhatIsThereAndShutsOlderCallsOut() throws Exception {
    Files.createFile(pool.resolve("volume-" + VOLUME + ".qcow2"));
    Files.createFile(pool.resolve(".volume-" + VOLUME + ".part"));
    Files.createFile(pool.resolve("volume-" + UUID.randomUUID() + ".qcow2"));
    domains.defineDomain(Examples.instance());
    LeaseBook book = new LeaseBook(state, Clock.systemUTC());
    HostLeases leases = new HostLeases(book, domains, pools);

    HeldPlace place =
        new HeldPlace(
            HERE, List.of(Examples.instance().pool()), List.of(VOLUME), Examples.INSTANCE);
    assertThat(leases.seize(new Lease(VOLUME, 9, 0), place))
        .isEqualTo(
            new Findings(
                HERE,
                Examples.INSTANCE,
                PowerState.SHUTOFF,
                List.of(".volume-" + VOLUME + ".part", "volume-" + VOLUME + ".qcow2")));
    assertThat(
            leases.seize(new Lease(VOLUME, 10, 0), new HeldPlace(HERE, List.of(), List.of(), null)))
        .isEqualTo(new Findings(HERE, null, null, List.of()));
    assertThatThrownBy(() -> book.enter(new Lease(VOLUME, 8, 0))).hasMessageContaining("after one");
  }
}
