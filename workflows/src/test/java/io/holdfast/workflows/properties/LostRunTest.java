package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.MigrationMode;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.properties.Fault.Mode;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The run of a job that stops or moves a guest is lost behind each of its calls, and the job runs
 * again from its first step: nothing that the guest wrote is lost, and it runs if it ran.
 */
@Execution(ExecutionMode.CONCURRENT)
class LostRunTest {
  private static final PropertyRuns RUNS = new PropertyRuns();
  private static final JobKind MOVE = JobKind.MIGRATE_INSTANCE;

  @ParameterizedTest
  @EnumSource(
      value = MigrationMode.class,
      names = {"AUTO", "COLD"})
  void aMoveEndsWhereItsGuestIs(MigrationMode mode) {
    run().migrations.mode = mode;
    loseEachCallOfAMove(() -> {}, () -> {});
  }

  @ParameterizedTest
  @EnumSource(
      value = MigrationMode.class,
      names = {"AUTO", "COLD"})
  void whatTheGuestWroteIsThereAlsoWhenItsNewHostLosesPower(MigrationMode mode) {
    run().migrations.mode = mode;
    loseEachCallOfAMove(() -> {}, () -> run().world.facts.remove("there:running"));
  }

  /** What lies under all of the overlays is copied: a switchover sends the topmost one alone. */
  @Test
  void disksThatWereFrozenMoreThanOnceAreWhole() {
    run().migrations.mode = MigrationMode.AUTO;
    loseEachCallOfAMove(() -> run().migrations.writes.set(2), () -> {});
  }

  @Test
  void anInstanceThatIsOffStaysOff() {
    run().migrations.mode = MigrationMode.AUTO;
    loseEachCallOfAMove(() -> run().world.facts.remove("running"), () -> {});
    assertThat(run().world.facts).doesNotContain("there:running");
  }

  /** What the lost run did is undone also where the other run never came to; or it has moved. */
  @ParameterizedTest
  @EnumSource(
      value = MigrationMode.class,
      names = {"AUTO", "COLD"})
  void aMoveThatIsCancelledMeanwhileIsUndoneUnlessItsGuestHasMoved(MigrationMode mode) {
    run().migrations.mode = mode;
    for (int position : calls(MOVE, () -> {})) {
      SagaPropertiesTest.prepare(run().world, MOVE);
      run().runLosing(MOVE, position, () -> {}, Mode.CANCEL_ELSEWHERE);
      String where = "run lost at call " + position + " of " + run().fault.calls;
      World world = run().world;
      assertThat(run().migrations.lostWrites).as(where).isFalse();
      boolean undone =
          world.ended != JobState.SUCCEEDED && Objects.requireNonNull(world.outcome).undone();
      Set<String> facts = Scenario.relevant(world, MOVE);
      assertThat(facts)
          .as(where)
          .isEqualTo(undone ? Scenario.of(MOVE).unwound() : Scenario.of(MOVE).done());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = JobKind.class,
      names = {"RESTORE_SNAPSHOT", "RESIZE_INSTANCE"})
  void aGuestThatWasStoppedRunsAgain(JobKind kind) {
    for (int position : calls(kind, () -> {})) {
      SagaPropertiesTest.prepare(run().world, kind);
      run().runLosing(kind, position, () -> {}, Mode.NONE);
      String where = "run lost at call " + position;
      assertThat(run().world.ended).as(where).isEqualTo(JobState.SUCCEEDED);
      assertThat(run().world.facts).as(where).contains("running");
      assertThat(run().world.recordedPower).as(where).isEqualTo(PowerState.RUNNING);
    }
  }

  /** What the lost run has sealed is no reason to give up the point that it started from. */
  @Test
  void aRoundMakesItsPointAndKeepsItsBase() {
    for (int position : calls(JobKind.REPLICATE_GROUP, () -> {})) {
      SagaPropertiesTest.prepare(run().world, JobKind.REPLICATE_GROUP);
      run().runLosing(JobKind.REPLICATE_GROUP, position, () -> {}, Mode.NONE);
      String where = "run lost at call " + position;
      assertThat(run().world.ended).as(where).isEqualTo(JobState.SUCCEEDED);
      assertThat(run().world.facts).as(where).doesNotContain("base-broken");
      assertThat(Scenario.relevant(run().world, JobKind.REPLICATE_GROUP))
          .as(where)
          .isEqualTo(Scenario.of(JobKind.REPLICATE_GROUP).done());
    }
  }

  @AfterAll
  static void close() {
    RUNS.close();
  }

  private static PropertyRun run() {
    return RUNS.ofThisThread();
  }

  /** {@code before}: how it is before the job; {@code meanwhile}: what happens between its runs. */
  private static void loseEachCallOfAMove(Runnable before, Runnable meanwhile) {
    Set<String> done = new TreeSet<>(Scenario.of(MOVE).done());
    done.remove("there:running");
    for (int position : calls(MOVE, before)) {
      SagaPropertiesTest.prepare(run().world, MOVE);
      before.run();
      boolean ran = run().world.facts.contains("running");
      AtomicBoolean cut = new AtomicBoolean();
      run()
          .runLosing(
              MOVE,
              position,
              () -> {
                boolean there = run().world.facts.contains("there:running");
                meanwhile.run();
                cut.set(there && !run().world.facts.contains("there:running"));
              },
              Mode.NONE);
      String where = "run lost at call " + position + " of " + run().fault.calls;
      assertThat(run().world.ended).as(where).isEqualTo(JobState.SUCCEEDED);
      assertThat(run().migrations.lostWrites).as(where).isFalse();
      Set<String> facts = Scenario.relevant(run().world, MOVE);
      boolean runs = facts.remove("there:running");
      assertThat(runs || cut.get()).as(where).isEqualTo(ran);
      assertThat(facts).as(where).isEqualTo(done);
    }
  }

  /** Those behind which the job is not over. */
  private static List<Integer> calls(JobKind kind, Runnable before) {
    SagaPropertiesTest.prepare(run().world, kind);
    before.run();
    int calls = run().run(kind, Mode.NONE, 0).size();
    run().migrations.lostWrites = false;
    return Stream.iterate(1, position -> position < calls, position -> position + 1).toList();
  }
}
