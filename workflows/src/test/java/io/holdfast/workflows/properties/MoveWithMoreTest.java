package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.MigrationMode;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import io.holdfast.workflows.properties.MigrationWorld.Lost;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The properties of a move, of one whose instance has a volume and a snapshot; on disks that are
 * copied, and on disks that both hosts share.
 */
@Execution(ExecutionMode.CONCURRENT)
class MoveWithMoreTest {
  private static final JobKind KIND = JobKind.MIGRATE_INSTANCE;

  /** Several at once: Temporal's test server loses a workflow whose cancel meets two calls. */
  private static final Set<String> TOGETHER =
      Set.of("OpenReplica", "SendFrozenDisk", "SealReplica");

  private static final String MEMORY = "snapshot-memory";

  private static final Set<String> MORE =
      Set.of("volume", "attached", "snapshot", "snapshot-root", "snapshot-disk1", MEMORY);

  private final PropertyRun run = new PropertyRun(true);

  /** An instance that runs, and has a volume and a snapshot. */
  static void prepare(PropertyRun run) {
    SagaPropertiesTest.prepare(run.world, KIND);
    run.world.facts.addAll(MORE);
    run.migrations.volumes = List.of(MigrationWorld.VOLUME);
    run.migrations.snapshots = List.of(MigrationWorld.SNAPSHOT);
    if (run.migrations.shared) { // with a guest's memory all would be copied
      run.world.facts.remove(MEMORY);
      run.migrations.snapshots = List.of(MigrationWorld.SNAPSHOT_OF_DISKS);
    }
  }

  @AfterEach
  void close() {
    run.close();
  }

  @ParameterizedTest
  @CsvSource({
    "AUTO, BEFORE, false",
    "AUTO, AFTER, false",
    "AUTO, CANCEL, false",
    "COLD, BEFORE, false",
    "COLD, AFTER, false",
    "COLD, CANCEL, false",
    "AUTO, BEFORE, true",
    "AUTO, AFTER, true",
    "AUTO, CANCEL, true",
    "COLD, BEFORE, true",
    "COLD, AFTER, true",
    "COLD, CANCEL, true"
  })
  void aFaultAtAnyCallLeavesAllHereOrThere(MigrationMode how, Mode mode, boolean shared) {
    run.migrations.mode = how;
    run.migrations.shared = shared;
    prepare(run);
    List<Call> calls = run.run(KIND, Mode.NONE, 0);
    assertMoved("undisturbed");
    for (int position = 1; position <= calls.size(); position++) {
      Call call = calls.get(position - 1);
      if (mode == Mode.CANCEL && (call.local() || TOGETHER.contains(call.type()))) {
        continue;
      }
      prepare(run);
      run.run(KIND, mode, position);
      String where = how + " " + mode + " at " + call.type();
      if (run.world.ended == JobState.SUCCEEDED) {
        assertMoved(where);
      } else {
        assertThat(Objects.requireNonNull(run.world.outcome, where).undone()).as(where).isTrue();
        assertStayed(where);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"AUTO, false", "COLD, false", "AUTO, true", "COLD, true"})
  void everyCallMadeTwiceIsTheSameAsOnce(MigrationMode how, boolean shared) {
    run.migrations.mode = how;
    run.migrations.shared = shared;
    prepare(run);
    run.run(KIND, Mode.TWICE, 0);
    assertMoved("twice");
  }

  @ParameterizedTest
  @EnumSource(
      value = MigrationMode.class,
      names = {"AUTO", "COLD"})
  void nothingOfSharedDisksIsCopied(MigrationMode how) {
    run.migrations.mode = how;
    run.migrations.shared = true;
    prepare(run);
    assertThat(run.run(KIND, Mode.NONE, 0).stream().map(Call::type))
        .contains("LinkDisks", "RequireLinked")
        .doesNotContain("FreezeDisks", "SendFrozenDisk", "OpenReplica", "MergeOverlays");
    assertMoved("shared");
  }

  @ParameterizedTest
  @EnumSource(Lost.class)
  void aLostAnswerCostsNobodySharedDisks(Lost lost) {
    run.migrations.shared = true;
    run.migrations.lostAnswers.add(lost);
    prepare(run);
    run.run(KIND, Mode.NONE, 0);
    assertThat(run.world.holds).isEmpty();
    assertMoved("lost " + lost);
  }

  /** It would be removed at the source, and never have been copied. */
  @Test
  void aVolumeThatItsDomainHasNotGotIsNotLeftBehind() {
    prepare(run);
    run.world.facts.remove("attached");
    run.run(KIND, Mode.NONE, 0);
    assertThat(Objects.requireNonNull(Objects.requireNonNull(run.world.outcome).failure()).type())
        .isEqualTo(FailureType.MIGRATION_REFUSED);
    assertThat(run.world.facts).contains("volume", "running").doesNotContain("there:volume");
  }

  private void assertMoved(String where) {
    assertThat(Scenario.relevant(run.world, KIND))
        .as(where)
        .isEqualTo(with(Scenario.of(KIND).done(), "there:"));
  }

  private void assertStayed(String where) {
    assertThat(Scenario.relevant(run.world, KIND))
        .as(where)
        .isEqualTo(with(Scenario.of(KIND).unwound(), ""));
  }

  private Set<String> with(Set<String> facts, String where) {
    Set<String> all = new TreeSet<>(facts);
    MORE.stream()
        .filter(fact -> !run.migrations.shared || !fact.equals(MEMORY))
        .forEach(fact -> all.add(where + fact));
    return all;
  }
}
