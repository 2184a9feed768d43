package io.holdfast.engine.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.CensusItemRow;
import io.holdfast.engine.db.HoldingRow;
import io.holdfast.engine.db.ReplicaRow;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.db.WorkRow;
import io.holdfast.workflows.model.CensusKind;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The difference between hosts and ledger, as text. */
class OrphanFinderTest {
  private static final Instant CENSUS = Instant.parse("2030-01-01T00:00:00Z");
  private static final UUID ALPHA = id(1);
  private static final UUID BETA = id(2);
  private static final UUID NET = id(3);
  private static final UUID IMAGE = id(4);
  private static final UUID WEB = id(5);
  private static final UUID GONE = id(6);
  private static final UUID JOB = id(7);
  private static final HoldingRow HELD =
      new HoldingRow(WEB, "web", ALPHA, "fast", true, List.of(NET), List.of("52:54:00:00:00:01"));

  private static final VolumeRow DATA =
      new VolumeRow(
          id(8), "default", "data", 1 << 30, null, null, null, ALPHA, "fast", CENSUS, null,
          Map.of(), CENSUS);

  private static final SnapshotRow BEFORE =
      new SnapshotRow(
          id(11),
          "default",
          "before",
          GONE,
          "gone",
          ALPHA,
          "fast",
          Consistency.CRASH,
          false,
          1,
          1L,
          List.of(),
          CENSUS,
          3,
          0,
          null,
          CENSUS);

  private static final UUID POINT = id(12);
  private static final UUID GROUP = id(13);
  private static final String REPLICA = WEB + "-root-" + POINT;
  private static final List<ReplicaRow> REPLICAS =
      List.of(new ReplicaRow(POINT, GROUP, REPLICA, ALPHA, "fast"));

  private static final List<CensusItemRow> AS_IN_THE_LEDGER =
      List.of(
          item(CensusKind.DOMAIN, "", "hf-web", WEB),
          item(CensusKind.VOLUMES, "fast", "web", WEB),
          item(CensusKind.VOLUME, "fast", "data", DATA.id()),
          item(CensusKind.IMAGE, "fast", "image", IMAGE),
          item(CensusKind.SNAPSHOT, "fast", "before", BEFORE.id()),
          item(CensusKind.REPLICA, "fast", REPLICA, POINT),
          item(CensusKind.NETWORK, "hf-net", "hf-net", NET),
          item(CensusKind.RESERVATION, "hf-net", "52:54:00:00:00:01", NET),
          item(CensusKind.CONSOLE, "", "web.log", WEB));

  @Test
  void whatIsWhereTheLedgerSaysIsNoOrphan() {
    assertThat(find(AS_IN_THE_LEDGER, List.of(HELD), List.of())).isEmpty();
  }

  @Test
  void whatTheLedgerHasForgottenIsLeftOver() {
    assertThat(
            find(
                List.of(
                    item(CensusKind.DOMAIN, "", "hf-gone", GONE),
                    item(CensusKind.VOLUMES, "fast", "gone", GONE),
                    item(CensusKind.IMAGE, "fast", "image", id(9)),
                    item(CensusKind.NETWORK, "hf-net", "hf-net", NET),
                    item(CensusKind.RESERVATION, "hf-net", "52:54:00:00:00:02", NET),
                    item(CensusKind.CONSOLE, "", "gone.log", GONE)),
                List.of(),
                List.of()))
        .isEqualTo(
            """
            DOMAIN hf-gone on alpha: no instance has this id; adopt delete
            VOLUMES gone on alpha: no instance has this id; its domain first
            IMAGE image on alpha: no image has this id; delete
            NETWORK hf-net on alpha: no instance on this host has a port in it; its reservation first
            RESERVATION 52:54:00:00:00:02 on alpha: no instance on this host has a port of this MAC; delete
            CONSOLE gone.log on alpha: no instance has this id; its domain first
            """
                .strip());
  }

