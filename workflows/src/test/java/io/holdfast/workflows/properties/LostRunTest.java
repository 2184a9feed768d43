package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.MigrationMode;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
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

  /** Lost is the run of one job at a time. */
  private static final Set<JobKind> WITH_JOBS_OF_THEIR_OWN =
      Set.of(
          JobKind.EVACUATE_HOST,
          JobKind.TEST_PLAN,
          JobKind.CLEANUP_PLAN,
          JobKind.DRILL,
          JobKind.FAILOVER_PLAN,
          JobKind.MIGRATE_PLAN,
          JobKind.FAILBACK_PLAN,
          JobKind.REPROTECT_PLAN);

  /** Calls that the workflows of jobs with jobs of their own make, and those of the others not. */
  private static final Set<String> OF_RUNS =
      Set.of(
          "PlanRun",
          "BeginPromotion",
          "BeginRemoval",
          "BeginShutdown",
          "BeginLastRound",
          "ChildEnd",
          "ChooseLast",
          "MovedGroups",
          "CloseHost",
          "PlanMoves",
          "BeginMove",
          "ReadMove",
          "PlanReversal",
          "RecordKept",
          "Reverse",
          "BeginFirstRound");

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

  /**
   * Its cancel is there before the other run has begun, and what the lost one did is undone all the
   * same, or the job says that it is not.
   */
  @TestFactory
  Stream<DynamicTest> aJobThatIsCancelledMeanwhileIsUndoneOrSaysWhatIsLeft() {
    return Stream.of(JobKind.values())
        .filter(kind -> !WITH_JOBS_OF_THEIR_OWN.contains(kind))
        .map(kind -> DynamicTest.dynamicTest(kind.name(), () -> cancelAfterEachCall(kind)));
  }

  private static void cancelAfterEachCall(JobKind kind) {
    for (int position : calls(kind, () -> {})) {
      SagaPropertiesTest.prepare(run().world, kind);
      run().runLosing(kind, position, () -> {}, Mode.CANCEL_FIRST);
      String where = "run lost at call " + position + ", then " + run().fault.calls;
      SagaPropertiesTest.assertEnded(run(), kind, where);
    }
  }

  /** As {@link #aJobThatIsCancelledMeanwhileIsUndoneOrSaysWhatIsLeft}, behind its own calls. */
  @TestFactory
  Stream<DynamicTest> soIsOneThatHasJobsOfItsOwn() {
    return WITH_JOBS_OF_THEIR_OWN.stream()
        .sorted()
        .map(kind -> DynamicTest.dynamicTest(kind.name(), () -> cancelAfterOwnCalls(kind)));
  }

  private static void cancelAfterOwnCalls(JobKind kind) {
    SagaPropertiesTest.prepare(run().world, kind);
    List<String> types = typesOf(kind);
    for (int position = 1; position < types.size(); position++) {
      if (OF_RUNS.contains(types.get(position - 1))) {
        SagaPropertiesTest.prepare(run().world, kind);
        run().runLosing(kind, position, () -> {}, Mode.CANCEL_FIRST);
        String where = "run lost at call %d of %s".formatted(position, types);
        SagaPropertiesTest.assertEnded(run(), kind, where);
      }
    }
  }

  /** Nothing proves any more that the source is off. */
  @Test
  void aPromotionWhoseNextRunFailsEarlyIsUndone() {
    JobKind kind = JobKind.PROMOTE_INSTANCE;
    for (int position : calls(kind, () -> {})) {
      SagaPropertiesTest.prepare(run().world, kind);
      run().runLosing(kind, position, () -> run().recovery.unfenced = true, Mode.NONE);
      run().recovery.unfenced = false;
      String where = "run lost at call " + position + ", then " + run().fault.calls;
      assertThat(run().world.ended).as(where).isEqualTo(JobState.FAILED);
      assertThat(Objects.requireNonNull(run().world.outcome).undone()).as(where).isTrue();
      Scenario.of(kind).assertUnwound(run().world, kind);
    }
  }

  /** The guest that the lost run has started may run: its host is cut off, and a person goes on. */
  @Test
  void aSourceIsNotGivenBackWhileWhatALostRunHasStartedMayRun() {
    JobKind kind = JobKind.PROMOTE_INSTANCE;
    SagaPropertiesTest.prepare(run().world, kind);
    int probes = typesOf(kind).indexOf("RunProbe") + 1;
    SagaPropertiesTest.prepare(run().world, kind);
    run()
        .runLosing(
            kind,
            probes,
            () -> {
              run().recovery.unfenced = true;
              run().fault.broken = Set.of("StopDomain", "UndefineDomain", "DeleteVolumes");
            },
            Mode.REFUSE_EACH);
    run().recovery.unfenced = false;
    run().fault.broken = Set.of();
    assertThat(run().world.facts).contains("fenced", "row", "reservation", "running");
    assertThat(Objects.requireNonNull(run().world.outcome).leftovers())
        .anyMatch(left -> left.startsWith("fence-source: not undone: the new guest may run"));
  }

  /** It would wait for ever for the step that comes first. */
  @Test
  void aJobThatAsksIsCancelledAlsoBeforeItHasComeAsFar() {
    PropertyRun run = run(); // for its answers come on another thread
    JobKind kind = JobKind.IMPORT_IMAGE;
    SagaPropertiesTest.prepare(run.world, kind);
    int placed = typesOf(kind).indexOf("PlaceImage") + 1;
    SagaPropertiesTest.prepare(run.world, kind);
    run.runLosing(
        kind,
        placed,
        () -> run.fault.broken = Set.of("FetchContent"),
        Mode.REFUSE_EACH,
        new JobPolicy(OnFailure.PAUSE, false),
        (hold, job) -> job.cancel());
    run.fault.broken = Set.of();
    assertThat(run.world.ended).isEqualTo(JobState.CANCELLED);
    assertThat(Objects.requireNonNull(run.world.outcome).undone()).isFalse();
    assertThat(run.world.outcome.leftovers())
        .anyMatch(left -> left.startsWith("verify-on-host: begun by a run"));
    assertThat(run.world.facts).contains("row");
  }

  /** What has begun was approved. */
  @Test
  void nobodyIsAskedForAnApprovalAgain() {
    PropertyRun run = run(); // for its answers come on another thread
    JobKind kind = JobKind.CREATE_INSTANCE;
    SagaPropertiesTest.prepare(run.world, kind);
    int built = typesOf(kind).indexOf("BuildInstance") + 1;
    SagaPropertiesTest.prepare(run.world, kind);
    run.runLosing(
        kind,
        built + 1, // behind the question
        () -> {},
        Mode.NONE,
        new JobPolicy(OnFailure.ROLLBACK, true),
        PropertyRun.decide(JobVerb.APPROVE, false));
    assertThat(run.world.holds).hasSize(1);
    Scenario.of(kind).assertDone(run.world, kind);
  }

  private static List<String> typesOf(JobKind kind) {
    return run().run(kind, Mode.NONE, 0).stream().map(Call::type).toList();
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
