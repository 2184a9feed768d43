package io.holdfast.activities.census;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.TestHost;
import io.holdfast.activities.domain.DomainNames;
import io.holdfast.activities.domain.DomainPower;
import io.holdfast.activities.domain.LibvirtDomainActivities;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.ownership.Books;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.PoolRooms;
import io.holdfast.activities.pool.PoolStorage;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CensusItem;
import io.holdfast.workflows.model.CensusKind;
import io.holdfast.workflows.model.HostCensus;
import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a census finds on libvirt's test driver, and what it leaves out. */
class LibvirtCensusTest {
  private static final UUID VOLUME = UUID.fromString("0c000000-0000-4000-8000-000000000001");

  @TempDir Path pool;
  @TempDir Path ownership;
  @TempDir Path consoles;

  private final HostEvents events = new HostEvents();
  private final LibvirtConnection libvirt = TestHost.connect(events);
  private LibvirtCensusActivities census = census(Path.of(""));

  @BeforeEach
  void start() {
    TestHost.addPool(libvirt, pool);
    census = census(consoles);
  }

  private LibvirtCensusActivities census(Path logs) {
    return new LibvirtCensusActivities(libvirt, new PoolRooms(new PoolStorage(ownership)), logs);
  }

  /** Also when nothing else is news. */
  @Test
  void itTellsTheRoomOfThePools() {
    String known = census.takeCensus("").digest();
    HostCensus again = census.takeCensus(known);
    assertThat(again.items()).isEmpty();
    assertThat(again.rooms())
        .singleElement()
        .satisfies(
            room -> {
              assertThat(room.pool()).isEqualTo(TestHost.POOL);
              assertThat(room.fileSystem()).isNotNull();
              assertThat(room.freeBytes()).isPositive();
            });
  }

  @AfterEach
  void stop() {
    libvirt.close();
  }

  @Test
  void domainsWithOurTagAreFoundAndForeignOnesAreNot() {
    int foreign = census.takeCensus("").items().size();
    define();
    List<CensusItem> items = census.takeCensus("").items();
    assertThat(foreign).isZero(); // though the driver may have a domain of its own
    assertThat(items)
        .containsExactly(
            new CensusItem(
                CensusKind.DOMAIN,
                "hf-web-1-11111111",
                "",
                Examples.INSTANCE.value(),
                Examples.JOB.value(),
                0,
                "SHUTOFF",
                null));
  }

  @Test
  void filesOfOneOwnerAreOneItemAndForeignFilesAreNone() throws IOException {
    String id = Examples.INSTANCE.toString();
    for (String name :
        List.of(
            id + "-root.qcow2",
            id + "-seed.iso",
            "." + id + "-disk1.qcow2.0a1b2c3d.part",
            "holdfast-image-" + Examples.IMAGE + ".qcow2",
            "somebodys.qcow2",
            VOLUME + ".qcow2",
            "." + VOLUME + ".qcow2.0a1b2c3d.part",
            "snapshot-" + VOLUME + "-" + id + "-root.qcow2",
            "snapshot-" + VOLUME + "-" + id + ".json",
            ".snapshot-" + VOLUME + "-" + id + "-disk1.qcow2.0a1b2c3d.part",
            "snapshot-" + VOLUME + ".qcow2",
            "replica-" + id + "-root-" + VOLUME + ".qcow2",
            "replica-" + id + "-root-" + VOLUME + ".leaves",
            ".replica-" + id + "-disk1-" + VOLUME + ".journal",
            id + ".txt")) {
      Files.writeString(pool.resolve(name), "x");
    }
    PoolFiles.tag(pool.resolve(id + "-root.qcow2"), Examples.JOB);
    List<CensusItem> items = census.takeCensus("").items();
    assertThat(items)
        .extracting(CensusItem::kind, CensusItem::owner, CensusItem::place)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                CensusKind.VOLUMES, Examples.INSTANCE.value(), TestHost.POOL),
            org.assertj.core.groups.Tuple.tuple(CensusKind.VOLUME, VOLUME, TestHost.POOL),
            org.assertj.core.groups.Tuple.tuple(
                CensusKind.IMAGE, Examples.IMAGE.value(), TestHost.POOL),
            org.assertj.core.groups.Tuple.tuple(CensusKind.SNAPSHOT, VOLUME, TestHost.POOL),
            org.assertj.core.groups.Tuple.tuple(CensusKind.REPLICA, VOLUME, TestHost.POOL),
            org.assertj.core.groups.Tuple.tuple(CensusKind.REPLICA, VOLUME, TestHost.POOL));
    assertThat(items.get(5).name()).isEqualTo(id + "-root-" + VOLUME);
    assertThat(items.get(0).detail())
        .isEqualTo(".%1$s-disk1.qcow2.0a1b2c3d.part %1$s-root.qcow2 %1$s-seed.iso".formatted(id));
  }

  /** A cleanup may have forgotten it, and it says what the guest did. */
  @Test
  void aConsoleIsFoundThoughItsDomainIsGone() throws IOException {
    Path log = DomainNames.console(consoles, Examples.INSTANCE);
    Files.writeString(log, "login: ");
    Files.writeString(DomainNames.rotated(log, 0), "booting");
    Files.writeString(consoles.resolve("somebodys.log"), "x");
    assertThat(census.takeCensus("").items())
        .containsExactly(
            new CensusItem(
                CensusKind.CONSOLE,
                String.valueOf(log.getFileName()),
                "",
                Examples.INSTANCE.value(),
                null,
                0,
                "",
                null));
    Files.delete(log);
    assertThat(census.takeCensus("").items())
        .extracting(CensusItem::name)
        .containsExactly(String.valueOf(log.getFileName()));
  }

  @Test
  void anEqualCensusIsAnsweredWithoutItems() throws IOException {
    String empty = census.takeCensus("").digest();
    Files.writeString(pool.resolve(Examples.INSTANCE + "-root.qcow2"), "x");
    var first = census.takeCensus(empty);
    assertThat(first.items()).hasSize(1);
    var second = census.takeCensus(first.digest());
    assertThat(second.items()).isEmpty();
    assertThat(second.digest()).isEqualTo(first.digest()).isNotEqualTo(empty);
  }

  @Test
  void aDomainThatIsNotAsWeMakeThemCannotBeDescribed() throws IOException {
    assertThatThrownBy(() -> census.describeDomain(new InstanceId(UUID.randomUUID())))
        .satisfies(e -> assertThat(Failures.typeOf(e)).isEqualTo(FailureType.NOT_FOUND));
    define();
    for (String disk : List.of("root", "disk1")) {
      QemuImg.createEmpty(pool.resolve(Examples.INSTANCE + "-" + disk + ".qcow2"), 64L << 20);
    }
    assertThatThrownBy(() -> census.describeDomain(Examples.INSTANCE)) // no reservation: no DHCP
        .satisfies(
            e -> {
              assertThat(Failures.typeOf(e)).isEqualTo(FailureType.ORPHAN_NOT_ADOPTABLE);
              assertThat(e).hasMessageContaining("52:54:00:00:00:01");
            });
  }

  private void define() {
    OwnershipBook owned = Books.in(ownership);
    new LibvirtDomainActivities(
            libvirt,
            new DomainPower(libvirt, events, owned, instance -> {}),
            owned,
            new Pools(libvirt, (any, where) -> {}),
            () -> "test",
            new KeyedLocks(),
            instance -> {})
        .defineDomain(Examples.instance());
  }
}