  /** What it has printed stays where it ran, and is no sign of it. */
  @Test
  void aConsoleIsLeftOverOnceItsInstanceIsGone() {
    List<CensusItemRow> console = List.of(item(CensusKind.CONSOLE, "", "web.log", WEB));
    HoldingRow moved = new HoldingRow(WEB, "web", BETA, "fast", true, List.of(), List.of());
    assertThat(find(console, List.of(moved), List.of())).isEmpty();
    assertThat(find(console, List.of(HELD), List.of())).startsWith("CLAIM web");
    assertThat(find(console, List.of(), List.of()))
        .isEqualTo("CONSOLE web.log on alpha: no instance has this id; delete");
  }

  @Test
  void whatIsElsewhereThanTheLedgerSaysIsLeftOverAndNotAdoptable() {
    HoldingRow moved = new HoldingRow(WEB, "web", BETA, "fast", true, List.of(), List.of());
    assertThat(find(AS_IN_THE_LEDGER.subList(0, 2), List.of(moved), List.of()))
        .isEqualTo(
            """
            DOMAIN hf-web on alpha: instance web is on another host; delete
            VOLUMES web on alpha: instance web is on another host; its domain first
            """
                .strip());
    assertThat(
            find(List.of(item(CensusKind.VOLUMES, "plain", "web", WEB)), List.of(HELD), List.of()))
        .isEqualTo("VOLUMES web on alpha: instance web is in pool fast; delete");
  }

  @Test
  void aClaimWithoutAnythingOnTheHostIsTold() {
    assertThat(find(List.of(), List.of(HELD), List.of()))
        .isEqualTo(
            "CLAIM web on alpha: the host has neither domain nor volumes of instance web;"
                + " delete the instance, which gives back what it claims");
    HoldingRow unclaimed = new HoldingRow(WEB, "web", ALPHA, "fast", false, List.of(), List.of());
    assertThat(find(List.of(), List.of(unclaimed), List.of())).isEmpty();
    assertThat(find(AS_IN_THE_LEDGER.subList(1, 2), List.of(HELD), List.of())).isEmpty(); // MISSING
  }

  @Test
  void whatAJobWorksOnIsNeverLeftOver() {
    List<CensusItemRow> half = List.of(item(CensusKind.VOLUMES, "fast", "gone", GONE));
    assertThat(find(half, List.of(), List.of(work(TargetType.INSTANCE, GONE, null)))).isEmpty();
    assertThat(find(half, List.of(), List.of(work(TargetType.INSTANCE, GONE, CENSUS)))).isEmpty();
    assertThat(
            find(half, List.of(), List.of(work(TargetType.INSTANCE, GONE, CENSUS.minusMillis(1)))))
        .startsWith("VOLUMES gone");
    assertThat(find(List.of(), List.of(HELD), List.of(work(TargetType.INSTANCE, WEB, null))))
        .isEmpty();
    WorkRow tagged = new WorkRow(JOB, TargetType.IMAGE, id(8), JobState.RUNNING, null);
    assertThat(find(half, List.of(), List.of(tagged))).isEmpty();
  }

  @Test
  void networksAreJudgedByACensusThatIsYoungerThanTheLastInstanceJob() {
    List<CensusItemRow> network = List.of(item(CensusKind.NETWORK, "hf-net", "hf-net", NET));
    WorkRow other = work(TargetType.INSTANCE, GONE, CENSUS.plusSeconds(1));
    assertThat(find(network, List.of(), List.of(other))).isEmpty();
    assertThat(find(network, List.of(), List.of(work(TargetType.HOST, ALPHA, null))))
        .startsWith("NETWORK hf-net");
  }

  @Test
  void aVolumeThatLivesByItselfIsJudgedByItsOwnRow() {
    assertThat(find(List.of(item(CensusKind.VOLUME, "fast", "old", id(10))), List.of(), List.of()))
        .isEqualTo("VOLUME old on alpha: no volume has this id; delete");
    assertThat(
            find(
                List.of(item(CensusKind.VOLUME, "plain", "data", DATA.id())), List.of(), List.of()))
        .isEqualTo("VOLUME data on alpha: volume data is in another place; delete");
  }

  @Test
  void aSnapshotIsJudgedByItsOwnRowAndNotByItsInstance() {
    assertThat(
            find(
                List.of(
                    item(CensusKind.SNAPSHOT, "fast", "lost", id(14)),
                    item(CensusKind.SNAPSHOT, "plain", "before", BEFORE.id())),
                List.of(),
                List.of()))
        .isEqualTo(
            """
            SNAPSHOT lost on alpha: no snapshot has this id; delete
            SNAPSHOT before on alpha: snapshot before is in another place; delete
            """
                .strip());
    assertThat(
            find(
                List.of(item(CensusKind.SNAPSHOT, "fast", "lost", id(14))),
                List.of(),
                List.of(work(TargetType.SNAPSHOT, id(14), null))))
        .isEmpty();
  }

  @Test
  void aReplicaIsJudgedByItsPointUnlessItsGroupHasWorkedSince() {
    List<CensusItemRow> unknown = List.of(item(CensusKind.REPLICA, "fast", "old", id(15)));
    List<CensusItemRow> moved = List.of(item(CensusKind.REPLICA, "plain", REPLICA, POINT));
    WorkRow round = work(TargetType.PROTECTION_GROUP, GROUP, null);
    WorkRow dissolved = work(TargetType.PROTECTION_GROUP, id(16), CENSUS);

    assertThat(find(unknown, List.of(), List.of(round)))
        .isEqualTo("REPLICA old on alpha: no recovery point has this id; delete");
    assertThat(find(unknown, List.of(), List.of(dissolved))).isEmpty();
    assertThat(find(moved, List.of(), List.of(dissolved)))
        .endsWith("its recovery point has no replica of this disk here; delete");
    assertThat(find(moved, List.of(), List.of(round))).isEmpty();
  }

  @Test
  void whatAnUndoneMoveHasCopiedSaysSo() {
    String name = id(17) + "-root-" + id(18);
    CensusItemRow kept =
        new CensusItemRow(
            ALPHA,
            CensusKind.REPLICA,
            "fast",
            name,
            id(18),
            JOB,
            0,
            ".replica-" + name + ".kept",
            null,
            CENSUS);
    assertThat(find(List.of(kept), List.of(), List.of()))
        .endsWith(
            "a move that was undone has copied it; another one to this host within a day takes it"
                + " up; delete");
    WorkRow another = work(TargetType.INSTANCE, id(17), null);
    assertThat(find(List.of(kept), List.of(), List.of(another))).isEmpty();
  }

  @Test
  void anOrphanHasOneIdForEver() {
    HostItems host = new HostItems(ALPHA, "alpha", CENSUS, AS_IN_THE_LEDGER);
    HostItems later = new HostItems(ALPHA, "alpha", CENSUS.plusSeconds(60), AS_IN_THE_LEDGER);
    Books empty = new Books(List.of(), List.of(), Set.of(), List.of(), List.of(), List.of());
    List<UUID> ids = ids(OrphanFinder.find(List.of(host), empty));
    assertThat(ids).hasSize(9).doesNotHaveDuplicates();
    assertThat(ids(OrphanFinder.find(List.of(later), empty))).isEqualTo(ids);
  }

  private static List<UUID> ids(List<Orphan> orphans) {
    return orphans.stream().map(Orphan::id).toList();
  }

  private static String find(
      List<CensusItemRow> items, List<HoldingRow> instances, List<WorkRow> work) {
    HostItems host = new HostItems(ALPHA, "alpha", CENSUS, items);
    return OrphanFinder.find(
            List.of(host),
            new Books(instances, List.of(DATA), Set.of(IMAGE), List.of(BEFORE), REPLICAS, work))
        .stream()
        .map(OrphanFinderTest::line)
        .collect(Collectors.joining("\n"));
  }

  private static String line(Orphan orphan) {
    return "%s %s on %s: %s; %s"
        .formatted(
            orphan.kind(),
            orphan.item().name(),
            orphan.host(),
            orphan.why(),
            orphan.kept() != null ? orphan.kept() : orphan.adoptable() ? "adopt delete" : "delete");
  }

  private static CensusItemRow item(CensusKind kind, String place, String name, UUID owner) {
    return new CensusItemRow(ALPHA, kind, place, name, owner, JOB, 0, "", null, CENSUS);
  }

  private static WorkRow work(TargetType type, UUID target, @Nullable Instant ended) {
    return new WorkRow(
        id(99), type, target, ended == null ? JobState.RUNNING : JobState.SUCCEEDED, ended);
  }

  private static UUID id(int number) {
    return new UUID(0, number);
  }
}
